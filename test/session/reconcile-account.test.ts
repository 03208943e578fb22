import { describe, expect, test } from 'vitest'
import { watchingDesk } from '../support/session.ts'
import { position, read, readTwice, SHORT } from './broker-books.ts'

describe('what no stream brings', () => {
  test('an assignment halts and is told once', () => {
    const assignment = { id: 'a1', type: 'OPASN', symbol: SHORT, qty: -25, date: '2026-07-17' } as const
    const desk = read(watchingDesk(), { activities: [assignment] })
    expect(desk.state).toMatchObject({ mode: 'HALTED', modeReason: 'assigned' })
    read(desk, { activities: [assignment] })
    expect(desk.of('engine_alert').filter(({ code }) => code === 'assigned')).toHaveLength(1)
  })

  test('an assignment is told also where the account was halted for something else before', () => {
    const assignment = { id: 'a1', type: 'OPASN', symbol: SHORT, qty: -25, date: '2026-07-17' } as const
    const desk = watchingDesk()
    desk.state = { ...desk.state, mode: 'HALTED', modeReason: 'by hand' }
    read(desk, { activities: [assignment] })
    read(desk, { activities: [assignment] })
    expect(desk.of('engine_alert').map(({ code }) => code)).toEqual(['assigned'])
    expect(desk.state).toMatchObject({ mode: 'HALTED', assignments: ['a1'] })
  })

  test('shares in the account halt', () => {
    const desk = read(watchingDesk(), { positions: [position('SPY', 2500)] })
    expect(desk.state).toMatchObject({ mode: 'HALTED', modeReason: 'shares_held' })
  })

  test('cash that moved by more than the fills and fees explain stops opening, when seen twice', () => {
    const desk = read(watchingDesk(), { cash: '24900.00' })
    expect(desk.state.mode).toBe('ACTIVE')
    expect(read(desk, { cash: '24900.00' }).state).toMatchObject({ mode: 'REDUCING', modeReason: 'cash_mismatch' })
  })

  test('fees alone are no difference', () => {
    expect(readTwice(watchingDesk(), { cash: '24975.00' }).state.mode).toBe('ACTIVE')
  })

  test('nor is a commission as the rules assume it, of 25 contracts opened and closed; more than that, or cash to spare, is', () => {
    const closed = () => {
      const desk = watchingDesk()
      desk.state = { ...desk.state, brokerPnlCents: 10_000, netPnlCents: 10_000 - 3250 }
      return desk
    }
    expect(readTwice(closed(), { cash: '25042.50' }).state.mode).toBe('ACTIVE')
    expect(readTwice(closed(), { cash: '25042.49' }).state.modeReason).toBe('cash_mismatch')
    expect(readTwice(closed(), { cash: '25125.01' }).state.modeReason).toBe('cash_mismatch')
  })
})
