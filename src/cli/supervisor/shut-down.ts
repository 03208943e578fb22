/**
 * Ends a desk in order. Entry point: `shutDown`.
 *
 * 1. Worker (it closes positions and reports), watchdog, bot (it posts the rest), simulators, Redis.
 * 2. Each step is bounded, and much shorter where what it would wait for is gone: a position of a simulated market that
 *    ended exists no more, and without Redis there is nothing to post.
 */
import type { Child } from './child.ts'
import type { DeskRedis } from './redis.ts'

/** What of our own ended for good before the desk was told to. */
export type Gone = 'market' | 'redis' | null

interface DeskParts {
  readonly children: readonly Child[]
  readonly redis: DeskRedis | null
  readonly gone: Gone
  readonly say: (line: string) => void
}

/** A worker closes for 20 s at most and leaves within 15 more, Redis there or not. */
const WORKER_MS = 45_000
const WATCHDOG_MS = 8_000
const BOT_MS = 12_000
const SIMULATOR_MS = 4_000
/** For a process that has nothing left to do. */
const IDLE_MS = 2_000

/** False: something may still be open. */
export async function shutDown({ children, redis, gone, say }: DeskParts): Promise<boolean> {
  const marketIsGone = gone === 'market'
  const named = (...names: string[]): Child[] => children.filter((child) => names.includes(child.spec.name))
  const stop = async (of: readonly Child[], limit_ms: number): Promise<boolean> => {
    const ends = await Promise.all(of.map((child) => child.stop(limit_ms)))
    of.forEach(({ spec }, index) => {
      if (ends[index] === 'killed' && limit_ms !== IDLE_MS) say(`The ${spec.name} did not end in time and was killed.`)
    })
    return ends.every((end) => end === 'done')
  }
  if (!marketIsGone && named('worker').some((child) => child.running)) say('Stopping: closing positions ...')
  const isClosed = await stop(named('worker'), marketIsGone ? IDLE_MS : WORKER_MS)
  await stop(named('watchdog'), marketIsGone ? IDLE_MS : WATCHDOG_MS)
  await stop(named('bot'), gone === 'redis' ? IDLE_MS : BOT_MS)
  await stop(named('market', 'chat'), SIMULATOR_MS)
  await redis?.stop()
  const isSafe = isClosed || marketIsGone
  if (!isSafe) say('A POSITION MAY STILL BE OPEN: the worker could not close everything. Check the account by hand.')
  else if (gone === 'redis')
    say('Nothing is left open. What happened since Redis ended is in no report, only in worker.log.')
  return isSafe
}
