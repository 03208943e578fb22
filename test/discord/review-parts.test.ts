import { Collection, ComponentType, type ModalSubmitFields } from 'discord.js'
import fc from 'fast-check'
import { pino } from 'pino'
import { describe, expect, test } from 'vitest'
import { readForm, reviewForm } from '../../src/discord/review/form.ts'
import { reviewListReply } from '../../src/discord/review/list.ts'
import { closedEmbed, reviewButtons, reviewEmbed, reviewLine } from '../../src/discord/review/parts.ts'
import { confirmation } from '../../src/discord/review/reply.ts'
import { statusEmbed } from '../../src/discord/views/status-embed.ts'
import { render } from '../../src/feed/render/index.ts'
import { buildDayDocument } from '../../src/report/day/day-document.ts'
import { visibleReview } from '../../src/review/reveal.ts'
import { REVIEW_PERIODS } from '../../src/review/statistics.ts'
import { judgeAnswer } from '../../src/review/submit.ts'
import { NOTE_MAX, REVIEWERS_MAX, type ReviewContent, type TradeReview } from '../../src/review/types.ts'
import { reminderOf } from '../../src/schedule/review-reminder.ts'
import type { JournalEvent } from '../../src/session/events.ts'
import { parseForm } from '../../src/sim/discord/schema/form.ts'
import { modalInput } from '../../src/sim/discord/schema/modal.ts'
import { ACCOUNT_ID, entryOf, SOURCE } from '../support/desk-samples.ts'
import { loadDiscordSpec } from '../support/discord-spec.ts'
import { journalOf, tradeDetails } from '../support/journal-samples.ts'
import { problemsOf } from '../support/message-limits.ts'
import {
  ANN,
  anyAnswers,
  anyContent,
  anyTrade,
  BEN,
  CLOSED,
  person,
  recordOf,
  said,
} from '../support/review-samples.ts'
import { STATUS } from '../support/view-samples.ts'

const spec = loadDiscordSpec()
const log = pino({ level: 'silent' })
const draw = async () => ({ png: new Uint8Array(), alt: 'a picture' })

const anyReview: fc.Arbitrary<TradeReview> = fc
  .tuple(anyTrade, anyAnswers)
  .map(([trade, answers]) =>
    visibleReview(recordOf(trade, ...answers.map((a) => [a.reviewer, a.content, a.needed] as const))),
  )
const anyNeeded = fc.integer({ min: 1, max: 10 })

const postOf = (event: JournalEvent) => render(entryOf(event, 12), { nowWall_ms: 1_000_100, document: null })

describe("prop_within_limits: inside Discord's limits, whatever was said", () => {
  test('beside a trade and after an answer', () => {
    fc.assert(
      fc.property(anyReview, anyContent, anyNeeded, (review, content, needed) => {
        const kind = 'saved' as const
        const remarks = ['*'.repeat(900)]
        const reply = confirmation({
          result: { kind, review },
          content,
          remarks,
          needed,
          next: { accountId: ACCOUNT_ID, trade: { tradeId: '2026-07-17-2', profile: '25k' } },
        })
        expect(problemsOf(reply.embeds)).toEqual([])
        expect(problemsOf([closedEmbed(review), reviewEmbed(review, needed)])).toEqual([])
        for (const button of reviewButtons(ACCOUNT_ID, review).components) {
          expect('label' in button && (button.label?.length ?? 0)).toBeLessThanOrEqual(80)
        }
      }),
    )
  })

  test('in the list and in /status', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyReview, { maxLength: 40 }),
        anyNeeded,
        fc.constantFrom(...REVIEW_PERIODS),
        fc.integer({ min: 0, max: 12 }),
        async (reviews, needed, period, page) => {
          const accounts = async () => [
            { accountId: ACCOUNT_ID, profile: '25k' as const, source: SOURCE, armed: true },
            { accountId: 'another', profile: '2k' as const, source: SOURCE, armed: false },
          ]
          const desk = {
            reader: { accounts, reviews: async () => reviews },
            reviews: { policy: { needed, tags: [] } },
            draw,
          }
          const reply = await reviewListReply({ profile: null, period, page }, desk, { log })
          expect(problemsOf(reply.embeds)).toEqual([])
          const rows = reply.buttons === undefined ? [] : [reply.buttons, ...(reply.moreButtons ?? [])]
          expect(rows.length).toBeLessThanOrEqual(5)
          const buttons = rows.flatMap(({ components }) => components)
          for (const { components } of rows) expect(components.length).toBeLessThanOrEqual(5)
          for (const button of buttons) expect('label' in button && (button.label?.length ?? 0)).toBeLessThanOrEqual(80)
          expect(problemsOf([statusEmbed(STATUS, 0, reviews)])).toEqual([])
          const reminder = reminderOf(reviews, needed)
          if (reminder !== null) expect(problemsOf([postOf(reminder)?.embed ?? {}])).toEqual([])
        },
      ),
      { numRuns: 40 },
    )
  })

  test('in the form, which is what Discord takes', () => {
    fc.assert(
      fc.property(fc.boolean(), fc.option(anyContent), (planFollowed, own) => {
        const form = reviewForm(
          { accountId: ACCOUNT_ID, tradeId: '2026-12-31-999999', profile: '25k', planFollowed, own },
          { needed: 2, tags: Array.from({ length: 17 }, (_, i) => `${'t'.repeat(22)}${i}`) },
        )
        expect(form.components).toHaveLength(5)
        expect(() => parseForm(modalInput, form)).not.toThrow()
        expect(spec?.component('ModalInteractionCallbackRequestData', form, 'form') ?? []).toEqual([])
      }),
    )
  })
})

