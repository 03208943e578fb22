import { describe, expect, test } from 'vitest'
import type { JournalEvent } from '../../src/session/events.ts'
import { dayEvidence } from '../../src/validation/criteria/evidence.ts'
import { assessed, clean } from './assessed-days.ts'

describe('a day’s evidence', () => {
  const exit = {
    type: 'exit_decided',
    tradeId: 't',
    at_ms: 0,
    mid: 1,
    close: 1,
    spot: 1,
    rulePnlCents: 0,
    netPnlCents: 0,
    actor: null,
  } as const

  test('counts trades at their stop, and whether that closed them', () => {
    const stopped = dayEvidence([{ ...exit, reason: 'stop_loss', alsoFired: ['session_end'] }])
    expect(stopped).toMatchObject({ stopsReached: 1, stopsObeyed: 1 })
    const proved = (broker: object | null) =>
      dayEvidence([
        { type: 'day_proved', strategyVersion: 'v1', feeds: { option: 'opra', stock: 'iex' }, broker } as JournalEvent,
      ])
    const broker = { orders: 2, brokerCents: 5000, deskCents: 5000, cashCents: 4750 }
    expect(proved(broker)).toMatchObject({ brokerDifferenceCents: 0, feesCents: 250, strategyVersion: 'v1' })
    expect(proved({ ...broker, deskCents: 5065 })).toMatchObject({ brokerDifferenceCents: -65 })
    // Cash that came from elsewhere is no negative fee, and a withdrawal no fee.
    expect(proved({ ...broker, cashCents: 5001 }).feesCents).toBeNull()
    expect(proved({ ...broker, cashCents: -900_000 }).feesCents).toBeNull()
    expect(proved(null)).toMatchObject({ brokerDifferenceCents: null, feesCents: null, feeds: { option: 'opra' } })
    // A hand close at the broker is in no order of the desk: its own price counts.
    const byHand = { ...broker, brokerCents: 300_000, otherCents: -290_000, deskCents: 9000, cashCents: 9900 }
    expect(proved(byHand)).toMatchObject({ brokerDifferenceCents: 1000, brokerExplained: null, feesCents: 100 })
    expect(proved({ ...broker, otherCents: -700, cashCents: 4300 }).brokerDifferenceCents).toBe(0)
    const told = { type: 'engine_alert', code: 'assigned', message: '', critical: true } as const
    expect(dayEvidence([told, told]).brokerExplained).toBe('the position was assigned')
    const halted = dayEvidence([{ ...exit, reason: 'halted', alsoFired: ['stop_loss'] }])
    expect(halted).toMatchObject({ stopsReached: 1, stopsObeyed: 0 })
    expect(dayEvidence([{ ...exit, reason: 'profit_target', alsoFired: [] }])).toMatchObject({ stopsReached: 0 })
  })

  test('fees that the broker books later: overnight they are in no day, during the next session in that one', () => {
    const feesOf = (cashCents: number) =>
      dayEvidence([
        {
          type: 'day_proved',
          strategyVersion: 'v1',
          feeds: { option: 'opra', stock: 'iex' },
          broker: { orders: 2, brokerCents: 5000, deskCents: 5000, cashCents },
        },
      ]).feesCents
    const [booked, cash] = [130, 5000]
    // Cash is compared from a session's start to its end: what is taken between two sessions is before the second's
    // start.
    expect([feesOf(cash), feesOf(cash)]).toEqual([0, 0])
    expect([feesOf(cash), feesOf(cash - booked)]).toEqual([0, booked])
    // No word rests on it: days with and without fees known have the same net.
    const net = (fees: number | null) => assessed(30, { ...clean, feesCents: fees }).verdict.mean
    expect(net(booked)).toEqual(net(null))
  })

  test('names what went wrong; a warning is no error', () => {
    const events = [
      { type: 'engine_alert', code: 'silent', message: '', critical: true },
      { type: 'engine_alert', code: 'late', message: '', critical: false },
      { type: 'order_refused', clientOrderId: 'x', purpose: 'open', code: 'buying_power', message: '' },
    ] as const
    expect(dayEvidence(events).errors).toEqual(['silent', 'buying_power'])
    const ended = { type: 'order_ended', clientOrderId: 'x', filledQty: 0 } as const
    expect(dayEvidence([{ ...ended, status: 'rejected' }]).errors).toEqual(['order_rejected'])
    expect(dayEvidence([{ ...ended, status: 'canceled' }]).errors).toEqual([])
  })

  test('a drill is no error', () => {
    const alert = { type: 'engine_alert', code: 'drill', message: 'This is a drill', critical: true } as const
    expect(dayEvidence([alert]).errors).toEqual([])
  })
})
