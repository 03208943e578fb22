/** What `/health` says when a session is over, and of watchdogs that were there before. */
import { describe, expect, test } from 'vitest'
import { systemWallClock } from '../../src/config/wall-clock.ts'
import { healthEmbed } from '../../src/discord/views/health-reply.ts'
import type { HealthView } from '../../src/report/health.ts'
import { desk, saw } from '../support/bot-bench.ts'
import { HEALTH } from '../support/health-samples.ts'

const NOW_MS = 1_800_000_000_000
const VERSIONS = { phase4d: '1.0.0', node: '20.19.0', discordJs: '14.28.1' }
const BOT = { versions: VERSIONS, ping_ms: 20, ahead_ms: 150 }
const fieldsOf = (view: HealthView) => healthEmbed(view, BOT, NOW_MS).fields ?? []
const [ACCOUNT] = HEALTH.accounts
if (ACCOUNT === undefined) throw new Error('expected an account')

function over(health: Partial<HealthView['accounts'][number]['status']['health']>): string {
  const { status, feed } = ACCOUNT as HealthView['accounts'][number]
  const ended = {
    ...status,
    armed: false,
    phase: 'ended' as const,
    position: null,
    health: { ...status.health, ...health },
  }
  const field = fieldsOf({ ...HEALTH, accounts: [{ status: ended, feed }] }).find(({ name }) => name.startsWith('25k'))
  return field?.value ?? ''
}

describe('/health of a session that is over', () => {
  test('says when it was last reconciled, and when each stream brought something last, by now', () => {
    const text = over({
      heartbeatAge_ms: 3_600_000,
      lastReconciled_ms: NOW_MS - 3_660_000,
      streamAges_ms: { orders: null, stock: 400, options: 1_800_000 },
    })
    expect(text).toContain('no session running')
    expect(text).toContain('its engine wrote last 1 h 00 min ago · reconciled with the broker 1 h 01 min ago')
    expect(text).toContain('the streams brought last: orders nothing, stock 1 h 00 min ago, options 1 h 30 min ago')
  })

  test('says so where nothing is known any more', () => {
    expect(over({ heartbeatAge_ms: null, worker: null, lastReconciled_ms: null })).toContain('never heard of')
  })
})

describe('the watchdogs of /health', () => {
  const shown = (...watchdogs: HealthView['store']['watchdogs']): string =>
    fieldsOf({ ...HEALTH, store: { ...HEALTH.store, watchdogs } }).find(({ name }) => name === 'Watchdog')?.value ?? ''
  const running = { name: 'now', age_ms: 700 }
  const [gone, longGone] = [
    { name: 'earlier', age_ms: 180_000 },
    { name: 'before', age_ms: 900_000 },
  ]

  test('of an earlier start are no fault while one runs', () => {
    expect(shown(gone, running, longGone)).toBe('🟢 `now` asked 0.7 s ago')
  })

  test('are red when none runs: the one that was heard of last', () => {
    expect(shown(longGone, gone)).toBe('🔴 `earlier` not running for 3 min')
    expect(shown()).toBe('🔴 not running')
  })
})

describe("the bot's clock in /health", () => {
  const shown = (ahead_ms: number) => healthEmbed(HEALTH, { ...BOT, ahead_ms }, NOW_MS)

  test('is no news while it is right, and an interaction on its way is no fault of it', () => {
    expect(shown(9_000).title).toBe('💚 Everything is alive')
  })

  test.each([
    [75_000, "1 min 15 s ahead of Discord's"],
    [-40_000, "40 s behind Discord's"],
  ])('is a thing to look at when it is %i ms off', (ahead_ms, words) => {
    const { title, description } = shown(ahead_ms)
    expect(title).toContain('1 thing needs a look')
    expect(description).toContain(words)
    expect(description).toContain('switch on time synchronisation (NTP) on its machine.')
  })
})

test('a bot whose clock is ahead says so when it is asked', async () => {
  const wall = { ...systemWallClock, now_ms: () => systemWallClock.now_ms() + 75_000 }
  const { user } = await desk({ wall })
  await user.slash('health')
  await saw(user, "The bot's clock is 1 min 15 s ahead of Discord's.")
})
