import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { expect, test } from 'vitest'
import type { JournalEvent } from '../../src/session/events.ts'
import { createKeys } from '../../src/store/keys.ts'
import { createLeases } from '../../src/store/lease.ts'
import { createSessionStore } from '../../src/store/session-store.ts'
import { newSession } from '../support/session.ts'

const ALERT: JournalEvent = { type: 'engine_alert', code: 'x', message: 'y', critical: false }

test('a feed counter that was lost goes on after the numbers its writer knows to have been given', async () => {
  const redis = new Redis(process.env.TEST_REDIS_URL ?? '')
  const prefix = `test-${randomUUID()}`
  const keys = createKeys(prefix)
  const store = createSessionStore(redis, keys, createLeases(redis, prefix))
  const { accountId, source, session } = newSession()
  const envelope = { accountId, profile: '25k', source, date: session.date, atMarket_ms: 1, atWall_ms: 2 } as const
  const rest = { epoch: null, session: null, campaign: null, openGuard: null, events: [ALERT] }
  try {
    expect(await store.commit({ ...envelope, ...rest, feedFloor: 7 })).toEqual({ ok: true, feedNos: [8] })
    expect(await redis.hget(keys.feedState(accountId), 'cursor')).toBe('7')
    expect(await store.commit({ ...envelope, ...rest, feedFloor: 7 })).toEqual({ ok: true, feedNos: [9] })
  } finally {
    redis.disconnect()
  }
})
