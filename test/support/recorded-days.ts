/**
 * The recorded days, traded by the real worker over the real protocols with the clock stepped book by book, must come
 * out as `replay` says, to the cent.
 */
import { afterEach, describe, expect, test } from 'vitest'
import type { DayResult } from '../../src/replay/day-result.ts'
import { loadRecordedDays } from '../../src/replay/recorded.ts'
import { replayDay } from '../../src/replay/replay-day.ts'
import { price, signedMoney } from '../../src/report/format.ts'
import type { DayReport } from '../../src/report/views.ts'
import type { JournalEntry } from '../../src/session/events.ts'
import { PROFILES } from '../../src/strategy/profiles.ts'
import { DEFAULT_LIMITS } from '../../src/strategy/rules.ts'
import type { Structure } from '../../src/strategy/types.ts'
import { startTestChat, type TestChat } from './chat-in-test.ts'
import { textOf } from './chat-user.ts'
import { startTestDesk, type TestDesk } from './desk-in-test.ts'
import { driveRecordedDays } from './drive-recorded.ts'
import { ABSENT, recordedFiles } from './shared-data.ts'
import { eventually } from './waits.ts'

const files = recordedFiles()
const FULL_SESSIONS_MIN_BOOKS = 60
/** Posts keep minus and dollar on one line with it; nobody sees it. */
const WORD_JOINER = '\u2060'

/** Defines the test: skipped, saying so, where the recordings are absent. */
export function recordedDaysEqualTheReplay(structure: Structure): void {
  describe.skipIf(files === null)(`recorded days through the whole desk ${files === null ? ABSENT : ''}`, () => {
    let desk: TestDesk
    let chat: TestChat
    afterEach(async () => {
      await chat.close()
      await desk.close()
    })

    test(`${structure}: fills, P&L, posts and report equal the replay`, async () => {
      const { quotes, bars } = files ?? { quotes: '', bars: '' }
      const account = { profile: '25k', keyId: 'PKSIM25K', secret: 'sim', optionsLevel: 3 } as const
      desk = await startTestDesk({
        source: { kind: 'recorded', quotesFile: quotes, barsFile: bars },
        accounts: [{ ...account, equity: structure === 'short_put' ? 3_000_000 : 25_000 }],
        structure,
        paused: true,
        // Books come every five minutes: silence in between is no fault.
        engine: { positionQuoteAgeMax_s: 7200 },
      })
      await desk.addWorker()
      chat = await startTestChat(desk)
      const { interactionId } = await chat.olivia.slash('start', { account: '25k' })
      expect(interactionId).not.toBe('')
      const accountId = await eventually('an armed account', async () => {
        const [account] = await desk.store.reader.accounts()
        return account?.armed === true ? account.accountId : null
      })
      await driveRecordedDays(desk, accountId)
      const feed = await desk.store.reader.feed(accountId, 0, 10_000)
      const posts = await allPosts(chat, feed.length)

      const days = (await loadRecordedDays(quotes, bars, {})).filter(
        (day) => day.books.length >= FULL_SESSIONS_MIN_BOOKS,
      )
      expect(days.length).toBeGreaterThan(10)
      const config = { profile: PROFILES['25k'], limits: DEFAULT_LIMITS, structure, width: 5 }
      for (const day of days) {
        const expected = replayDay(day, config)
        const report = await eventually(`a report of ${day.date}`, () => desk.store.reader.report(accountId, day.date))
        expect({ date: day.date, ...outcome(report) }).toEqual({ date: day.date, ...wanted(expected) })
        for (const { type, text } of wantedInPosts(expected)) {
          const entry = feed.find((candidate) => candidate.date === day.date && matches(candidate, type))
          expect(posts.get(entry?.feedNo ?? 0), `the post of ${type} on ${day.date}`).toContain(text)
        }
      }
    }, 240_000)
  })
}

/** Every post of the feed, by number: the channel must hold each exactly once, in order. */
async function allPosts(chat: TestChat, count: number): Promise<Map<number, string>> {
  const texts = await chat.olivia.until(
    () => {
      const found = chat.olivia
        .messages()
        .map((message) => textOf(message).replaceAll(WORD_JOINER, ''))
        .filter((text) => FEED_NUMBER.test(text))
      return found.length >= count ? found : undefined
    },
    `${count} posts`,
    60_000,
  )
  const numbers = texts.map((text) => Number(FEED_NUMBER.exec(text)?.[1]))
  expect(numbers).toEqual(Array.from({ length: count }, (_, index) => index + 1))
  return new Map(texts.map((text, index) => [index + 1, text]))
}

type PostKind = 'open fill' | 'close fill' | 'trade_closed' | 'session_ended'

function matches({ event }: JournalEntry, kind: PostKind): boolean {
  return event.type === 'fill' ? kind === `${event.purpose} fill` : event.type === kind
}

/** What the day's posts must say, in the words of the channel. */
function wantedInPosts(day: DayResult): { type: PostKind; text: string }[] {
  const net = signedMoney(Math.round((day.netPnl ?? 0) * 100))
  const ended = { type: 'session_ended', text: net } as const
  if (day.status !== 'traded') return [ended]
  return [
    { type: 'open fill', text: `at ${price(day.entry.fill)}` },
    { type: 'close fill', text: `at ${price(day.exit.fill)}` },
    { type: 'trade_closed', text: net },
    ended,
  ]
}

const FEED_NUMBER = /REPLAY recorded · 25k · #(\d+)/

/** A day as the desk's report has it, in the replay's words. */
function outcome(report: DayReport): object {
  const [trade] = report.trades
  const netPnl = report.netPnlCents / 100
  const rulePnl = (report.rulePnlCents ?? Number.NaN) / 100
  const { skips, decisions } = report
  if (trade === undefined) return { status: 'no_trade', entry: null, exit: null, netPnl, rulePnl, skips, decisions }
  return {
    status: 'traded',
    entry: { t_ms: trade.entry_ms, strike: trade.strike, mid: trade.decisionMid, fill: trade.entryFill },
    exit: { t_ms: trade.exit_ms, reason: trade.reason, fill: trade.exitFill },
    netPnl,
    rulePnl,
    skips,
    decisions,
  }
}

function wanted(day: DayResult): object {
  const { status, entry, exit, netPnl, rulePnl, skips, decisions } = day
  return {
    status,
    entry: entry === null ? null : { t_ms: entry.t_ms, strike: entry.strike, mid: entry.mid, fill: entry.fill },
    exit: exit === null ? null : { t_ms: exit.t_ms, reason: exit.reason, fill: exit.fill },
    netPnl,
    rulePnl,
    skips,
    decisions,
  }
}
