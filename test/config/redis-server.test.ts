import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { afterEach, describe, expect, test } from 'vitest'
import { PROJECT_ROOT } from '../../src/config/paths.ts'
import { findRedisProgram, type RedisProgram } from '../../src/config/redis-program.ts'
import { type RedisServer, startRedis } from '../../src/config/redis-server.ts'
import { until } from '../support/waits.ts'

const cleanUps: (() => Promise<unknown> | unknown)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
})

async function program(): Promise<RedisProgram> {
  const found = await findRedisProgram({ say: () => undefined })
  if (!found.ok) throw new Error(found.problem)
  return found.program
}

function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'phase4d-redis-'))
  cleanUps.push(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

async function started(dir: string): Promise<RedisServer> {
  const result = await startRedis({ program: await program(), dir, durable: true, orphanGrace_s: 0 })
  if (!result.ok) throw new Error(result.problem)
  cleanUps.push(() => result.server.stop())
  return result.server
}

function client(url: string): Redis {
  const redis = new Redis(url, { retryStrategy: () => null, maxRetriesPerRequest: 0 })
  redis.on('error', () => undefined)
  cleanUps.push(() => redis.disconnect())
  return redis
}

describe('the private Redis', () => {
  test('keeps what was written over a stop and a start, and never drops it', async () => {
    const dir = folder()
    const first = await started(dir)
    const redis = client(first.url)
    expect(await redis.config('GET', 'maxmemory-policy')).toContain('noeviction')
    expect(await redis.config('GET', 'appendfsync')).toContain('always')
    await redis.set('position', 'open')
    await first.stop()
    const second = await started(dir)
    expect(await client(second.url).get('position')).toBe('open')
  })

  test('wants its password', async () => {
    const server = await started(folder())
    await expect(client(`redis://127.0.0.1:${server.address.port}`).ping()).rejects.toThrow()
  })

  test('of a living owner is not started twice', async () => {
    const dir = folder()
    const server = await started(dir)
    const instance = join(dir, 'instance.json')
    const owner = { ...JSON.parse(readFileSync(instance, 'utf8')), ownerPid: process.ppid }
    const { writeFileSync } = await import('node:fs')
    writeFileSync(instance, JSON.stringify(owner))
    const second = await startRedis({ program: await program(), dir, durable: true, orphanGrace_s: 0 })
    expect(second).toMatchObject({ ok: false, problem: expect.stringContaining(`process ${process.ppid}`) })
    expect(await client(server.url).ping()).toBe('PONG')
  })

  test('ends when its owner is killed', async () => {
    const dir = folder()
    const script = `
      import { startRedis } from ${JSON.stringify(join(PROJECT_ROOT, 'build/src/config/redis-server.js'))}
      const result = await startRedis(${JSON.stringify({ program: await program(), dir, durable: false, orphanGrace_s: 0 })})
      process.stdout.write(result.server.url)`
    const owner = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    cleanUps.push(() => owner.kill('SIGKILL'))
    const url = await new Promise<string>((resolve) => owner.stdout.on('data', (data) => resolve(String(data))))
    expect(await client(url).ping()).toBe('PONG')
    owner.kill('SIGKILL')
    // Each look gives its connection back: a server that has none left would be taken for one that is gone.
    const isAway = async () => {
      const looking = client(url)
      const answer = await looking.ping().catch(() => null)
      looking.disconnect()
      return answer === null
    }
    await until('it to be gone', isAway)
  })

  test('says what its log says when it cannot start', async () => {
    const dir = folder()
    const result = await startRedis({
      program: { path: '/bin/false', loadPath: null },
      dir,
      durable: true,
      orphanGrace_s: 0,
    })
    expect(result).toMatchObject({ ok: false, problem: expect.stringContaining('did not start') })
  })
})

describe('finding a Redis program', () => {
  test('takes the one on the path first', async () => {
    const dir = folder()
    const { writeFileSync } = await import('node:fs')
    writeFileSync(join(dir, 'valkey-server'), '#!/bin/sh\n', { mode: 0o755 })
    expect(await findRedisProgram({ path: dir, say: () => undefined })).toEqual({
      ok: true,
      program: { path: join(dir, 'valkey-server'), loadPath: null },
    })
  })
})
