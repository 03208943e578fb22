import { describe, expect, test } from 'vitest'
import { decide } from '../../src/strategy/decide.ts'
import type { Bar, Decision, DecisionInput, SkipReason, StrategyConfig } from '../../src/strategy/types.ts'
import { at, config, decisionInput, HALF_DAY, quietBars, SESSION } from './fixtures.ts'

const reasonOf = (decision: Decision): SkipReason | 'enter' => (decision.action === 'enter' ? 'enter' : decision.reason)

const reason = (changes: Partial<DecisionInput>, settings: StrategyConfig = config()): SkipReason | 'enter' =>
  reasonOf(decide(decisionInput(changes), settings))

/** Moves a decision to another instant with the spot still fresh. */
const atTime = (time: string): Partial<DecisionInput> => ({
  now_ms: at(time),
  spot: { bid: 600.19, ask: 600.21, t_ms: at(time) },
})

/** Bars whose range is exactly `pct` of the first open. */
const ranged = (pct: number): Bar[] =>
  quietBars(30).map((bar, index) => ({ ...bar, o: 600, h: 600, l: index === 7 ? 600 - 6 * pct : 600, c: 600 }))

/** Bars that swing between 600 and `high`. */
const swinging = (high: number): Bar[] =>
  quietBars(30).map((bar, index) => ({ ...bar, h: 605, c: index % 2 === 0 ? 600 : high }))

