/** Recorded days out of two files, checked to be days that can be traded. Entry point: `loadTradeableDays`. */
import { readBarDays } from '../../replay/bar-days.ts'
import { noCounts } from '../../replay/quality.ts'
import { type DateRange, loadRecordedDays, type RecordedDay } from '../../replay/recorded.ts'

/** Dates named in a message; more are counted. */
const DATES_SHOWN_MAX = 5

/**
 * Without bars a day has no indicators, so nothing is ever entered: of such days alone a market is not made.
 * @throws RangeError naming the days of both files; DataFileError where a file cannot be used.
 */
export async function loadTradeableDays(
  quotesFile: string,
  barsFile: string,
  range: DateRange,
): Promise<RecordedDay[]> {
  const days = await loadRecordedDays(quotesFile, barsFile, range)
  if (days.some(({ bars }) => bars.length > 0)) return days
  const barDates: string[] = []
  for await (const { date } of readBarDays(barsFile, range, noCounts())) barDates.push(date)
  const within = range.from || range.to ? ` from ${range.from ?? 'the first'} to ${range.to ?? 'the last'}` : ''
  throw new RangeError(
    [
      `expected at least one recorded day${within} with quotes and bars, got none: choose other files or dates`,
      `  quotes: ${datesText(days.map(({ date }) => date))} (${quotesFile})`,
      `  bars: ${datesText(barDates)} (${barsFile})`,
    ].join('\n'),
  )
}

function datesText(dates: readonly string[]): string {
  const count = `${dates.length} ${dates.length === 1 ? 'day' : 'days'}`
  if (dates.length === 0) return count
  const shown = dates.length <= DATES_SHOWN_MAX ? dates.join(', ') : `${dates[0]} to ${dates.at(-1)}`
  return `${count}: ${shown}`
}
