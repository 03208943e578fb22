/** The reports of a range of days, read and put together. Entry points: `readPeriod`, `readDays`, `rangeOf`. */
import type { DeskReader } from '../views.ts'
import { buildPeriod, monthOf, type PeriodRange, weekOf } from './period.ts'
import type { PeriodDocument } from './period-schema.ts'
import type { DayDocument } from './schema.ts'

/** A trading day each, for ten years. */
const PERIOD_DAYS_MAX = 2600

/** The week or month of a date. */
export const rangeOf = (unit: 'week' | 'month', date: string): PeriodRange =>
  unit === 'week' ? weekOf(date) : monthOf(date)

/** Null where no day of the range has a report. @throws as `readDays`. */
export async function readPeriod(
  reader: Pick<DeskReader, 'dates' | 'document'>,
  accountId: string,
  range: PeriodRange,
): Promise<PeriodDocument | null> {
  return buildPeriod(await readDays(reader, accountId, range), range)
}

/** The reports of a range. @throws StoreUnreachable, or an Error for more days than are ever wanted. */
export async function readDays(
  reader: Pick<DeskReader, 'dates' | 'document'>,
  accountId: string,
  range: PeriodRange,
): Promise<readonly DayDocument[]> {
  const dates = (await reader.dates(accountId)).filter((date) => date >= range.from && date <= range.to)
  if (dates.length > PERIOD_DAYS_MAX) throw new Error(`expected at most ${PERIOD_DAYS_MAX} days, got ${dates.length}`)
  const documents: DayDocument[] = []
  for (const date of dates) {
    const document = await reader.document(accountId, date)
    if (document !== null) documents.push(document)
  }
  return documents
}