describe('the gates', () => {
  test('a quiet day with a fresh quote passes them all', () => {
    expect(reason({})).toBe('enter')
  })

  test.each([
    ['09:44:59', 'outside_entry_window'],
    ['09:45:00', 'enter'],
    ['14:30:00', 'enter'],
    ['14:30:01', 'outside_entry_window'],
    ['16:30:00', 'outside_entry_window'],
    ['08:00:00', 'outside_entry_window'],
  ])('on a full day a decision at %s gives %s', (time, expected) => {
    expect(reason(atTime(time))).toBe(expected)
  })

  test('on a half day the window ends 90 minutes before 13:00', () => {
    const half = (time: string) => {
      const now_ms = Date.parse(`2026-11-27T${time}-05:00`)
      const spot = { bid: 600.19, ask: 600.21, t_ms: now_ms }
      return reason({ now_ms, session: HALF_DAY, bars: quietBars(30, HALF_DAY), spot })
    }
    expect(half('09:45:00')).toBe('enter')
    expect(half('11:30:00')).toBe('enter')
    expect(half('11:30:01')).toBe('outside_entry_window')
  })

  test('an open position, then a trade already made, deny', () => {
    expect(reason({ day: { entries: 1, netPnl: 0, open: true } })).toBe('position_open')
    expect(reason({ day: { entries: 1, netPnl: 0, open: false } })).toBe('max_daily_trades')
  })

  test('a day at or below its maximum loss denies', () => {
    expect(reason({ day: { entries: 0, netPnl: -1500, open: false } })).toBe('daily_loss_limit')
    expect(reason({ day: { entries: 0, netPnl: -1499.99, open: false } })).toBe('enter')
    expect(reason({ day: { entries: 0, netPnl: -500, open: false } }, config({}, '2k'))).toBe('daily_loss_limit')
  })

  test('nine bars are warming up, ten are enough', () => {
    expect(reason({ bars: quietBars(9) })).toBe('warming_up')
    expect(reason({ bars: quietBars(10) })).toBe('enter')
    expect(reason({ bars: [] })).toBe('warming_up')
  })

  test('bars that are not of this session, or not complete, do not warm up', () => {
    const yesterday = quietBars(30).map((bar) => ({ ...bar, t_ms: bar.t_ms - 86_400_000 }))
    expect(reason({ bars: yesterday })).toBe('warming_up')
    const future = quietBars(30).map((bar) => ({ ...bar, t_ms: bar.t_ms + 3_600_000 }))
    expect(reason({ bars: future })).toBe('warming_up')
  })

  test('a volatility above 25 denies, a lower one does not', () => {
    expect(reason({ bars: swinging(601.5) })).toBe('high_vix')
    expect(reason({ bars: swinging(600.4) })).toBe('enter')
  })

  test('the range denies above 5 % and above 8 %, not at them', () => {
    expect(reason({ bars: ranged(5) })).toBe('enter')
    expect(reason({ bars: ranged(5.01) })).toBe('moderate_volatility')
    expect(reason({ bars: ranged(8) })).toBe('moderate_volatility')
    expect(reason({ bars: ranged(8.01) })).toBe('extreme_volatility')
  })

  test.each([
    ['no bid', { bid: null, ask: 600.2 }],
    ['no ask', { bid: 600.2, ask: null }],
    ['a bid of 0', { bid: 0, ask: 600.2 }],
    ['a negative ask', { bid: 600.2, ask: -1 }],
    ['a crossed market', { bid: 600.3, ask: 600.2 }],
  ])('a spot with %s is stale', (_name, sides) => {
    expect(reason({ spot: { ...sides, t_ms: at('10:00:00') } })).toBe('stale_quote')
  })

  test('a locked market is usable', () => {
    expect(reason({ spot: { bid: 600.2, ask: 600.2, t_ms: null } })).toBe('enter')
  })

  test('a spot of 15 s is fresh, an older one stale, one of unknown time fresh', () => {
    const aged = (age_ms: number) => reason({ spot: { bid: 600.19, ask: 600.21, t_ms: at('10:00:00') - age_ms } })
    expect(aged(15_000)).toBe('enter')
    expect(aged(15_001)).toBe('stale_quote')
    expect(reason({ spot: { bid: 600.19, ask: 600.21, t_ms: null } })).toBe('enter')
  })

  test('the first gate that fails is the reason, all the way down', () => {
    const spot = { bid: null, ask: null, t_ms: null }
    const wild = ranged(9).map((bar, index) => ({ ...bar, c: index % 2 === 0 ? 600 : 606, h: 606 }))
    const calm = ranged(9)
    const worst: Partial<DecisionInput> = { chain: [], spot, bars: [], day: { entries: 1, netPnl: -9999, open: true } }
    const steps: [Partial<DecisionInput>, SkipReason][] = [
      [{ now_ms: SESSION.open_ms }, 'outside_entry_window'],
      [{}, 'position_open'],
      [{ day: { entries: 1, netPnl: -9999, open: false } }, 'max_daily_trades'],
      [{ day: { entries: 0, netPnl: -9999, open: false } }, 'daily_loss_limit'],
      [{ day: { entries: 0, netPnl: 0, open: false } }, 'warming_up'],
      [{ day: { entries: 0, netPnl: 0, open: false }, bars: wild }, 'high_vix'],
      [{ day: { entries: 0, netPnl: 0, open: false }, bars: calm }, 'extreme_volatility'],
      [{ day: { entries: 0, netPnl: 0, open: false }, bars: ranged(6) }, 'moderate_volatility'],
      [{ day: { entries: 0, netPnl: 0, open: false }, bars: quietBars(30) }, 'stale_quote'],
    ]
    for (const [changes, expected] of steps) expect(reason({ ...worst, ...changes })).toBe(expected)
  })

  test('a refusal carries the number that decided and its limit', () => {
    expect(decide(decisionInput({ bars: quietBars(4) }), config())).toMatchObject({ measured: { value: 4, limit: 10 } })
    expect(decide(decisionInput({ bars: ranged(6) }), config())).toMatchObject({ measured: { value: 6, limit: 5 } })
    const old = { bid: 600, ask: 600.1, t_ms: at('09:59:40') }
    expect(decide(decisionInput({ spot: old }), config())).toMatchObject({ measured: { value: 20, limit: 15 } })
  })

  test('every limit is configuration', () => {
    const limits = { ...config().limits, barsMin: 3, entryAfterOpenMin: 0, maxDailyTrades: 2 }
    const day = { entries: 1, netPnl: 0, open: false }
    expect(reason({ bars: quietBars(3), ...atTime('09:35:00'), day }, config({ limits }))).toBe('enter')
  })
})
