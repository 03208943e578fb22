/**
 * A packed day as one run of numbers: what goes to disk and between threads.
 *
 * Entry points: `dayToNumbers`, `numbersToDay`.
 *
 * Layout: date as yyyymmdd, open_ms, close_ms, counts of bar values, books and rows; then bars, times, spots, offsets,
 * strikes, bids, asks. `numbersToDay` copies no column but the offsets.
 */
import type { PackedDay } from './packed-day.ts'

const HEAD = 6

const sizeOf = (barValues: number, books: number, rows: number): number =>
  HEAD + barValues + 2 * books + (books + 1) + 3 * rows

/** @param allocate where the numbers go: `SharedArrayBuffer` for threads. */
export function dayToNumbers(
  { date, session, bars, times, spots, offsets, strikes, bids, asks }: PackedDay,
  allocate: (bytes: number) => ArrayBuffer | SharedArrayBuffer = (bytes) => new ArrayBuffer(bytes),
): Float64Array {
  const [barValues, books, rows] = [bars.length, times.length, strikes.length]
  const numbers = new Float64Array(allocate(8 * sizeOf(barValues, books, rows)))
  numbers.set([Number(date.replaceAll('-', '')), session.open_ms, session.close_ms, barValues, books, rows])
  let at = HEAD
  for (const column of [bars, times, spots, offsets, strikes, bids, asks]) {
    numbers.set(column, at)
    at += column.length
  }
  return numbers
}

const isCount = (value: number | undefined): value is number => Number.isSafeInteger(value) && (value ?? -1) >= 0

/** @throws RangeError where the numbers are no day. */
export function numbersToDay(numbers: Float64Array): PackedDay {
  const [date = 0, open_ms = 0, close_ms = 0, barValues, books, rows] = numbers.subarray(0, HEAD)
  if (!isCount(barValues) || !isCount(books) || !isCount(rows) || numbers.length !== sizeOf(barValues, books, rows)) {
    throw new RangeError(`expected the numbers of a day, got ${numbers.length} that are none`)
  }
  const text = String(date)
  const name = `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}`
  let at = HEAD
  const column = (length: number): Float64Array => {
    const part = numbers.subarray(at, at + length)
    at += length
    return part
  }
  const [bars, times, spots] = [column(barValues), column(books), column(books)]
  const offsets = Uint32Array.from(column(books + 1))
  const [strikes, bids, asks] = [column(rows), column(rows), column(rows)]
  return { date: name, session: { date: name, open_ms, close_ms }, bars, times, spots, offsets, strikes, bids, asks }
}
