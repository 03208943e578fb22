/** A full trading day in made numbers, on which a decision enters; tests change one thing at a time. */
import { PROFILES } from '../../src/strategy/profiles.ts'
import { DEFAULT_LIMITS } from '../../src/strategy/rules.ts'
import type {
  Bar,
  DecisionInput,
  ExitInput,
  PositionInput,
  ProfileName,
  SessionHours,
  StrategyConfig,
} from '../../src/strategy/types.ts'
import { MINUTE_MS } from '../../src/time/units.ts'

/** 2026-07-17, a full day. */
export const SESSION: SessionHours = {
  date: '2026-07-17',
  open_ms: Date.parse('2026-07-17T09:30:00-04:00'),
  close_ms: Date.parse('2026-07-17T16:00:00-04:00'),
}

/** 2026-11-27, the day after Thanksgiving. */
export const HALF_DAY: SessionHours = {
  date: '2026-11-27',
  open_ms: Date.parse('2026-11-27T09:30:00-05:00'),
  close_ms: Date.parse('2026-11-27T13:00:00-05:00'),
}

/** An instant of the full day's New York clock. */
export const at = (time: string): number => Date.parse(`2026-07-17T${time}-04:00`)

export function config(changes: Partial<StrategyConfig> = {}, profile: ProfileName = '25k'): StrategyConfig {
  return { profile: PROFILES[profile], limits: DEFAULT_LIMITS, structure: 'short_put', width: 5, ...changes }
}

/** `count` quiet bars from the open on. */
export function quietBars(count: number, session = SESSION): Bar[] {
  return Array.from({ length: count }, (_, index) => {
    const c = index % 2 === 0 ? 600 : 600.05
    return { t_ms: session.open_ms + index * MINUTE_MS, o: 600, h: 600.1, l: 599.9, c }
  })
}

/** At 10:00 with spot 600.20: the strike is 601, its mid 1.21. */
export function decisionInput(changes: Partial<DecisionInput> = {}): DecisionInput {
  return {
    now_ms: at('10:00:00'),
    session: SESSION,
    spot: { bid: 600.19, ask: 600.21, t_ms: at('10:00:00') },
    bars: quietBars(30),
    chain: [
      { strike: 595, bid: 0.1, ask: 0.12 },
      { strike: 596, bid: 0.15, ask: 0.17 },
      { strike: 600, bid: 0.8, ask: 0.82 },
      { strike: 601, bid: 1.2, ask: 1.22 },
      { strike: 602, bid: 1.9, ask: 1.95 },
    ],
    day: { entries: 0, netPnl: 0, open: false },
    ...changes,
  }
}

export function exitInput(position: Partial<PositionInput> = {}, changes: Partial<ExitInput> = {}): ExitInput {
  return {
    now_ms: at('11:00:00'),
    session: SESSION,
    day: { netPnl: 0 },
    position: { decisionMid: 1.2, entryFill: 1.19, contracts: 25, mid: 1.2, close: 1.21, ...position },
    operatorStop: false,
    ...changes,
  }
}
