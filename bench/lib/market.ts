/**
 * The market simulator in a process of its own, so that it shares no event loop with what is measured.
 * Entry points: `startMarket`, `keyOf`, `profileOf`.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import type { ProfileName } from '../../src/strategy/types.ts'

export const MARKET_SECRET = 'sim'
export const ACCOUNTS_MAX = 200
export const keyOf = (index: number): string => `PKBENCH${index}`
/** The name of an account's set of keys: its number. */
// No profile of the desk: the process that reads it adds the names, see `many-profiles.ts`.
export const profileOf = (index: number): ProfileName => String(index) as ProfileName

const readySchema = z.object({
  url: z.string(),
  clockUrl: z.string(),
  streamUrls: z.object({ trading: z.string(), stock: z.string(), option: z.string() }),
  accountIds: z.array(z.string()),
})

export interface Market extends z.infer<typeof readySchema> {
  /** Moves the paused market by one book; resolves when every frame of it has left the simulator. */
  stepBook(): Promise<void>
  stepTo(t_ms: number): Promise<void>
  post(path: string, body: object): Promise<unknown>
  close(): Promise<void>
}

const CHILD = fileURLToPath(new URL('./market-child.ts', import.meta.url))

/** A paused market of one seeded day with so many accounts of $25,000, keys `keyOf(0)` and on. */
export async function startMarket(accounts: number): Promise<Market> {
  const child = fork(CHILD, [String(accounts)], { execArgv: ['--import', 'tsx'], stdio: 'inherit' })
  const exited = once(child, 'exit')
  const [message] = await Promise.race([
    once(child, 'message'),
    exited.then(() => Promise.reject(new Error('the market simulator of the benchmark ended while starting'))),
  ])
  const ready = readySchema.parse(message)
  const post = async (path: string, body: object): Promise<unknown> => {
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(`${ready.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
    if (!answer.ok) throw new Error(`POST ${path}: expected 2xx, got ${answer.status} ${await answer.text()}`)
    return answer.json()
  }
  return {
    ...ready,
    post,
    stepBook: async () => void (await post('/sim/step', { books: 1 })),
    stepTo: async (t_ms) => void (await post('/sim/step', { to: new Date(t_ms).toISOString() })),
    async close() {
      child.kill('SIGKILL')
      await exited
    },
  }
}
