/** Streams that break or fall silent: what they do not bring is asked for by REST. */
import { afterEach, describe, expect, test } from 'vitest'
import type { SessionState } from '../../src/session/state.ts'
import { closedOnce, fall } from '../support/broker-faults.ts'
import { type HeldDesk, startHeldDesk, TRADING_DATE } from '../support/held-desk.ts'
import { eventually } from '../support/waits.ts'

const LONG_S = 300
const ENOUGH_MS = 120_000

describe('the streams', () => {
  let held: HeldDesk
  afterEach(() => held.close())

  test.each(['cut', 'mute'])(
    '%s while a position is open: the exit fires by REST',
    async (how) => {
      held = await startHeldDesk({ database: 9 })
      await held.sim(`/provoke/${how}`, { seconds: LONG_S })
      await held.setSpeed(10)
      await fall(held)
      await eventually('the exit', async () => (await held.of('exit_decided'))[0] ?? null, ENOUGH_MS)
      const reasons = (await held.of('exit_decided')).map(({ reason }) => reason)
      expect(reasons).toHaveLength(1)
      expect(['stop_loss', 'daily_loss_limit']).toContain(reasons[0])
      await closedOnce(held)
      expect((await held.of('engine_alert')).map(({ code }) => code)).not.toContain('position_quote_stale')
    },
    240_000,
  )

  test('stock stream mute from the open on: entries are decided all the same', async () => {
    held = await startHeldDesk({
      database: 9,
      waitsFor: 'watching',
      speed: 30,
      startsAt: `${TRADING_DATE}T09:58:00-05:00`,
      provoked: { path: '/provoke/mute', body: { streams: ['stock'], seconds: LONG_S } },
    })
    const isEnough = (state: SessionState | null) => state !== null && (state.decisions >= 10 || state.entries > 0)
    const state = await eventually(
      'ten decisions, or an entry',
      async () => {
        const now = await held.session()
        return isEnough(now) ? now : null
      },
      ENOUGH_MS,
    )
    expect(state?.lastDecision?.at_ms).toBeGreaterThan(Date.parse(`${TRADING_DATE}T10:00:00-05:00`))
    expect(state?.minutesMissed).toBeLessThanOrEqual(Math.ceil((state?.decisions ?? 0) / 2))
  }, 240_000)
})
