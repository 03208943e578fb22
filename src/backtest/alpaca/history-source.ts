/**
 * Alpaca's history as days of a backtest. Each day is kept on disk once read, so a run that was cancelled or failed
 * goes on where it stopped, and the next one asks for nothing.
 *
 * Entry point: `historySource`.
 *
 * 1. What was read of a day and left out is kept with it, and counted whether it comes from Alpaca or from disk.
 * 2. A day whose bars contradict each other or cannot be prices is refused (`checkedBars`), and never kept.
 */
import { join } from 'node:path'
import { putSymbol } from '../../broker/occ.ts'
import { reasonOf } from '../../config/reason.ts'
import { contentKey } from '../../replay/day-cache.ts'
import { DayFileError, readDayFile, writeDayFile } from '../../replay/day-file.ts'
import type { PackedDay } from '../../replay/packed-day.ts'
import { addCounts, noCounts, type ReadCounts } from '../../replay/quality.ts'
import { sessionsBetween } from '../../strategy/exchange-calendar.ts'
import { isSessionBar } from '../../strategy/indicators.ts'
import type { Bar, SessionHours } from '../../strategy/types.ts'
import { DAY_MS, MINUTE_MS } from '../../time/units.ts'
import type { CacheSettings, DaySource } from '../sources.ts'
import { checkedBars, refuseStrayPrices } from './history-bars.ts'
import { historyDay, strikesOf } from './history-day.ts'
import type { HistoryReads } from './history-reads.ts'

/** Changes with what a day is made of. */
const FORM = 2
/** Without a subscription the last quarter of an hour is not handed out. */
const SETTLED_AFTER_MS = 30 * MINUTE_MS

/** An empty answer is kept only of a day so long over: until then its bars may only be late. */
const EMPTY_SETTLED_AFTER_MS = 7 * DAY_MS

interface HistoryOptions {
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

/** A day and what reading it counted; null where there was nothing to decide on. */
interface ReadDay {
  readonly day: PackedDay | null
  readonly counts: ReadCounts
}

async function kept(file: string | null, say: (note: string) => void): Promise<ReadDay | 'absent'> {
  if (file === null) return 'absent'
  try {
    const frames = readDayFile(file)
    let day: PackedDay | null = null
    for (let next = await frames.next(); ; next = await frames.next()) {
      if (next.done) return { day, counts: next.value }
      day = next.value
    }
  } catch (error) {
    if (!(error instanceof DayFileError)) throw error
    if (!error.isAbsent) say(`${file} is not used and read anew: ${error.message}`)
    return 'absent'
  }
}

async function keep(file: string | null, { day, counts }: ReadDay, { unique, say }: CacheSettings): Promise<void> {
  if (file === null) return
  try {
    const writer = await writeDayFile(file, unique)
    if (day !== null) await writer.add(day)
    await writer.finish(counts)
  } catch (error) {
    say(`${file} could not be written: ${reasonOf(error)}`)
  }
}

async function readDay(session: SessionHours, reads: HistoryOptions['reads']): Promise<ReadDay> {
  const { open_ms, close_ms, date } = session
  const counts = noCounts()
  const answered = await reads.spyBars(open_ms, close_ms)
  counts.barRows += answered.length
  const spyBars = checkedBars({ date, symbol: 'SPY' }, answered, counts)
  const inSession = spyBars.filter(({ t_ms }) => isSessionBar(t_ms, session))
  refuseStrayPrices(date, inSession)
  const strikes = strikesOf(inSession)
  if (strikes.length === 0) return { day: null, counts }
  const symbols = new Map(strikes.map((strike) => [putSymbol(date, strike), strike]))
  const found = await reads.putBars([...symbols.keys()], open_ms, close_ms)
  const putBars = new Map<number, readonly Bar[]>()
  for (const [symbol, bars] of found) {
    const strike = symbols.get(symbol)
    if (strike === undefined) continue
    counts.quoteRows += bars.length
    putBars.set(strike, checkedBars({ date, symbol }, bars, counts))
  }
  return { day: historyDay(session, spyBars, putBars, counts), counts }
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
        let read = await kept(file, cache.say)
        if (read === 'absent') {
          read = await readDay(session, reads)
          if (read.day !== null || session.close_ms + EMPTY_SETTLED_AFTER_MS <= now_ms) await keep(file, read, cache)
        }
        const { day } = read
        addCounts(counts, read.counts)
        if (day === null) {
          counts.barDaysWithoutBooks++
          cache.say(`${session.date}: no option bars, passed over`)
        } else yield day
      }
    },
  }
}
