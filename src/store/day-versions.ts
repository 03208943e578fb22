/**
 * What tells, without reading it, that a day's journal or report is another one than before. Entry point:
 * `dayVersions`.
 */
import type { Redis } from 'ioredis'
import type { Keys } from './keys.ts'
import { StoreUnreachable } from './port.ts'
import { reached } from './session-store.ts'

/**
 * By date: the id of the journal's last entry, and how often the report was written, with its length. A restore that
 * puts other files in their place begins to count anew, and shows by the length.
 */
export async function dayVersions(
  redis: Redis,
  keys: Keys,
  accountId: string,
  dates: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (dates.length === 0) return new Map()
  const asked = redis.pipeline()
  for (const date of dates) {
    asked.xrevrange(keys.journal(accountId, date), '+', '-', 'COUNT', 1)
    asked.hget(keys.reportWrites(accountId), date)
    asked.hstrlen(keys.reports(accountId), date)
  }
  const replies = ((await reached(() => asked.exec())) ?? []).map(([error, reply]) => {
    if (error !== null) throw new StoreUnreachable(error)
    return reply
  })
  return new Map(
    dates.map((date, index) => {
      const [rows, writes, length] = replies.slice(3 * index, 3 * index + 3)
      const lastId: unknown = Array.isArray(rows) ? rows[0]?.[0] : undefined
      return [date, `${lastId ?? 'none'}/${writes ?? 0}/${length ?? 0}`]
    }),
  )
}
