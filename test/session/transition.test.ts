/** The day from outside: before the open, the switch, stopping, the close. */
import { describe, expect, test } from 'vitest'
import { overridesOf } from '../../src/validation/verdict/overrides.ts'
import { ACCOUNT, at, CHAIN, Desk, holdingDesk, newSession, OPERATOR, watchingDesk } from '../support/session.ts'

describe('before the market opens', () => {
  test('preflight is asked for from five minutes before the open, not earlier', () => {
    const desk = new Desk(newSession(), '09:20').tick('09:24:59')
    expect(desk.effects).toEqual([])
    expect(desk.tick('09:25').effects).toEqual([{ kind: 'preflight' }])
  })

  test('a passed preflight starts the session and says its plan and window', () => {
    const desk = watchingDesk()
    expect(desk.state.phase).toBe('watching')
    expect(desk.last('session_started')).toMatchObject({ windowOpen_ms: at('09:45'), windowClose_ms: at('14:30') })
  })

  test('the plan shows the account as it is today', () => {
    const account = { ...ACCOUNT, equity: '26175.00', optionsBuyingPower: '26000.50' }
    const desk = new Desk(newSession(), '09:26').give({ kind: 'preflight', account, error: null })
    expect(desk.last('session_started').plan).toMatchObject({
      equityCents: 2_617_500,
      optionsBuyingPowerCents: 2_600_050,
      contracts: 25,
    })
  })

  test('an account that cannot carry the plan trades nothing today and says why', () => {
    const desk = new Desk(newSession(), '09:26').give({
      kind: 'preflight',
      account: { ...ACCOUNT, optionsBuyingPower: '12499.99' },
      error: null,
    })
    expect(desk.state.phase).toBe('done')
    expect(desk.last('session_refused').code).toBe('buying_power')
  })

  test('a broker that does not answer the preflight is asked again', () => {
    const error = { kind: 'unavailable', code: null, message: 'timeout', retryAfter_ms: null } as const
    const desk = new Desk(newSession(), '09:26').give({ kind: 'preflight', account: null, error })
    expect(desk.state.phase).toBe('waiting')
    expect(desk.tick('09:27').effects).toEqual([{ kind: 'preflight' }])
  })

  test('an input that changes nothing returns the very same state', () => {
    const state = newSession()
    const desk = new Desk(state, '09:20').tick('09:21')
    expect(desk.state).toBe(state)
  })
})

describe('a stream that is mute', () => {
  test('is told, and so is its return; the session goes on as it was', () => {
    const desk = holdingDesk()
    const { state } = desk
    desk.give({ kind: 'stream_mute', stream: 'options', isMute: true })
    expect(desk.last('engine_alert')).toMatchObject({ code: 'stream_mute', critical: false })
    expect(desk.last('engine_alert').message).toContain('No quotes of the position come by stream')
    desk.give({ kind: 'stream_mute', stream: 'options', isMute: false })
    expect(desk.last('engine_alert').code).toBe('stream_back')
    expect(desk.state).toBe(state)
  })
})

describe('the account’s switch', () => {
  const control = (mode: 'ACTIVE' | 'REDUCING' | 'HALTED', seq = 1) =>
    ({ kind: 'control', control: { seq, mode, actor: OPERATOR, reason: 'a test' } }) as const

  test('paused: no decision is taken until it is resumed', () => {
    const desk = watchingDesk().give(control('REDUCING')).spotAt('09:51', 741.15)
    expect(desk.effects.filter((e) => e.kind === 'take_snapshot')).toEqual([])
    desk.give(control('ACTIVE', 2)).spotAt('09:52', 741.15)
    expect(desk.effects.at(-1)?.kind).toBe('take_snapshot')
  })

  test('halted: what is open is closed', () => {
    const desk = holdingDesk('short_put').quote('09:51', [1.9, 1.92]).give(control('HALTED')).tick('09:51:01')
    expect(desk.last('exit_decided').reason).toBe('halted')
  })

  test('halted beyond the stop: that the stop had been reached is kept with the exit', () => {
    const at = (quote: readonly [number, number]) => {
      const desk = holdingDesk('short_put').give(control('HALTED')).quote('09:51', quote)
      return desk.last('exit_decided')
    }
    expect(at([2.35, 2.37])).toMatchObject({ reason: 'halted', alsoFired: ['stop_loss'] })
    expect(at([1.9, 1.92])).toMatchObject({ reason: 'halted', alsoFired: [] })
    expect(at([1.9, 1.92]).netPnlCents).not.toBeNull()
  })

  test('an older setting is not applied over a newer one', () => {
    const desk = watchingDesk().give(control('REDUCING', 2)).give(control('ACTIVE', 1))
    expect(desk.state.mode).toBe('REDUCING')
  })

  test('a day at its loss limit opens nothing more, and says so to the next one', () => {
    const desk = holdingDesk('short_put').quote('09:51', [2.7, 2.72]).answer('filled', 25, '2.72')
    expect(desk.last('trade_closed').netPnlCents).toBeLessThan(-150_000)
    expect(desk.state.mode).toBe('REDUCING')
  })
})

