import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lastNoteIn, NOTE_SERIES, notesMessage, reviewNotes, tradeNotes } from '../../src/discord/trade-thread/notes.ts'
import { digestOf, embedOf, type Wanted, wantedOf } from '../../src/discord/trade-thread/wanted.ts'
import { threadName } from '../../src/discord/views/trade-card-embed.ts'
import { adoptedEmbed } from '../../src/discord/views/trade-embed.ts'
import { COLOURS } from '../../src/feed/embed.ts'
import { type TradeCard, tradeCards } from '../../src/report/trade-card.ts'
import { visibleReview } from '../../src/review/reveal.ts'
import type { TradeReview } from '../../src/review/types.ts'
import { adoptedEvents, journalEvents, journalOf, withoutLegs } from '../support/journal-samples.ts'
import { problemsOf } from '../support/message-limits.ts'
import { ANN, anyAnswers, anyTrade, BEN, CLOSED, recordOf, said } from '../support/review-samples.ts'
import { anyTradeJournal } from '../support/trade-journals.ts'

const CONTENT_MAX = 2_000
const THREAD_NAME_MAX = 100

const anyReview: fc.Arbitrary<TradeReview> = fc
  .tuple(anyTrade, anyAnswers)
  .map(([trade, answers]) =>
    visibleReview(recordOf(trade, ...answers.map((a) => [a.reviewer, a.content, a.needed] as const))),
  )

/** All messages of a thread, from the first note on. */
function messagesOf({ card, notes }: Wanted): string[] {
  return NOTE_SERIES.flatMap((series) => {
    const messages: string[] = []
    for (let told = 0; told < notes[series].length; ) {
      const message = notesMessage(card, series, notes[series], told)
      if (message === null || message.to <= told) throw new Error(`expected a message after note ${told}`)
      expect(lastNoteIn(message.content, series)).toBe(message.to)
      messages.push(message.content)
      told = message.to
    }
    return messages
  })
}

const [card] = tradeCards(journalOf())
if (card === undefined) throw new Error('expected the sample trade')

describe("a trade's card", () => {
  it("prop_within_limits: card, thread's name and its messages keep Discord's limits, whatever the numbers", () => {
    fc.assert(
      fc.property(
        anyTradeJournal,
        anyReview,
        fc.boolean(),
        fc.integer({ min: 1, max: 10 }),
        (journal, review, isPast, needed) => {
          for (const made of tradeCards(journal, isPast)) {
            const wanted = wantedOf(made, review, needed)
            expect(problemsOf([embedOf(wanted, '1'.repeat(20), 'trade.png')])).toEqual([])
            const name = threadName(made)
            expect(name.trim()).not.toBe('')
            expect(name.length).toBeLessThanOrEqual(THREAD_NAME_MAX)
            for (const content of messagesOf(wanted)) expect(content.length).toBeLessThanOrEqual(CONTENT_MAX)
            expect(wanted.buttons === null).toBe(made.closed === null)
          }
        },
      ),
      { numRuns: 300 },
    )
  })

  it('shows legs, credit, worst case, break-even, the snapshot, the fills and the rule that fired', () => {
    const embed = embedOf(wantedOf(card, null, 2), null, null)
    const text = [embed.title, embed.description, ...(embed.fields ?? []).map((f) => `${f.name}: ${f.value}`)].join(
      '\n',
    )
    for (const part of [
      'Closed: 25 × SPY 742P / 737P · +$1,310.00',
      'Proposed ▸ Working ▸ Open ▸ At risk ▸ **Closed** ▸ Reviewed',
      'sold at $1.21, credit $3,025.00',
      'True max loss: −\u2060$9,475.00',
      'Break-even: $740.79',
      'SPY $741.15, target strike 741.65 · volatility estimate 11.2 · range 0.41 %',
      '10:03:02 sold 10 at $1.21 · $20.00 worse than the mid',
      'Rule that closed it: profit target',
    ]) {
      expect(text).toContain(part)
    }
    expect(embed.footer?.text).toMatch(/^SIM seed 7 · 25k · trade 2026-07-17-1 · [0-9a-f]{6}$/)
  })

  it('of a position that was adopted while open says all that its fills say of it: only the decision is missing', () => {
    const events = adoptedEvents().slice(0, 60)
    const [open] = tradeCards(journalOf(events))
    const [older] = tradeCards(journalOf(withoutLegs(events)))
    if (open === undefined || older === undefined) throw new Error('expected the open trade')
    const embed = embedOf(wantedOf(open, null, 2), null, null)
    expect(embed.title).toContain(': 25 × SPY 742P / 737P · ')
    expect(embed.description).toContain(
      'put spread · sold at $1.21, credit $3,025.00 · adopted from the broker: held and closed by the rules',
    )
    const fields = (embed.fields ?? []).map(({ name, value }) => `${name}: ${value}`)
    for (const field of ['Stop: −\u2060$1,000.00', 'True max loss: −\u2060$9,475.00', 'Break-even: $740.79']) {
      expect(fields).toContain(field)
    }
    expect(fields.find((field) => field.startsWith('Fills'))).toContain('10:03:02 sold 10 at $1.21')
    expect(threadName(open)).toBe('25k · Fri 17 Jul 2026 · 742P / 737P')
    // A journal of before fills said their strikes.
    expect(embedOf(wantedOf(older, null, 2), null, null).title).toContain('a position not in the journal')
  })

  it('of a position that was adopted says which rule is closing it, at which prices', () => {
    const events = adoptedEvents()
    const until = events.findIndex(({ type }) => type === 'exit_decided') + 1
    const [closing] = tradeCards(journalOf(events.slice(0, until)))
    if (closing === undefined) throw new Error('expected the trade')
    const rule = { name: 'Rule that is closing it: profit target', value: expect.stringContaining('price of closing') }
    for (const { fields } of [embedOf(wantedOf(closing, null, 2), null, null), adoptedEmbed(closing, null)]) {
      expect(fields).toContainEqual(expect.objectContaining(rule))
    }
  })

  it('of a position that was adopted has the colour that it has with its decision: a small loss is none', () => {
    const colours = [journalEvents(), adoptedEvents()].map((events) => {
      const until = events.findIndex(({ type }) => type === 'mark') + 1
      const [open] = tradeCards(journalOf(events.slice(0, until)))
      return open && embedOf(wantedOf(open, null, 2), null, null).color
    })
    expect(colours).toEqual([COLOURS.neutral, COLOURS.neutral])
  })

  it('of the same seed on another account has another footer: it is not taken for this one', () => {
    const footer = (of: TradeCard) => embedOf(wantedOf(of, null, 2), null, null).footer?.text
    expect(footer({ ...card, accountId: 'another market' })).not.toBe(footer(card))
  })

  it('changes its digest with what it says, and not with the chart', () => {
    const wanted = wantedOf(card, null, 2)
    expect(digestOf(wanted, null)).toBe(digestOf(wantedOf({ ...card }, null, 2), null))
    expect(digestOf(wanted, '1')).not.toBe(digestOf(wanted, null))
    const [open] = tradeCards(journalOf().slice(0, 30))
    if (open === undefined) throw new Error('expected the open trade')
    expect(digestOf(wantedOf(open, null, 2), null)).not.toBe(digestOf(wanted, null))
  })

  it('that was given up says so, and how often it was tried', () => {
    const events = journalOf().slice(0, 19)
    const base = events.at(-1)
    if (base === undefined) throw new Error('expected events')
    const event = {
      type: 'entry_abandoned',
      tradeId: card.tradeId,
      reason: 'denied: buying_power',
      attempts: 1,
    } as const
    const [givenUp] = tradeCards([...events, { ...base, event }])
    if (givenUp === undefined) throw new Error('expected a card')
    const { title, description } = embedOf(wantedOf(givenUp, null, 2), null, null)
    expect(title).toBe('↩️ Given up: 25 × SPY 742P / 737P')
    expect(description).toContain('Proposed ▸ Working ▸ **Given up**')
    expect(description).toContain('nothing was sold in 1 attempt: denied: buying\\_power')
    expect(threadName(givenUp)).toBe('25k · Fri 17 Jul 2026 · 742P / 737P')
    expect(threadName({ ...givenUp, ordinal: 2 })).toContain('entry 2 of the day')
  })
})

