/** The way of a command through the queue: what waited too long, and what failed. */
import { randomUUID } from 'node:crypto'
import { type Job, Worker } from 'bullmq'
import { Redis } from 'ioredis'
import { afterEach, expect, test } from 'vitest'
import { systemWallClock } from '../../src/config/wall-clock.ts'
import { type CommandBus, createCommandBus } from '../../src/queue/commands.ts'
import type { CommandJob } from '../../src/queue/jobs.ts'
import { COMMANDS_QUEUE } from '../../src/queue/queues.ts'
import { startTestDesk } from '../support/desk-in-test.ts'
import { COMES_MS_MAX } from '../support/waits.ts'

const open: { close(): Promise<unknown> }[] = []
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close()
})

const TWO_MINUTES_MS = 120_000
const asked = (age_ms = 0) => ({
  id: randomUUID(),
  actor: { id: 'u1', name: 'Olivia', via: 'discord' } as const,
  requestedAt_ms: systemWallClock.now_ms() - age_ms,
  profile: '25k' as const,
})

/** A bus to a worker that does nothing but this. */
async function busTo(work: (job: Job) => Promise<unknown>): Promise<CommandBus> {
  const redisUrl = process.env.TEST_REDIS_URL ?? ''
  const prefix = `test-${randomUUID()}`
  const bus = await createCommandBus(redisUrl, prefix)
  open.push(bus)
  const connection = new Redis(redisUrl, { maxRetriesPerRequest: null })
  open.push({ close: async () => connection.disconnect() })
  const worker = new Worker(COMMANDS_QUEUE, work, { connection, prefix })
  worker.on('error', () => undefined)
  open.push(worker)
  return bus
}

test('what raises risk and waited too long is refused; stopping and pausing never are', async () => {
  const desk = await startTestDesk({ source: { kind: 'seed', seed: '7', startDate: '2026-07-17' }, paused: true })
  open.push(desk)
  await desk.addWorker()
  const codeOf = async (job: CommandJob) => {
    const result = await desk.bus.submit(job, COMES_MS_MAX)
    return result === 'pending' || result.ok ? result : result.refusal.code
  }
  const stale = asked(TWO_MINUTES_MS)
  expect(await codeOf({ ...stale, kind: 'start', structure: null })).toBe('stale_command')
  const control = { kind: 'control', reason: 'x' } as const
  expect(await codeOf({ ...asked(TWO_MINUTES_MS), ...control, mode: 'ACTIVE' })).toBe('stale_command')
  expect(await codeOf({ ...asked(TWO_MINUTES_MS), ...control, mode: 'HALTED' })).toBe('not_running')
  expect(await codeOf({ ...asked(TWO_MINUTES_MS), kind: 'stop' })).toBe('not_running')
})

test('a command that failed inside the desk is answered as failed, with the reason', async () => {
  const bus = await busTo(() => Promise.reject(new Error('a bug')))
  const result = await bus.submit({ ...asked(), kind: 'stop' }, COMES_MS_MAX)
  expect(result).toMatchObject({ ok: false, refusal: { code: 'failed', message: expect.stringContaining('a bug') } })
})

test('putting the switch back is tried again under the same id after it failed', async () => {
  const answer = { ok: false, refusal: { code: 'not_now', message: 'x', numbers: {} } }
  let runs = 0
  const bus = await busTo(async () => {
    runs += 1
    if (runs === 1) throw new Error('a bug')
    return answer
  })
  const job = { ...asked(), kind: 'drill', drillId: 'd1', step: 'restore' } as const
  await bus.submit(job, COMES_MS_MAX)
  expect(await bus.submit(job, COMES_MS_MAX)).toEqual(answer)
})

test('what was approved is asked for again under the same id, also after it came to nothing', async () => {
  const ran: unknown[] = []
  const bus = await busTo(async ({ data }) => {
    ran.push(data.approvalId)
    return { ok: false, refusal: { code: 'needs_approval', message: 'x', numbers: {} } }
  })
  const job = {
    ...asked(),
    kind: 'approved',
    profile: null,
    accountId: 'a1',
    date: '2026-07-17',
    approvalId: '3',
  } as const
  for (let time = 0; time < 3; time += 1) await bus.submit(job, COMES_MS_MAX)
  expect(ran).toEqual(['3', '3', '3'])
})
