/** How old what an engine said last is, by one clock: the store's. */
import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { afterAll, describe, expect, test } from 'vitest'
import { systemWallClock } from '../../src/config/wall-clock.ts'
import { createDeskReader } from '../../src/store/desk-reader.ts'
import { createKeys } from '../../src/store/keys.ts'
import { createLeases } from '../../src/store/lease.ts'
import { LIVE_KEPT_S, liveText, readLive } from '../../src/store/live-record.ts'
import { createSessionStore } from '../../src/store/session-store.ts'
import { armedCampaign, liveOf, saveCampaign } from '../support/armed-campaign.ts'

const HOUR_MS = 3_600_000
const KEPT_MS = LIVE_KEPT_S * 1000

describe('the age of what an engine said last', () => {
  const redis = new Redis(process.env.TEST_REDIS_URL ?? '')
  afterAll(() => redis.disconnect())

  test.each([
    ['an hour ahead', HOUR_MS],
    ['an hour behind', -HOUR_MS],
  ])('is right where the clock of its worker is %s', async (_, ahead_ms) => {
    const prefix = `test-${randomUUID()}`
    const keys = createKeys(prefix)
    const leases = createLeases(redis, prefix)
    const sessions = createSessionStore(redis, keys, leases)
    const campaign = armedCampaign(0)
    await saveCampaign(sessions, campaign)
    const reader = createDeskReader(redis, keys, { store: sessions, leases, wall: systemWallClock })
    const atWall_ms = systemWallClock.now_ms() + ahead_ms
    await sessions.saveLive({ ...liveOf(campaign, atWall_ms), reconciledAtWall_ms: atWall_ms - 30_000 })
    await redis.pexpire(keys.live(campaign.accountId), KEPT_MS - 20_000)
    const health = (await reader.status(campaign.accountId))?.health
    expect(health?.heartbeatAge_ms).toBeGreaterThanOrEqual(20_000)
    expect(health?.heartbeatAge_ms).toBeLessThan(25_000)
    const reconciled_ms = systemWallClock.now_ms() - (health?.lastReconciled_ms ?? 0)
    expect(reconciled_ms).toBeGreaterThanOrEqual(50_000)
    expect(reconciled_ms).toBeLessThan(55_000)
  })

  test('is what the worker says where it is an older one, and never less than nothing', () => {
    const live = liveOf(armedCampaign(0), 1_000_000)
    const reading = { left_ms: 500, nowWall_ms: 1_000_500 }
    expect(readLive(JSON.stringify(live), reading)).toEqual(live)
    expect(readLive(liveText(live), { left_ms: KEPT_MS + 1, nowWall_ms: 2_000_000 })?.atWall_ms).toBe(2_000_000)
    expect(readLive(liveText(live))).toEqual(live)
    expect(readLive(null, reading)).toBeNull()
  })
})
