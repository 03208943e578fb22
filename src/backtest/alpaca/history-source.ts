/**
 * Alpaca's history as days of a backtest. Each day is kept on disk once read, so a run that was cancelled or failed goes on
 * where it stopped, and the next one asks for nothing.
 *
 * Entry point: `historySource`.
 */
import { join } from 'node:path'
import { putSymbol } from '../../broker/occ.ts'
import { reasonOf } from '../../config/reason.ts'
import { contentKey } from '../../replay/day-cache.ts'
import { DayFileError, readDayFile, writeDayFile } from '../../replay/day-file.ts'
import type { PackedDay } from '../../replay/packed-day.ts'
import { noCounts, type ReadCounts } from '../../replay/quality.ts'
import { sessionsBetween } from '../../strategy/exchange-calendar.ts'
import type { Bar, SessionHours } from '../../strategy/types.ts'
import type { CacheSettings, DaySource } from '../sources.ts'
import { historyDay, strikesOf } from './history-day.ts'
import type { HistoryReads } from './history-reads.ts'

/** Changes with what a day is made of. */
const FORM = 1
/** Without a subscription the last quarter of an hour is not handed out. */
const SETTLED_AFTER_MS = 30 * 60_000

/** An empty answer is kept only of a day so long over: until then its bars may only be late. */
const EMPTY_SETTLED_AFTER_MS = 7 * 24 * 60 * 60_000

export interface HistoryOptions {
  readonly from: string
  readonly to: string
  readonly reads: Pick<HistoryReads, 'spyBars' | 'putBars'>
  readonly feed: string
  /** A simulator answers: its days prove what the made-up market proves, and are never kept beside Alpaca's own. */
  readonly isSimulated: boolean
  readonly cache: CacheSettings
  /** Now: sessions that are not over yet are passed over. */
  readonly now_ms: number
}

async function kept(file: string | null, say: (note: string) => void): Promise<PackedDay | null | 'absent'> {
  if (file === null) return 'absent'
  try {
    let found: PackedDay | null = null
    for await (const day of readDayFile(file)) found = day
    return found
  } catch (error) {
    if (!(error instanceof DayFileError)) throw error
    if (!error.isAbsent) say(`${file} is not used and read anew: ${error.message}`)
    return 'absent'
  }
}

async function keep(file: string | null, day: PackedDay | null, { unique, say }: CacheSettings): Promise<void> {
  if (file === null) return
  try {
    const writer = await writeDayFile(file, unique)
    if (day !== null) await writer.add(day)
    await writer.finish(noCounts())
  } catch (error) {
    say(`${file} could not be written: ${reasonOf(error)}`)
  }
}

async function readDay(session: SessionHours, reads: HistoryOptions['reads']): Promise<PackedDay | null> {
  const { open_ms, close_ms, date } = session
  const spyBars = await reads.spyBars(open_ms, close_ms)
  const strikes = strikesOf(spyBars)
  if (strikes.length === 0) return null
  const symbols = new Map(strikes.map((strike) => [putSymbol(date, strike), strike]))
  const found = await reads.putBars([...symbols.keys()], open_ms, close_ms)
  const putBars = new Map<number, readonly Bar[]>()
  for (const [symbol, bars] of found) {
    const strike = symbols.get(symbol)
    if (strike !== undefined) putBars.set(strike, bars)
  }
  return historyDay(session, spyBars, putBars)
}

export function historySource(options: HistoryOptions): DaySource {
  const { from, to, reads, feed, isSimulated, now_ms } = options
  const cache = isSimulated ? { ...options.cache, folder: null } : options.cache
  const all = sessionsBetween(from, to)
  const sessions = all.filter(({ close_ms }) => close_ms + SETTLED_AFTER_MS <= now_ms)
  const fileOf = ({ date }: SessionHours): string | null =>
    cache.folder === null ? null : join(cache.folder, 'alpaca', `${date}-${contentKey([FORM, feed]).slice(0, 12)}.days`)
  return {
    kind: isSimulated ? 'market' : 'alpaca',
    label: `${isSimulated ? 'simulated' : 'Alpaca'} one-minute bars (${feed}), trades without quotes`,
    fills: ['mid', 'seed'],
    daysExpected: sessions.length,
    async *days(counts: ReadCounts): AsyncGenerator<PackedDay> {
      const left = all.length - sessions.length
      if (left > 0) cache.say(`${left} sessions of the range are not over yet and are passed over`)
      for (const session of sessions) {
        const file = fileOf(session)
        let day = await kept(file, cache.say)
        if (day === 'absent') {
          day = await readDay(session, reads)
          if (day !== null || session.close_ms + EMPTY_SETTLED_AFTER_MS <= now_ms) await keep(file, day, cache)
        }
        if (day === null) {
          counts.barDaysWithoutBooks++
          cache.say(`${session.date}: no option bars, passed over`)
        } else yield day
      }
    },
  }
}
