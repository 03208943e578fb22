/**
 * The recorded days, traded by the real worker over the real protocols with the clock stepped book by book, must come out
 * as `replay` says, to the cent.
 */
import { afterEach, describe, expect, test } from 'vitest'
import type { DayResult } from '../../src/replay/day-result.ts'
import { loadRecordedDays } from '../../src/replay/recorded.ts'
import { replayDay } from '../../src/replay/replay-day.ts'
import type { DayReport } from '../../src/report/views.ts'
import { PROFILES } from '../../src/strategy/profiles.ts'
import { DEFAULT_LIMITS } from '../../src/strategy/rules.ts'
import type { Structure } from '../../src/strategy/types.ts'
import { eventually, startTestDesk, type TestDesk } from '../support/desk-in-test.ts'
import { driveRecordedDays } from '../support/drive-recorded.ts'
import { ABSENT, recordedFiles } from '../support/shared-data.ts'

const files = recordedFiles()
const FULL_SESSIONS_MIN_BOOKS = 60

describe.skipIf(files === null)(`recorded days through the whole desk ${files === null ? ABSENT : ''}`, () => {
  let desk: TestDesk
  afterEach(() => desk.close())

  test.each<Structure>(['short_put', 'put_spread'])(
    '%s: fills and P&L equal the replay',
    async (structure) => {
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
      const started = await desk.start('25k')
      if (!started.ok) throw new Error(started.refusal.message)
      await driveRecordedDays(desk, started.accountId)

      const days = (await loadRecordedDays(quotes, bars, {})).filter(
        (day) => day.books.length >= FULL_SESSIONS_MIN_BOOKS,
      )
      expect(days.length).toBeGreaterThan(10)
      const config = { profile: PROFILES['25k'], limits: DEFAULT_LIMITS, structure, width: 5 }
      for (const day of days) {
        const expected = replayDay(day, config)
        const report = await eventually(`a report of ${day.date}`, () =>
          desk.store.reader.report(started.accountId, day.date),
        )
        expect({ date: day.date, ...outcome(report) }).toEqual({ date: day.date, ...wanted(expected) })
      }
    },
    240_000,
  )
})

/** A day as the desk's report has it, in the replay's words. */
function outcome(report: DayReport): object {
  const [trade] = report.trades
  const netPnl = report.netPnlCents / 100
  const rulePnl = report.rulePnlCents / 100
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