/** The modal's fields as the library gives them. */
function fieldsOf(values: Readonly<Record<string, string | readonly string[]>>): Pick<ModalSubmitFields, 'fields'> {
  const entries = Object.entries(values).map(([customId, value], id) =>
    typeof value === 'string'
      ? [customId, { customId, id, type: ComponentType.TextInput, value }]
      : [customId, { customId, id, type: ComponentType.StringSelect, values: value }],
  )
  // Only what the library's own class would hold of such fields.
  return { fields: new Collection(entries as never) }
}

const FILLED = { entry: ['4'], exit: ['2'], sizing: ['5'], tags: ['news'], note: ' Late. #fed-day ' }

describe('the form', () => {
  test('is read with tags from the list and from the note', () => {
    expect(readForm(fieldsOf(FILLED), false)).toEqual({
      ok: true,
      content: said(4, 2, 5, { planFollowed: false, tags: ['news', 'fed-day'], note: 'Late. #fed-day' }),
      remarks: [],
    })
  })

  test.each([
    ['no grade', { ...FILLED, entry: [] }],
    ['two grades', { ...FILLED, entry: ['1', '2'] }],
    ['a grade of six', { ...FILLED, exit: ['6'] }],
    ['a grade of zero', { ...FILLED, exit: ['0'] }],
    ['half a grade', { ...FILLED, sizing: ['2.5'] }],
    ['a word', { ...FILLED, sizing: ['good'] }],
    ['a text where a choice belongs', { ...FILLED, sizing: '3' }],
    ['none of the fields', {}],
  ])('with %s is refused, saying what is expected', (_, values) => {
    expect(readForm(fieldsOf(values), true)).toMatchObject({
      ok: false,
      problem: expect.stringContaining('from 1 to 5'),
    })
  })

  test('with too long a note is refused, counted as Discord counts', () => {
    expect(readForm(fieldsOf({ ...FILLED, note: '🟢'.repeat(NOTE_MAX) }), true)).toMatchObject({ ok: true })
    expect(readForm(fieldsOf({ ...FILLED, note: 'x'.repeat(NOTE_MAX + 1) }), true)).toMatchObject({
      ok: false,
      problem: expect.stringContaining('got 601'),
    })
  })

  test('says what was not taken', () => {
    const long = readForm(fieldsOf({ ...FILLED, note: `#${'y'.repeat(30)} #a1 #a2 #a3 #a4 #a5 #a6 #a7 #a8` }), true)
    expect(long.ok && long.remarks).toEqual([
      '1 tag is left out: a review has at most 8.',
      `Not taken as a tag: ${'y'.repeat(30)}.`,
    ])
  })

  test('prop_round_trip: opened again and sent as it is, it says the same', () => {
    fc.assert(
      fc.property(anyContent, (content) => {
        const own = readForm(fieldsOf(valuesOf(content)), content.planFollowed)
        if (!own.ok) throw new Error(own.problem)
        const form = reviewForm(
          { accountId: ACCOUNT_ID, ...CLOSED, planFollowed: content.planFollowed, own: own.content },
          { needed: 2, tags: ['news', 'late-exit'] },
        )
        const again: Record<string, string | readonly string[]> = {}
        for (const part of form.components) {
          if (part.type !== ComponentType.Label) throw new Error('expected labels only')
          const { component } = part
          if (component.type === ComponentType.StringSelect) {
            again[component.custom_id] = component.options.flatMap((o) => (o.default === true ? o.value : []))
          } else if (component.type === ComponentType.TextInput) again[component.custom_id] = component.value ?? ''
        }
        const second = readForm(fieldsOf(again), content.planFollowed)
        if (!second.ok) throw new Error(second.problem)
        expect({ ...second.content, tags: second.content.tags.toSorted() }).toEqual({
          ...own.content,
          tags: own.content.tags.toSorted(),
        })
      }),
    )
  })
})

const valuesOf = ({ grades, tags, note }: ReviewContent) => ({
  entry: [String(grades.entry)],
  exit: [String(grades.exit)],
  sizing: [String(grades.sizing)],
  tags,
  note,
})

