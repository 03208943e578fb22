/**
 * Alerts that nobody has acknowledged, kept beside the journal so that none is lost with the days that are not read any
 * more: written by the bot, read by whoever looks at the desk. Entry points: `readOpenAlerts`, `keptOpenAlerts`.
 */
import type { Redis } from 'ioredis'
import { z } from 'zod'
import type { OpenAlert } from '../report/views.ts'
import type { JournalEntry } from '../session/events.ts'
import type { Keys } from './keys.ts'
import { reached, readEntry } from './session-store.ts'

export interface KeptAlert {
  readonly entry: JournalEntry
  readonly alertNo: number
  /** What its post says, in a line. */
  readonly title: string
  /** Feed numbers of its repetitions, in order. */
  readonly repeats: readonly number[]
}

/** Methods throw `StoreUnreachable`. */
export interface OpenAlertStore {
  openAlerts(accountId: string): Promise<readonly KeptAlert[]>
  /** Writes `kept` beside what is there, and takes away the alerts of these feed numbers. */
  setOpenAlerts(accountId: string, kept: readonly KeptAlert[], gone: readonly number[]): Promise<void>
}

const keptSchema = z.object({
  alertNo: z.int(),
  title: z.string(),
  repeats: z.array(z.int()),
  entry: z.looseObject({ atWall_ms: z.number(), event: z.looseObject({ type: z.string() }) }),
})

async function stored(redis: Redis, keys: Keys, accountId: string): Promise<z.infer<typeof keptSchema>[]> {
  const texts = await reached(() => redis.hvals(keys.openAlerts(accountId)))
  return texts.map((text) => keptSchema.parse(JSON.parse(text))).toSorted((a, b) => a.alertNo - b.alertNo)
}

/** Oldest first. Throws `StoreUnreachable`. */
export async function readOpenAlerts(
  redis: Redis,
  keys: Keys,
  accountId: string,
  now_ms: number,
): Promise<readonly OpenAlert[]> {
  return (await stored(redis, keys, accountId)).map(({ alertNo, title, entry }) => ({
    alertNo,
    title,
    age_ms: Math.max(0, now_ms - entry.atWall_ms),
  }))
}

export function keptOpenAlerts(redis: Redis, keys: Keys): OpenAlertStore {
  return {
    async openAlerts(accountId) {
      return (await stored(redis, keys, accountId)).map((kept) => ({ ...kept, entry: readEntry(kept.entry) }))
    },
    async setOpenAlerts(accountId, kept, gone) {
      const write = redis.multi()
      for (const alert of kept) write.hset(keys.openAlerts(accountId), String(alert.alertNo), JSON.stringify(alert))
      if (gone.length > 0) write.hdel(keys.openAlerts(accountId), ...gone.map(String))
      await reached(() => write.exec())
    },
  }
}
