/** The days of a verdict out of a file. Entry point: `daysOfFile`. */
import { readFile } from 'node:fs/promises'
import { fromTypedPath } from '../config/paths.ts'
import { sessionHours } from '../strategy/exchange-calendar.ts'
import { type VerdictDay, verdictDaySchema } from '../validation/verdict/day.ts'
import { UsageError } from './usage.ts'

/** A field that is misspelt would be left out of the verdict unseen. */
const known = verdictDaySchema.shape

/** JSON lines, one day each. @throws UsageError naming the line. */
export async function daysOfFile(file: string): Promise<VerdictDay[]> {
  const text = await readFile(fromTypedPath(file), 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`${file}: expected a file of days, one JSON object a line: ${error.code ?? error.message}`)
  })
  const lines = text.split('\n')
  return lines.flatMap((line, index) => (line.trim() === '' ? [] : [parseDay(line, `${file}:${index + 1}`)]))
}

function parseDay(line: string, place: string): VerdictDay {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    throw new UsageError(`${place}: expected a JSON object, got "${line.slice(0, 40)}"`)
  }
  const unknown = typeof value === 'object' && value !== null ? Object.keys(value).find((key) => !(key in known)) : null
  if (unknown != null) {
    throw new UsageError(`${place}: ${unknown}: expected one of ${Object.keys(known).join(', ')}, got another field`)
  }
  const parsed = verdictDaySchema.safeParse(value)
  if (parsed.success) {
    const { date } = parsed.data
    // No day of a file runs any more: one whose session never ended counts, too.
    if (sessionHours(date) !== null) return { ...parsed.data, ended: true }
    throw new UsageError(`${place}: date: expected a trading day, the exchange is closed on ${date}`)
  }
  const [issue] = parsed.error.issues
  throw new UsageError(`${place}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not a day'}`)
}
