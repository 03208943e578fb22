import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { afterEach, expect, test } from 'vitest'
import { type DeskRedis, provideRedis } from '../../src/cli/supervisor/redis.ts'
import { systemWallClock } from '../../src/config/wall-clock.ts'
import { eventually, until } from '../support/waits.ts'

const cleanUps: (() => Promise<unknown> | unknown)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
})

interface Kept {
  readonly redis: DeskRedis
  readonly client: Redis
  readonly dir: string
  readonly said: string[]
}

/** A private Redis, and a client that connects again by itself as worker and bot do. */
async function kept(): Promise<Kept> {
  const dataDir = mkdtempSync(join(tmpdir(), 'phase4d-desk-redis-'))
  cleanUps.push(() => rmSync(dataDir, { recursive: true, force: true }))
  const said: string[] = []
  const options = { config: { redisUrl: null, dataDir }, wall: systemWallClock, say: (line: string) => said.push(line) }
  const provided = await provideRedis(options)
  if (!provided.ok) throw new Error(provided.problem)
  cleanUps.push(() => provided.redis.stop())
  const client = new Redis(provided.redis.url, { maxRetriesPerRequest: null, retryStrategy: () => 50 })
  client.on('error', () => undefined)
  cleanUps.push(() => client.disconnect())
  return { redis: provided.redis, client, dir: join(dataDir, 'redis'), said }
}

async function serverPid(client: Redis): Promise<number> {
  return Number(/process_id:(\d+)/.exec(await client.info('server'))?.[1])
}

test('a private Redis that is killed runs again at the same address with all it had, and this is said in one line', async () => {
  const { client, said } = await kept()
  await client.set('position', 'open')
  const pid = await serverPid(client)
  process.kill(pid, 'SIGKILL')
  expect(await client.get('position')).toBe('open')
  expect(await serverPid(client)).not.toBe(pid)
  // It answers a moment before the desk has noticed that it does.
  await expect
    .poll(() => said)
    .toEqual([expect.stringMatching(/^Redis was killed \(SIGKILL\); it runs again after \d+\.\d s/)])
})

test('so does one whose guarding shell is killed, which leaves the server itself running', async () => {
  const { client, said } = await kept()
  await client.set('position', 'open')
  const pid = await serverPid(client)
  process.kill(parentOf(pid), 'SIGKILL')
  const told = await eventually('a word of it', () => said[0] ?? null)
  expect(told).toContain('it runs again')
  expect(await client.get('position')).toBe('open')
  expect(await serverPid(client)).not.toBe(pid)
})

test('a private Redis that cannot start again is given up, with the reason', async () => {
  const { redis, client, dir, said } = await kept()
  const pid = await serverPid(client)
  renameSync(join(dir, 'appendonlydir'), join(dir, 'elsewhere'))
  writeFileSync(join(dir, 'appendonlydir'), 'no folder')
  process.kill(pid, 'SIGKILL')
  const why = await redis.lost
  expect(why).toMatch(/^Redis was killed \(SIGKILL\) and could not be started again \(5 attempts\): .*append-only/)
  expect(said).toEqual([])
})

test('a private Redis that is told to stop stays down', async () => {
  const { redis, client, said } = await kept()
  const pid = await serverPid(client)
  await redis.stop()
  await until('the server to be gone', () => !isThere(pid))
  expect(said).toEqual([])
})

function parentOf(pid: number): number {
  const status = `/proc/${pid}/status`
  if (!existsSync(status)) return Number(execFileSync('ps', ['-o', 'ppid=', '-p', String(pid)]).toString())
  return Number(/^PPid:\s+(\d+)/m.exec(readFileSync(status, 'utf8'))?.[1])
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