test('form, answer and what stands beside the trade name its account: trades of two have the same ids', () => {
  const [tradeId, title] = ['2026-07-17-1', '2026-07-17-1 · 2k']
  const trade = { ...CLOSED, tradeId, profile: '2k' } as const
  const review = visibleReview(recordOf(trade, [ANN, said(1, 1, 1)]))
  const form = { accountId: ACCOUNT_ID, tradeId, profile: trade.profile, planFollowed: true, own: null }
  expect(reviewForm(form, { needed: 2, tags: ['news'] }).title).toBe(`${title}: by the plan`)
  const next = { accountId: 'other', trade: { tradeId, profile: '25k' } } as const
  const told = { result: { kind: 'saved', review }, content: said(1, 1, 1), remarks: [], needed: 2, next } as const
  const reply = confirmation(told)
  expect(reply.embeds[0]?.title).toBe(`📝 Saved: ${title}`)
  expect(reply.buttons?.components).toMatchObject([{ label: 'Next: 2026-07-17-1 · 25k' }])
  expect([closedEmbed(review), reviewEmbed(review, 2)].map(({ footer }) => footer?.text)).toEqual([title, title])
})

describe('what is told of a review', () => {
  const submitted = (content: ReviewContent): JournalEvent => {
    const judged = judgeAnswer(recordOf(CLOSED), { reviewer: ANN, content, needed: 2, atWall_ms: 1 })
    const [event] = judged.kind === 'saved' ? judged.events : []
    if (event === undefined) throw new Error('expected an event')
    return event
  }

  test('of a submission nothing, in no post, report or trade', () => {
    const event = submitted(said(1, 1, 1, { note: 'hidden', tags: ['secret'] }))
    expect(postOf(event)).toBeNull()
    const plain = journalOf()
    const reviewed = [...plain, { ...entryOf(event, 99), feedNo: null }]
    expect(buildDayDocument(reviewed)).toEqual(buildDayDocument(plain))
    expect(tradeDetails(reviewed)).toEqual(tradeDetails(plain))
  })

  test('all reviewers of a trade are in its post and beside it, however many and long', () => {
    const tags = ['t', 'u', 'v', 'w', 'x', 'y', 'z', 'q'].map((letter) => letter.repeat(24))
    const answers = Array.from({ length: REVIEWERS_MAX }, (_, index) => {
      const content = said(1, 5, 3, { tags, note: '*'.repeat(NOTE_MAX) })
      return [person(`${index}_${'*'.repeat(30)}`), content, REVIEWERS_MAX] as const
    })
    const last = answers.at(-1)
    const judged = judgeAnswer(recordOf(CLOSED, ...answers.slice(0, -1)), {
      reviewer: last?.[0] ?? ANN,
      content: last?.[1] ?? said(1, 1, 1),
      needed: REVIEWERS_MAX,
      atWall_ms: 1,
    })
    const told = judged.kind === 'saved' ? judged.events[1] : undefined
    if (told === undefined || judged.kind !== 'saved') throw new Error('expected a reviewed trade')
    expect(postOf(told)?.embed.fields).toHaveLength(REVIEWERS_MAX)
    const beside = reviewEmbed(judged.review, REVIEWERS_MAX)
    expect(beside.fields).toHaveLength(1 + REVIEWERS_MAX)
    expect(problemsOf([beside, postOf(told)?.embed ?? {}])).toEqual([])
  })

  test('where it stands', () => {
    const line = (...answers: Parameters<typeof recordOf> extends [unknown, ...infer A] ? A : never) =>
      reviewLine(visibleReview(recordOf(CLOSED, ...answers)), 2)
    expect(line()).toBe('Review: 0 of 2 in')
    expect(line([ANN, said(1, 1, 1)])).toBe('Review: 1 of 2 in (Ann)')
    expect(line([ANN, said(3, 4, 4)], [BEN, said(4, 4, 4)])).toBe('Reviewed by Ann, Ben: agreed')
    const stopped = visibleReview(recordOf({ ...CLOSED, stoppedBy: ANN }, [ANN, said(3, 3, 3), 1]))
    expect(reviewLine(stopped, 1)).toBe('Review: 1 of 1 in (Ann), somebody who did not stop it is needed')
  })

  test('the reminder counts all and names the oldest, and is silent where nothing waits', () => {
    const done = visibleReview(recordOf(CLOSED, [ANN, said(3, 3, 3)], [BEN, said(3, 3, 3)]))
    expect(reminderOf([done], 2)).toBeNull()
    const waiting = visibleReview(recordOf({ ...CLOSED, stoppedBy: ANN }, [ANN, said(3, 3, 3), 1]))
    const reminder = reminderOf([...Array.from({ length: 11 }, () => waiting), done], 1)
    expect(reminder).toMatchObject({
      waiting: 11,
      oldest: expect.arrayContaining([expect.objectContaining({ needsOtherThan: 'Ann' })]),
    })
    expect(reminder?.oldest).toHaveLength(10)
    const text = JSON.stringify(reminder === null ? null : postOf(reminder)?.embed)
    expect(text).toContain('11 trades wait for a review')
    expect(text).toContain('in: Ann · somebody other than Ann is needed')
    expect(text).toContain('and 1 more')
  })
})