describe("a trade's thread", () => {
  it('tells each event with its number in the feed and says that times are New York', () => {
    const content = messagesOf(wantedOf(card, null, 2)).join('\n')
    expect(content).toContain('`#4` 10:03:02 **sold 10 at $1.21** (10 of 25), $20.00 worse than the mid')
    expect(content).toContain('`#9` 13:12:33 **closed: +$1,310.00 net**')
    expect(content).toMatch(/-# SIM seed 7 · 25k · 2026-07-17-1 · New York time · notes 1–7$/)
    expect(tradeNotes(card)).toHaveLength(7)
  })

  it('has nothing of a review before the grades are shown, then all of it, then what was changed', () => {
    const trade = { ...CLOSED, tradeId: card.tradeId }
    const first = [ANN, said(4, 2, 5, { note: 'too *late*', tags: ['late-exit'] })] as const
    const second = [BEN, said(4, 5, 5)] as const
    const changed = [ANN, said(4, 3, 5)] as const
    expect(reviewNotes(visibleReview(recordOf(trade, first)))).toEqual([])
    const shown = reviewNotes(visibleReview(recordOf(trade, first, second)))
    expect(shown).toHaveLength(3)
    expect(shown[0]).toContain('Reviewed: split')
    expect(shown[1]).toBe('**Ann**: **entry 4 · exit 2 · sizing 5** · by the plan · #late-exit\n> too \\*late\\*')
    const later = reviewNotes(visibleReview(recordOf(trade, first, second, changed)))
    expect(later.slice(0, 3)).toEqual(shown)
    expect(later[3]).toContain('**Ann** changed the review: **entry 4 · exit 3 · sizing 5**')
  })

  it("knows its own messages by their last line, and nobody else's", () => {
    expect(lastNoteIn('a\n-# SIM seed 7 · 25k · x · New York time · notes 4–6', 'notes')).toBe(6)
    expect(lastNoteIn('a\n-# SIM seed 7 · 25k · x · New York time · notes 4', 'notes')).toBe(4)
    expect(lastNoteIn('a\n-# SIM seed 7 · 25k · x · New York time · notes 4', 'reviews')).toBe(0)
    expect(lastNoteIn('-# x · notes 9\nand more', 'notes')).toBe(0)
    expect(lastNoteIn('notes 7', 'notes')).toBe(0)
  })
})
