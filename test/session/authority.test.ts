/** What the team's authority does to a session: draining, limits of the day, a halt that a pause does not lift. */
import { describe, expect, test } from 'vitest'
import { resumeGuard } from '../../src/approval/guard.ts'
import type { DayLimitValues } from '../../src/session/day-limits.ts'
import { holdsOf } from '../../src/session/holds.ts'
import { CHAIN, type Desk, holdingDesk, OPERATOR, watchingDesk } from '../support/session.ts'

const drain = { kind: 'stop', request: { actor: OPERATOR, kind: 'drain' } } as const
const stop = { kind: 'stop', request: { actor: OPERATOR, kind: 'operator' } } as const
const control = (mode: 'ACTIVE' | 'REDUCING' | 'HALTED', seq: number, lifts: readonly string[] = []) =>
  ({ kind: 'control', control: { seq, mode, actor: OPERATOR, reason: 'a test', lifts } }) as const

describe('draining', () => {
  test('flat: the session ends at once, with no session to follow', () => {
    const desk = watchingDesk().give(drain)
    expect(desk.state.phase).toBe('ended')
    expect(desk.last('session_ended')).toMatchObject({ status: 'stopped', next: null })
  })

  test('with a position: it runs to its own exit, and the session ends with that', () => {
    const desk = holdingDesk('short_put').quote('09:51', [1.9, 1.92]).give(drain)
    expect(desk.state).toMatchObject({ phase: 'holding', stop: null })
    desk.quote('09:52', [1.88, 1.9])
    expect(desk.state.phase).toBe('holding')
    desk.quote('09:53', [2.7, 2.72])
    expect(desk.last('exit_decided')).toMatchObject({ reason: 'daily_loss_limit', actor: null })
    desk.answer('filled', 25, '2.72')
    expect(desk.state.phase).toBe('ended')
    expect(desk.last('session_ended')).toMatchObject({ status: 'stopped', next: null })
  })

  test('with an opening order working: it is canceled, and what it filled is held to its own exit', () => {
    const desk = watchingDesk().spotAt('09:50', 741.15).snapshot(CHAIN).answer('new', 0, null).give(drain)
    expect(desk.effects.at(-1)?.kind).toBe('cancel')
    desk.answer('canceled', 3, '1.68')
    expect(desk.state.phase).toBe('holding')
    const nothing = watchingDesk().spotAt('09:50', 741.15).snapshot(CHAIN).answer('new', 0, null).give(drain)
    nothing.answer('canceled', 0, null)
    expect(nothing.state.phase).toBe('ended')
    expect(nothing.sent().clientOrderId).toContain('open-1')
  })

  test('a stop on top of it closes at once', () => {
    const desk = holdingDesk('short_put').quote('09:51', [1.9, 1.92]).give(drain).give(drain).give(stop)
    expect(desk.last('exit_decided').reason).toBe('operator_stop')
  })

  test('an order that is taken only now is canceled', () => {
    const desk = watchingDesk().spotAt('09:50', 741.15).snapshot(CHAIN).give(drain).answer('new', 0, null)
    expect(desk.effects.at(-1)?.kind).toBe('cancel')
  })
})

describe("a day's limits", () => {
  const set = (desk: Desk, values: DayLimitValues, seq = 1, date = '2026-07-17') =>
    desk.give({ kind: 'limits', limits: { seq, date, values }, configured: desk.state.strategy })

  test('hold from now on, in rules, plan and the check before an order', () => {
    const desk = set(watchingDesk(), { max_daily_loss: 400, vix_max: 30 })
    expect(desk.state.strategy.profile.maxDailyLoss).toBe(400)
    expect(desk.state.strategy.limits.vixMax).toBe(30)
    expect(desk.state.plan).toMatchObject({ maxDailyLossCents: 40_000, maxLossPerTradeCents: 100_000 })
    expect(desk.state.limitsSeq).toBe(1)
  })

  test('close a position that is beyond them at the next quote', () => {
    const desk = holdingDesk('short_put').quote('09:51', [2.05, 2.07]).quote('09:52', [2.05, 2.07])
    expect(set(desk, { max_daily_loss: 400 }).state.phase).toBe('holding')
    desk.quote('09:53', [2.05, 2.07])
    expect(desk.last('exit_decided').reason).toBe('daily_loss_limit')
    expect(desk.last('risk_breach')).toMatchObject({ limitCents: 40_000 })
  })

  test('of another day, and an older setting, change nothing', () => {
    const desk = set(watchingDesk(), { vix_max: 30 }, 2)
    const { state } = desk
    expect(set(desk, { vix_max: 40 }, 2).state).toBe(state)
    expect(set(desk, { vix_max: 40 }, 3, '2026-07-20').state).toBe(state)
  })
})

describe('the switch', () => {
  test('a pause does not lift a halt of the desk itself', () => {
    const desk = watchingDesk().give({ kind: 'already_opened' })
    expect(desk.state.mode).toBe('HALTED')
    desk.give(control('REDUCING', 1))
    expect(desk.state).toMatchObject({ mode: 'HALTED', modeReason: 'already_opened', control: { seq: 1 } })
    expect(desk.give(control('ACTIVE', 2, holdsOf(desk.state))).state.mode).toBe('ACTIVE')
  })

  test('resuming lifts the breach of the day, a pause does not', () => {
    const desk = holdingDesk('short_put').quote('09:51', [2.7, 2.72]).answer('filled', 25, '2.72')
    expect(desk.state).toMatchObject({ mode: 'REDUCING', breachedDay: true })
    expect(desk.give(control('REDUCING', 1)).state.breachedDay).toBe(true)
    expect(desk.give(control('ACTIVE', 2, holdsOf(desk.state))).state.breachedDay).toBe(false)
  })

  test('resumed by somebody who knew nothing of the breach, the day stays breached, and says so', () => {
    const desk = holdingDesk('short_put').give(control('REDUCING', 1)).quote('09:51', [2.7, 2.72])
    desk.answer('filled', 25, '2.72')
    expect(desk.state).toMatchObject({ mode: 'REDUCING', modeReason: 'a test', breachedDay: true })
    desk.give(control('ACTIVE', 2))
    expect(desk.state).toMatchObject({ mode: 'REDUCING', breachedDay: true, control: { seq: 2, mode: 'ACTIVE' } })
    expect(desk.last('engine_alert')).toMatchObject({ code: 'still_held_back', critical: true })
    expect(desk.last('engine_alert').message).toContain('the daily loss limit was reached on 2026-07-17')
    expect(resumeGuard(desk.state.control, desk.state)).toMatchObject({ cause: 'breach' })
    desk.give(control('ACTIVE', 3, holdsOf(desk.state)))
    expect(desk.state).toMatchObject({ mode: 'ACTIVE', breachedDay: false })
  })

  test('a pause that comes on top of what the desk holds itself back for takes nothing of that away', () => {
    const desk = watchingDesk().give({ kind: 'store_lost' }).give(control('REDUCING', 1))
    expect(desk.state).toMatchObject({ mode: 'REDUCING', modeReason: 'the store lost its data' })
    expect(resumeGuard(desk.state.control, desk.state)).toMatchObject({ cause: 'desk' })
    expect(desk.give(control('ACTIVE', 2)).state.mode).toBe('REDUCING')
  })
})
