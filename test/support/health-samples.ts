/** A healthy desk with one account that trades, and the configuration it trades by. */
import type { HealthView } from '../../src/report/health.ts'
import type { ConfigView } from '../../src/report/views.ts'
import { DEFAULT_ENGINE_LIMITS } from '../../src/session/engine-limits.ts'
import { PROFILES } from '../../src/strategy/profiles.ts'
import { DEFAULT_LIMITS } from '../../src/strategy/rules.ts'
import { PLAN, SOURCE } from './desk-samples.ts'
import { STATUS } from './view-samples.ts'

export const HEALTH: HealthView = {
  store: {
    workers: [
      { name: 'desk-4711', age_ms: 420 },
      { name: 'desk-4712', age_ms: 800 },
    ],
    bots: [
      { name: 'desk-4800', age_ms: 300 },
      { name: 'desk-4801', age_ms: 500 },
    ],
    watchdogs: [{ name: 'desk-4900', age_ms: 700 }],
    bot: 'desk-4800',
    redis: { version: '8.0.2', usedMemory: '2.13M', answer_ms: 0.4 },
  },
  queues: {
    commands: { waiting: 0, active: 0, delayed: 0, failed: 0 },
    sessions: { waiting: 0, active: 1, delayed: 0, failed: 0 },
    studies: { waiting: 2, active: 1, delayed: 0, failed: 0 },
  },
  accounts: [
    {
      status: {
        ...STATUS,
        health: { ...STATUS.health, streams: { orders: 'connected', stock: 'connected', options: 'connected' } },
      },
      feed: { feedNo: 6, postedNo: 6 },
    },
  ],
}

export const CONFIG: ConfigView = {
  source: SOURCE,
  armed: true,
  armedBy: 'olivia',
  plan: PLAN,
  strategy: { profile: PROFILES['25k'], limits: DEFAULT_LIMITS, structure: 'put_spread', width: 5 },
  engine: DEFAULT_ENGINE_LIMITS,
  mode: 'ACTIVE',
  modeBy: 'the desk',
  modeReason: 'never set',
}
