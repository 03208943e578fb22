/**
 * Which silences of engines the channel was told of, on Redis. Entry point: `createSilenceStore`.
 *
 * 1. An account has at most one silence at a time; it is there from before its alert is committed until after its end
 *    is.
 * 2. It changes from exactly the value that was read, and only under the newest epoch of the bot's lease.
 */
import type { Redis } from 'ioredis'
import { z } from 'zod'
import { type EngineRecord, readEngines } from './engine-records.ts'
import { BOT_LEASE } from './feed-store.ts'
import type { Keys } from './keys.ts'
import type { Leases } from './lease.ts'
import type { SessionStore } from './port.ts'
import { defineScript } from './script.ts'
import { reached } from './session-store.ts'

const silenceSchema = z.object({
  /** `telling` and `returning`: the post may be committed or not, the journal knows. */
  stage: z.enum(['telling', 'told', 'returning']),
  /** Wall time of the bot at which the engine's last sign of life was seen. */
  since_ms: z.int(),
  /** Trading date whose journal has the alert. */
  date: z.string(),
  /** Wall time at which the stage began: what it commits is not older. */
  at_ms: z.int(),
  /** The last sign of life itself; absent: begun by an older version. */
  sign: z.string().optional(),
})
export type Silence = z.infer<typeof silenceSchema>

export interface SilenceReading {
  /** Every campaign that is not over. */
  readonly engines: readonly EngineRecord[]
  readonly silences: ReadonlyMap<string, Silence>
}

/** Methods throw `StoreUnreachable` when the store does not answer. */
export interface SilenceStore {
  read(): Promise<SilenceReading>
  /** False: it was not `before` any more, or a newer epoch of the bot's lease exists. Null: no silence. */
  replace(accountId: string, before: Silence | null, after: Silence | null, epoch: number): Promise<boolean>
}

/**
 * KEYS[1] epoch counter of the bot's lease · KEYS[2] hash: account id → silence
 * ARGV[1] epoch · ARGV[2] account id · ARGV[3] the value expected, or '' · ARGV[4] the next value, or ''
 * Returns 1 (replaced) or 0 (another value, or a newer epoch).
 */
const REPLACE = defineScript(`
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
if (redis.call('HGET', KEYS[2], ARGV[2]) or '') ~= ARGV[3] then return 0 end
if ARGV[4] == '' then redis.call('HDEL', KEYS[2], ARGV[2]) else redis.call('HSET', KEYS[2], ARGV[2], ARGV[4]) end
return 1
`)

const textOf = (silence: Silence | null): string => {
  if (silence === null) return ''
  const { stage, since_ms, date, at_ms, sign } = silence
  return JSON.stringify({ stage, since_ms, date, at_ms, sign })
}

export function createSilenceStore(
  redis: Redis,
  keys: Keys,
  leases: Leases,
  sessions: Pick<SessionStore, 'campaigns'>,
): SilenceStore {
  const epochKey = leases.epochKey(BOT_LEASE)
  return {
    async read() {
      const [engines, stored] = await Promise.all([
        readEngines(redis, keys, sessions),
        reached(() => redis.hgetall(keys.silences)),
      ])
      const silences = Object.entries(stored).map(
        ([accountId, text]) => [accountId, silenceSchema.parse(JSON.parse(text))] as const,
      )
      return { engines, silences: new Map(silences) }
    },
    async replace(accountId, before, after, epoch) {
      const args = [epoch, accountId, textOf(before), textOf(after)]
      return (await reached(() => REPLACE(redis, [epochKey, keys.silences], args))) === 1
    },
  }
}
