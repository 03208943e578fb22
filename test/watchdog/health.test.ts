import { createServer } from 'node:http'
import { createServer as createSocketServer } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import type { WallClock } from '../../src/config/clock.ts'
import { systemWallClock } from '../../src/config/wall-clock.ts'
import type { SessionHealth } from '../../src/session/health.ts'
import { signsOfLife, type WorkerHealth } from '../../src/watchdog/health.ts'
import { createHealthClient } from '../../src/watchdog/health-client.ts'
import { startHealthReporter } from '../../src/watchdog/health-reporter.ts'
import { startHealthServer } from '../../src/watchdog/health-server.ts'
import { armedCampaign, liveOf } from '../support/armed-campaign.ts'
import { until } from '../support/waits.ts'

const SESSION: SessionHealth = {
  accountId: 'account-1',
  profile: '25k',
  date: '2026-07-17',
  phase: 'holding',
  mode: 'ACTIVE',
  lastTickAge_ms: 40,
  lastCommitAge_ms: null,
  dataAge_s: 0.5,
  streams: { orders: 'connected', stock: 'connected', options: 'disconnected' },
}
const HEALTH: WorkerHealth = {
  worker: 'host-1',
  version: '0.1.0',
  pid: 1,
  startedAt: '2026-07-17T13:00:00.000Z',
  now: '2026-07-17T14:00:00.000Z',
  sessions: [SESSION],
  elsewhere: [],
  queue: 'ok',
  store: 'ok',
  eventLoopLag_ms: 2,
}

const open: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close()
})

async function serve(answer: () => WorkerHealth, onWatchdog?: (name: string) => void): Promise<string> {
  const heard = onWatchdog === undefined ? {} : { onWatchdog }
  const server = await startHealthServer({ host: '127.0.0.1', port: 0, answer, ...heard })
  open.push(() => server.close())
  return server.url
}

describe('signs of life', () => {
  test('the youngest of all answers counts, a session that has not read the broker yet does not', () => {
    const signs = signsOfLife([
      {
        ...HEALTH,
        sessions: [
          { ...SESSION, lastTickAge_ms: 9000 },
          { ...SESSION, accountId: 'account-2', lastTickAge_ms: null },
        ],
      },
      { ...HEALTH, sessions: [], elsewhere: [{ accountId: 'account-1', worker: 'host-2', age_ms: 300 }] },
    ])
    expect([...signs]).toEqual([['account-1', 300]])
  })
})

describe('a worker asked for its health', () => {
  test('answers on /health and nowhere else, to reading only', async () => {
    const url = await serve(() => HEALTH)
    const answer = await fetch(`${url}/health`)
    expect(await answer.json()).toEqual(HEALTH)
    expect((await fetch(`${url}/`)).status).toBe(404)
    expect((await fetch(`${url}/health`, { method: 'POST' })).status).toBe(405)
  })

  test('an address in use is an error that says which', async () => {
    const url = await serve(() => HEALTH)
    const port = Number(new URL(url).port)
    await expect(startHealthServer({ host: '127.0.0.1', port, answer: () => HEALTH })).rejects.toThrow(
      `got 127.0.0.1:${port} (EADDRINUSE)`,
    )
  })

  test('a watchdog that asks is known by its name; nobody else is taken for one', async () => {
    const heard: string[] = []
    const url = await serve(
      () => HEALTH,
      (name) => heard.push(name),
    )
    await fetch(`${url}/health`)
    await fetch(`${url}/health`, { headers: { 'user-agent': 'phase4d-watchdog/<b>' } })
    expect(heard).toEqual([])
    await createHealthClient([url]).ask()
    expect(heard).toEqual([expect.stringMatching(/^[\w.-]+-\d+$/)])
  })

  test('the watchdog gets the answers that come, and waits for no other', async () => {
    const good = await serve(() => HEALTH)
    const mute = createSocketServer(() => undefined)
    const wrong = createServer((_, response) => response.end('{"worker": 1}'))
    for (const server of [mute, wrong]) await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const urlOf = (server: typeof mute) => {
      const address = server.address()
      return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
    }
    open.push(async () => {
      mute.close()
      wrong.close()
    })
    const urls = [urlOf(mute), urlOf(wrong), 'http://127.0.0.1:1', 'http://no-such-host.invalid:1', good]
    const began_ms = systemWallClock.monotonic_ms()
    expect(await createHealthClient(urls).ask()).toEqual([HEALTH])
    expect(systemWallClock.monotonic_ms() - began_ms).toBeLessThan(4000)
  })
})

/** Alive, and watching nothing of today. */
function waitingForAnotherDay(now_ms: number) {
  const campaign = { ...armedCampaign(0), accountId: 'account-4' }
  const { open_ms } = campaign.session
  return { campaign, live: { ...liveOf(campaign, now_ms), worker: 'host-2', now_ms: open_ms - 86_400_000 } }
}

describe('the report of a worker', () => {
  test('vouches for sessions of other workers while the store answers, and says when it is away', async () => {
    let now_ms = 1_000_000
    const wall: WallClock = { ...systemWallClock, now_ms: () => now_ms }
    const mine = { ...armedCampaign(0), accountId: 'account-1' }
    const theirs = { ...armedCampaign(0), accountId: 'account-2' }
    const engines = async () => [
      { campaign: mine, live: liveOf(mine, now_ms) },
      { campaign: theirs, live: { ...liveOf(theirs, 999_000), worker: 'host-2' } },
      { campaign: { ...theirs, accountId: 'account-3' }, live: null },
      waitingForAnotherDay(now_ms),
    ]
    const worker = { name: 'host-1', health: () => ({ sessions: [SESSION], queue: 'ok' as const }) }
    const reporter = startHealthReporter({ worker, engines, wall, version: '0.1.0', pid: 1 })
    open.push(() => reporter.close())
    expect(reporter.answer()).toMatchObject({ store: 'away', elsewhere: [], sessions: [SESSION] })
    await until('the store to be read', () => reporter.answer().store === 'ok')
    now_ms += 500
    expect(reporter.answer()).toMatchObject({
      store: 'ok',
      elsewhere: [{ accountId: 'account-2', worker: 'host-2', age_ms: 1500 }],
    })
  })

  test.each([-3_600_000, 3_600_000])(
    'times the signs of another worker, whose clock is %d ms off, by its own clock',
    async (off_ms) => {
      let now_ms = 1_000_000_000
      let beats = 0
      let isAlive = true
      let looks = 0
      const wall: WallClock = {
        now_ms: () => now_ms,
        monotonic_ms: () => now_ms,
        sleep: (_, signal) => systemWallClock.sleep(1, signal),
      }
      const theirs = { ...armedCampaign(0), accountId: 'account-2' }
      const engines = async () => {
        looks += 1
        if (isAlive) beats += 500
        return [{ campaign: theirs, live: { ...liveOf(theirs, 1_000_000_000 + off_ms + beats), worker: 'host-2' } }]
      }
      const worker = { name: 'host-1', health: () => ({ sessions: [], queue: 'ok' as const }) }
      const reporter = startHealthReporter({ worker, engines, wall, version: '0.1.0', pid: 1 })
      open.push(() => reporter.close())
      const looked = (more: number) => {
        const wanted = looks + more
        return until('the next look', () => looks >= wanted)
      }
      await looked(3)
      expect(reporter.answer().elsewhere).toMatchObject([{ age_ms: 0 }])
      isAlive = false
      await looked(2)
      now_ms += 40_000
      await looked(2)
      expect(reporter.answer().elsewhere).toMatchObject([{ age_ms: 40_000 }])
    },
  )
})
