/** The other end of `worker-child.ts`. Entry point: `startWorker`. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import type { Market } from './market.ts'

const healthSchema = z.object({
  sessions: z.int(),
  /** Accounts of which the broker was read and the exits looked at. */
  watched: z.array(z.string()),
  streaming: z.int(),
  rss_bytes: z.number(),
  cpu_us: z.number(),
})
const checkedSchema = z.object({ checked: z.record(z.string(), z.number()) })

export interface BenchWorker {
  health(): Promise<z.infer<typeof healthSchema>>
  /** Epoch milliseconds at which each session looked at its quotes first after `from_ms`. */
  checkedSince(from_ms: number, for_ms: number): Promise<Readonly<Record<string, number>>>
  /** SIGTERM; resolves when it has left. */
  leave(): Promise<void>
  kill(): Promise<void>
}

const CHILD = fileURLToPath(new URL('./worker-child.ts', import.meta.url))

export async function startWorker(market: Market, redisUrl: string, prefix: string): Promise<BenchWorker> {
  const { url, clockUrl, streamUrls } = market
  const setup = JSON.stringify({ redisUrl, prefix, url, clockUrl, streamUrls })
  const child = fork(CHILD, [setup], { execArgv: ['--import', 'tsx'], stdio: 'inherit' })
  const exited = once(child, 'exit')
  const answer = async (): Promise<unknown> => {
    const [message] = await Promise.race([
      once(child, 'message'),
      exited.then(() => Promise.reject(new Error('a worker of the benchmark ended'))),
    ])
    return message
  }
  await answer()
  return {
    async health() {
      child.send({ ask: 'health' })
      return healthSchema.parse(await answer())
    },
    async checkedSince(from_ms, for_ms) {
      child.send({ ask: 'checked', from_ms, for_ms })
      return checkedSchema.parse(await answer()).checked
    },
    async leave() {
      child.kill('SIGTERM')
      await exited
    },
    async kill() {
      child.kill('SIGKILL')
      await exited
    },
  }
}