describe('stopping', () => {
  const stop = { kind: 'stop', request: { actor: OPERATOR, kind: 'operator' } } as const

  test('flat: the session ends at once, with no session to follow', () => {
    const desk = watchingDesk().give(stop)
    expect(desk.state.phase).toBe('ended')
    expect(desk.last('session_ended')).toMatchObject({ status: 'stopped', next: null })
  })

  test('with a position: it is closed first, and the stop is the reason', () => {
    const desk = holdingDesk('short_put').quote('09:51', [1.9, 1.92]).give(stop)
    expect(desk.last('exit_decided')).toMatchObject({ reason: 'operator_stop', actor: OPERATOR })
    desk.answer('filled', 25, '1.92')
    expect(desk.state.phase).toBe('ended')
  })

  test('with an opening order working: it is canceled, and what it filled is closed', () => {
    const desk = watchingDesk().spotAt('09:50', 741.15).snapshot(CHAIN).answer('new', 0, null).give(stop)
    expect(desk.effects.at(-1)?.kind).toBe('cancel')
    desk.answer('canceled', 3, '1.68')
    expect(desk.sent()).toMatchObject({ clientOrderId: 'p4d-25k-20260717-close-1', qty: 3 })
  })

  test('a desk that goes down closes what is open, in its own name', () => {
    const desk = holdingDesk()
    const request = { actor: { id: 'w1', name: 'shutdown of the desk', via: 'system' }, kind: 'shutdown' } as const
    desk.quote('09:52', [1.5, 1.54], [0.2, 0.22]).give({ kind: 'stop', request })
    expect(desk.last('exit_decided')).toMatchObject({ reason: 'shutdown', alsoFired: [], actor: null })
    desk.answer('filled', 25, '1.34')
    expect(desk.last('trade_closed').reason).toBe('shutdown')
    expect(overridesOf(desk.events)).toEqual([])
  })

  test('a shutdown keeps the campaign: the next session is named', () => {
    const desk = watchingDesk().give({ kind: 'stop', request: { actor: OPERATOR, kind: 'shutdown' } })
    expect(desk.last('session_ended').next).toMatchObject({ date: '2026-07-20' })
  })
})

describe('the close of the market', () => {
  test('a day without a trade ends as one', () => {
    expect(watchingDesk().tick('16:00').last('session_ended')).toMatchObject({ status: 'no_trade', dayNetPnlCents: 0 })
  })

  test('a position that is still open is a critical alert', () => {
    const desk = holdingDesk('short_put').tick('16:00')
    expect(desk.last('engine_alert')).toMatchObject({ code: 'position_at_close', critical: true })
    expect(desk.last('session_ended').status).toBe('incomplete')
    expect(desk.state).toMatchObject({ phase: 'ended', mode: 'HALTED' })
    expect(desk.last('engine_alert').message).toContain('closed with a position open')
  })

  test('an entry of which no fill is known is no position in the alert’s words, and holds the account back all the same', () => {
    const desk = watchingDesk().spotAt('09:50', 741.15).snapshot(CHAIN).tick('16:00')
    const { message } = desk.last('engine_alert')
    expect(message).toContain('an entry was on its way')
    expect(message).not.toContain('with a position open')
    expect(desk.state).toMatchObject({ phase: 'ended', mode: 'HALTED' })
  })
})
