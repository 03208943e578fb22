import { describe, expect, it } from 'vitest'
import { OPEN_ALERTS_MAX } from '../../src/approval/alerts.ts'
import { type HealthView, healthProblems } from '../../src/report/health.ts'
import type { StatusView } from '../../src/report/views.ts'
import { at } from '../support/desk-samples.ts'
import { HEALTH } from '../support/health-samples.ts'

function withStatus(change: (status: StatusView) => Partial<StatusView>): HealthView {
  return {
    ...HEALTH,
    accounts: HEALTH.accounts.map(({ status, feed }) => ({ status: { ...status, ...change(status) }, feed })),
  }
}

describe("the desk's health", () => {
  it('has no problem when workers beat, engines write, streams are connected and posts are out', () => {
    expect(healthProblems(HEALTH)).toEqual([])
  })

  it('misses a watchdog that asks no worker, and a bot', () => {
    const { store } = HEALTH
    const NOBODY_CLOSES = expect.stringContaining('The watchdog is not running')
    expect(healthProblems({ ...HEALTH, store: { ...store, watchdogs: [] } })).toEqual([NOBODY_CLOSES])
    const silent = { ...store, watchdogs: [{ name: 'w', age_ms: 10_001 }] }
    expect(healthProblems({ ...HEALTH, store: silent })).toEqual([NOBODY_CLOSES])
    expect(healthProblems({ ...HEALTH, store: { ...store, bot: null } })[0]).toContain('No bot holds the lease')
  })

  it('misses workers that are gone or silent', () => {
    const store = { ...HEALTH.store, workers: [{ name: 'w', age_ms: 3_001 }] }
    expect(healthProblems({ ...HEALTH, store })[0]).toContain('No worker is alive')
    expect(healthProblems({ ...HEALTH, store: { ...store, workers: [] } })).toHaveLength(1)
  })

  it('misses a worker that died beside a living one, for an hour', () => {
    const [living] = HEALTH.store.workers
    if (living === undefined) throw new Error('expected a living worker')
    const beside = (age_ms: number) =>
      healthProblems({ ...HEALTH, store: { ...HEALTH.store, workers: [living, { name: 'worker-2', age_ms }] } })
    expect(beside(2_000)).toEqual([])
    expect(beside(120_000)).toEqual([expect.stringContaining('Worker worker-2 is silent for 2 min')])
    expect(beside(3_700_000)).toEqual([])
  })

  it('names alerts that nobody acknowledged, and what holds an account back', () => {
    const alert = { alertNo: 12, title: '🛑 Breach', age_ms: 240_000 }
    const guard = { cause: 'breach', why: 'the limit was reached' } as const
    const openAlerts = [alert, alert, alert, alert, alert]
    const problems = healthProblems(withStatus(() => ({ mode: 'REDUCING', guard, openAlerts })))
    expect(problems[0]).toBe('25k: nobody has acknowledged #12 (🛑 Breach) for 4 min. Press Acknowledge at it.')
    expect(problems.slice(3)).toEqual([
      '25k: 2 more alerts are not acknowledged.',
      '25k opens nothing (the limit was reached) until two persons `/resume`.',
    ])
  })

  it('does not pretend to know how many alerts there are beyond those that are kept', () => {
    const alert = { alertNo: 12, title: '🛑 Breach', age_ms: 240_000 }
    const openAlerts = Array.from({ length: OPEN_ALERTS_MAX }, () => alert)
    expect(healthProblems(withStatus(() => ({ openAlerts })))[3]).toBe(
      '25k: at least 97 more alerts are not acknowledged.',
    )
  })

  it('misses an engine that is silent, or that nobody has', () => {
    const silent = withStatus(({ health }) => ({ health: { ...health, heartbeatAge_ms: 12_000 } }))
    expect(healthProblems(silent)).toEqual([expect.stringContaining('its engine is silent for 12 s')])
    const nobody = withStatus(({ health }) => ({ health: { ...health, worker: null, heartbeatAge_ms: null } }))
    expect(healthProblems(nobody)).toEqual(['25k: no worker has its session.'])
  })

  it('expects streams during market hours only, and nothing of a session that is over', () => {
    const streams = { orders: 'connected', stock: 'disconnected', options: 'connected' } as const
    const at_ms = (now_ms: number) => withStatus(({ health }) => ({ now_ms, health: { ...health, streams } }))
    expect(healthProblems(at_ms(at('10:00')))).toEqual([expect.stringContaining('the stock stream is disconnected')])
    expect(healthProblems(at_ms(at('09:25')))).toEqual([])
    const over = withStatus(({ health }) => ({
      armed: false,
      phase: 'ended',
      position: null,
      health: { ...health, heartbeatAge_ms: 9_000_000, streams },
    }))
    expect(healthProblems(over)).toEqual([])
  })

  it('sees commands that nobody takes and posts that do not come out', () => {
    const queues = { ...HEALTH.queues, commands: { waiting: 11, active: 0, delayed: 0, failed: 0 } }
    const accounts = HEALTH.accounts.map(({ status }) => ({ status, feed: { feedNo: 40, postedNo: 20 } }))
    expect(healthProblems({ ...HEALTH, queues, accounts })).toEqual([
      '25k: 20 posts are waiting to be posted.',
      '11 commands wait for a worker to take them.',
    ])
  })
})
