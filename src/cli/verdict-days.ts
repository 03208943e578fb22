/** Where the days of a verdict come from: the desk's store, or a file. Entry points: `daysOfStore`, `daysOfFile`. */
import { readFile } from 'node:fs/promises'
import { fromTypedPath } from '../config/paths.ts'
import type { DeskReader } from '../report/views.ts'
import type { JournalEvent } from '../session/events.ts'
import { dayEvidence } from '../validation/criteria/evidence.ts'
import { dayOfReport, type VerdictDay, verdictDaySchema } from '../validation/verdict/day.ts'
import { UsageError } from './usage.ts'

/** More days than a desk trades in forty years. */
const DAYS_MAX = 10_000
const FEED_PAGE = 500
const FEED_PAGES_MAX = 10_000

/** Every ended day of every account. */
export async function daysOfStore(reader: DeskReader): Promise<VerdictDay[]> {
  const days: VerdictDay[] = []
  for (const { accountId } of await reader.accounts()) {
    const dates = await reader.dates(accountId)
    if (dates.length > DAYS_MAX) throw new UsageError(`expected at most ${DAYS_MAX} days, got ${dates.length}`)
    const events = await eventsByDate(reader, accountId)
    for (const date of dates) {
      const report = await reader.report(accountId, date)
      const own = events.get(date)
      const day = report === null ? null : dayOfReport(report, own === undefined ? null : dayEvidence(own))
      if (day !== null) days.push(day)
    }
  }
  return days
}

async function eventsByDate(reader: DeskReader, accountId: string): Promise<ReadonlyMap<string, JournalEvent[]>> {
  const byDate = new Map<string, JournalEvent[]>()
  let after = 0
  for (let page = 0; page < FEED_PAGES_MAX; page++) {
    const entries = await reader.feed(accountId, after, FEED_PAGE)
    for (const { date, event } of entries) {
      const own = byDate.get(date)
      if (own === undefined) byDate.set(date, [event])
      else own.push(event)
    }
    const last = entries.at(-1)?.feedNo ?? null
    if (last === null) break
    after = last
  }
  return byDate
}

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
  const parsed = verdictDaySchema.safeParse(value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new UsageError(`${place}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not a day'}`)
}
