import { Redis } from 'ioredis'
import { afterEach, describe, expect, it } from 'vitest'
import type { Broker, BrokerResult } from '../../src/broker/port.ts'
import { systemWallClock } from '../../src/config/wall-clock.ts'
import { brokerLines } from '../../src/preflight/checks/index.ts'
import { gatherBroker } from '../../src/preflight/gather-broker.ts'
import { gatherStore, gatherStoreAt } from '../../src/preflight/gather-store.ts'
import { GATHER_MS_MAX } from '../../src/preflight/limits.ts'
import { MINUTE_MS } from '../../src/time/units.ts'
import { startTestDesk, type TestDesk } from '../support/desk-in-test.ts'
import { ACCOUNT, ENDPOINT, FACTS, FRIDAY, NOW_MS, no, ok, SNAPSHOT } from '../support/preflight-samples.ts'

const clock = { now_ms: () => NOW_MS, observe: () => undefined, speed: () => 1, until: async () => undefined }
const request = { profile: '25k', settings: FACTS.settings, structure: null, endpoint: ENDPOINT } as const

/** Only what a preflight may call; anything else would throw. */
function brokerWith(over: Partial<Broker> = {}): Broker {
  const reads: Partial<Broker> = {
    account: async () => ok(ACCOUNT),
    clock: async () => ok({ now_ms: NOW_MS, isOpen: true }),
    calendar: async () => ok([FRIDAY]),
    positions: async () => ok([]),
    bars: async () => ok([]),
    snapshot: async () => ok(SNAPSHOT),
    optionQuotes: async (symbols) => ok(new Map(symbols.map((symbol) => [symbol, { bid: 1, ask: 1.1, t_ms: NOW_MS }]))),
    ...over,
  }
  return reads as Broker
}

const never = <T>(): Promise<BrokerResult<T>> => new Promise(() => undefined)

describe('gathering at the broker', () => {
  it('reads the put nearest to SPY, and bars of half an hour at most', async () => {
    const asked: { symbols?: readonly string[]; from_ms?: number } = {}
    const broker = brokerWith({
      optionQuotes: async (symbols) => {
        asked.symbols = symbols
        return ok(new Map())
      },
      bars: async (from_ms) => {
        asked.from_ms = from_ms
        return ok([])
      },
    })
    const facts = await gatherBroker({ clock, wall: systemWallClock }, { ...request, broker })
    expect(facts.readings?.atTheMoney).toMatchObject({ strike: 741, result: { ok: true, value: null } })
    expect(asked).toEqual({ symbols: ['SPY260717P00741000'], from_ms: NOW_MS - 30 * MINUTE_MS })
  })

  it('asks nothing more once the account is refused', async () => {
    let asked = 0
    const broker = brokerWith({
      account: async () => no('unauthorised'),
      snapshot: async () => {
        asked += 1
        return no('unauthorised')
      },
    })
    const { readings } = await gatherBroker({ clock, wall: systemWallClock }, { ...request, broker })
    expect(readings).toMatchObject({ snapshot: null, bars: null, atTheMoney: null })
    expect(asked).toBe(0)
  })

  it('ends in time when the broker never answers, and says so', async () => {
    let now_ms = 0
    const wall = {
      now_ms: () => NOW_MS + now_ms,
      monotonic_ms: () => now_ms,
      // After everything that answers has answered.
      sleep: (wait_ms: number, signal?: AbortSignal) =>
        new Promise<void>((resolve) => {
          setImmediate(() => {
            if (signal?.aborted !== true) now_ms += wait_ms
            resolve()
          })
        }),
    }
    const broker = brokerWith({ snapshot: never, bars: never, optionQuotes: never })
    const { readings } = await gatherBroker({ clock, wall }, { ...request, broker })
    expect(readings?.snapshot?.result).toMatchObject({ ok: false, error: { kind: 'unavailable' } })
    expect(now_ms).toBeLessThanOrEqual(2 * GATHER_MS_MAX)
    const silent = await gatherBroker({ clock, wall }, { ...request, broker: brokerWith({ account: never }) })
    expect(brokerLines(silent).at(-1)).toMatchObject({ id: 'broker_access', status: 'fail' })
  })
})

let desk: TestDesk | null = null
afterEach(async () => {
  await desk?.close()
  desk = null
})

describe('the preflight of a simulated market', () => {
  it('fails nothing at any hour: before the open, at it, during the day, after the close, at the weekend', async () => {
    desk = await startTestDesk({ source: { kind: 'seed', seed: '7', startDate: '2026-07-17' }, paused: true })
    await desk.addWorker()
    const seen: string[] = []
    for (const to of ['09:00', '09:29:59', '09:30', '09:31', '12:00', '15:45', '16:00', '20:00']) {
      await stepTo(desk, `2026-07-17T${to.length === 5 ? `${to}:00` : to}-04:00`)
      const report = await desk.validate('25k')
      expect(report.checks.filter(({ status, id }) => status !== 'pass' && !id.startsWith('redis'))).toEqual([])
      expect(report.ok).toBe(true)
      expect(report.notChecked).toEqual([])
      seen.push(report.checks.find(({ id }) => id === 'market_hours')?.found.split(';')[0] ?? '')
    }
    expect(seen[0]).toBe('closed')
    expect(seen[4]).toBe('open (12:00 New York), closes 16:00')
    expect(seen.at(-1)).toBe('closed')
  })
})

/** Never back: the simulator's clock only goes on. */
async function stepTo({ sim, clockAt }: TestDesk, to: string): Promise<void> {
  const { now } = (await (await fetch(sim.clockUrl)).json()) as { now: string }
  if (Date.parse(now) >= Date.parse(to)) return
  const body = JSON.stringify({ to })
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(`${sim.url}/sim/step`, { method: 'POST', body, headers })
  expect(answer.status).toBe(200)
  await clockAt(Date.parse(to))
}

describe('gathering at Redis', () => {
  const url = process.env.TEST_REDIS_URL ?? ''

  it('reads version and settings', async () => {
    const facts = await gatherStoreAt(url, systemWallClock)
    expect(facts).toMatchObject({
      reachable: true,
      role: 'master',
      appendonly: 'no',
      policy: 'noeviction',
      evictedKeys: 0,
    })
    if (facts.reachable) expect(facts.version).toMatch(/^\d+\.\d+/)
  })

  it('makes do with what a server that refuses CONFIG tells otherwise', async () => {
    const redis = new Redis(url)
    Object.assign(redis, { config: async () => Promise.reject(new Error('ERR unknown command')) })
    const facts = await gatherStore(redis, systemWallClock)
    redis.disconnect()
    expect(facts).toMatchObject({ reachable: true, appendonly: 'no', appendfsync: null, policy: 'noeviction' })
  })

  it('says why there is no connection', async () => {
    const facts = await gatherStoreAt('redis://:hush@127.0.0.1:1', systemWallClock)
    expect(facts).toMatchObject({ reachable: false, reason: expect.stringContaining('ECONNREFUSED') })
    expect(JSON.stringify(facts)).not.toContain('hush')
  })
})
