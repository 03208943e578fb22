/** Orders on their way out and back, against a broker whose answers are given by hand. */
import { describe, expect, test } from 'vitest'
import { entering, exiting, no, type SubmitResult } from '../support/orders-out.ts'
import { brokerOrder, OPERATOR } from '../support/session.ts'

describe('submitting', () => {
  test('an order that nothing denies goes out, and its answer comes back', async () => {
    const { out, world } = entering()
    await out.submit(world.desk.sent())
    expect(world.submitted).toEqual(['p4d-25k-20260717-open-1'])
    expect(world.pushed).toMatchObject([{ kind: 'order', order: { status: 'new' } }])
  })

  test('an opening is not sent once the switch is off, and says why', async () => {
    const { out, world } = entering()
    world.control = 'HALTED'
    await out.submit(world.desk.sent())
    expect(world.submitted).toEqual([])
    expect(world.pushed).toMatchObject([{ kind: 'order_denied', denial: { code: 'kill_switch' } }])
  })

  test('an opening that would close what somebody else holds is not sent, nor one where nobody says what is held', async () => {
    const { out, world } = entering()
    world.positions = [{ symbol: 'SPY260717P00742000', qty: 2, avgEntryPrice: '1.90' }]
    await out.submit(world.desk.sent())
    world.positions = null
    await out.submit(world.desk.sent())
    expect(world.submitted).toEqual([])
    expect(world.pushed).toMatchObject([
      { denial: { code: 'opposite_position', numbers: { symbol: 'SPY260717P00742000', held: 2 } } },
      { denial: { code: 'positions_unreadable' } },
    ])
  })

  test('a switch that is set while the account is read counts', async () => {
    const { out, world } = entering()
    world.whileRead = async () => {
      // Long enough for a reading begun before to have been answered.
      for (let turn = 0; turn < 20; turn += 1) await null
      world.control = 'REDUCING'
    }
    await out.submit(world.desk.sent())
    expect(world.submitted).toEqual([])
  })

  describe('an opening whose turn at the broker comes late', () => {
    test.each(['REDUCING', 'HALTED'] as const)(
      'is not sent where the session was set to %s meanwhile',
      async (mode) => {
        const { out, world } = entering()
        world.whileQueued = async () => {
          const { control } = world.desk.state
          world.desk.give({ kind: 'control', control: { ...control, seq: 9, mode, reason: 'look' } })
        }
        await out.submit(world.desk.sent())
        expect(world.submitted).toEqual([])
        expect(world.pushed).toMatchObject([
          { kind: 'order_denied', denial: { code: 'mode_not_active' }, again: false },
        ])
      },
    )

    test('is not sent where the session was stopped meanwhile', async () => {
      const { out, world } = entering()
      world.whileQueued = async () => {
        world.desk.give({ kind: 'stop', request: { actor: OPERATOR, kind: 'operator' } })
      }
      await out.submit(world.desk.sent())
      expect(world.submitted).toEqual([])
    })

    test('is not sent on what was read long before', async () => {
      const { out, world } = entering()
      world.whileQueued = async () => {
        world.now_ms += 101
      }
      await out.submit(world.desk.sent())
      expect(world.submitted).toEqual([])
      expect(world.pushed).toMatchObject([
        { kind: 'order_denied', denial: { code: 'stale_quote', numbers: { age_s: 0.101, limit_s: 0.1 } } },
      ])
    })
  })

  test('a close goes out whatever the switch says', async () => {
    const { out, world } = exiting()
    world.control = null
    await out.submit(world.desk.sent())
    expect(world.submitted).toEqual(['p4d-25k-20260717-close-1'])
  })

  describe('beside a close that was never seen', () => {
    const doubtful = () => {
      const { out, world } = exiting()
      const { clientOrderId } = world.desk.sent()
      const denial = { code: 'orders_per_minute', numbers: {} } as const
      world.desk.give({ kind: 'order_denied', clientOrderId, denial }).tick('09:51:30')
      return { out, world, request: world.desk.sent() }
    }
    const holding = (qty: number) => [
      { symbol: 'SPY260717P00742000', qty: -qty, avgEntryPrice: '1.90' },
      { symbol: 'SPY260717P00737000', qty, avgEntryPrice: '0.22' },
    ]

    test('no more is closed than the broker holds', async () => {
      const { out, world, request } = doubtful()
      world.positions = holding(10)
      await out.submit(request)
      expect(world.submitted).toEqual([])
      expect(world.pushed).toMatchObject([
        { kind: 'order_denied', denial: { code: 'close_exceeds_position', numbers: { wanted: 25, held: 10 } } },
      ])
    })

    test.each([25, null])('the next one goes out where %s are held there (null: it does not say)', async (qty) => {
      const { out, world, request } = doubtful()
      world.positions = qty === null ? null : holding(qty)
      await out.submit(request)
      expect(world.submitted).toEqual(['p4d-25k-20260717-close-2'])
    })
  })

  test('an order that ended while facts were read is not sent', async () => {
    const { out, world } = entering()
    const request = world.desk.sent()
    const sending = out.submit(request)
    world.desk.give({
      kind: 'order_denied',
      clientOrderId: request.clientOrderId,
      denial: { code: 'stale_quote', numbers: {} },
    })
    await sending
    expect(world.submitted).toEqual([])
  })

  test('the orders of the last minute count, also those that were refused', async () => {
    const { out, world } = entering()
    world.submit = async () => no('refused')
    for (let sent = 0; sent < 6; sent += 1) await out.submit(world.desk.sent())
    await out.submit(world.desk.sent())
    expect(world.submitted).toHaveLength(6)
    expect(world.pushed.at(-1)).toMatchObject({ kind: 'order_denied', denial: { code: 'orders_per_minute' } })
  })

  test('a refusal is final', async () => {
    const { out, world } = exiting()
    world.submit = async () => no('refused', 'insufficient options buying power')
    await out.submit(world.desk.sent())
    expect(world.pushed).toMatchObject([{ kind: 'order_refused', error: { kind: 'refused' } }])
    expect(world.looks).toBe(0)
  })

  test.each(['ambiguous', 'rate_limited'] as const)(
    'an answer that is %s is looked up, never a refusal',
    async (kind) => {
      const { out, world } = exiting()
      world.submit = async () => no(kind)
      const found = brokerOrder(world.desk.sent(), 'filled', 25, '4.3', world.desk.now_ms)
      world.lookups = [{ ok: true, value: found }]
      await out.submit(world.desk.sent())
      expect(world.pushed).toEqual([{ kind: 'order', order: found, execution: null }])
    },
  )

  test('a duplicate id means that the order is there: it is fetched', async () => {
    const { out, world } = exiting()
    world.submit = async () => no('refused', 'client_order_id must be unique')
    const found = brokerOrder(world.desk.sent(), 'new', 0, null, world.desk.now_ms)
    world.lookups = [{ ok: true, value: found }]
    await out.submit(world.desk.sent())
    expect(world.pushed).toEqual([{ kind: 'order', order: found, execution: null }])
  })
})

describe('looking up', () => {
  test('an id counts as unknown after two looks only', async () => {
    const { out, world } = exiting()
    const found = brokerOrder(world.desk.sent(), 'new', 0, null, world.desk.now_ms)
    world.lookups = [no('not_found'), { ok: true, value: found }]
    await out.lookup(found.clientOrderId)
    expect(world.pushed).toMatchObject([{ kind: 'order' }])
    world.lookups = [no('not_found')]
    await out.lookup(found.clientOrderId)
    expect(world.pushed.at(-1)).toEqual({ kind: 'order_missing', clientOrderId: found.clientOrderId })
  })

  test('a broker that does not answer says nothing about the order', async () => {
    const { out, world } = exiting()
    world.lookups = [no('unavailable')]
    await out.lookup('p4d-25k-20260717-close-1')
    expect(world.pushed).toEqual([])
  })

  test('waits for the request that is still under way', async () => {
    const { out, world } = exiting()
    let answer: (result: SubmitResult) => void = () => undefined
    world.submit = () =>
      new Promise((resolve) => {
        answer = resolve
      })
    const request = world.desk.sent()
    const sending = out.submit(request)
    await out.lookup(request.clientOrderId)
    expect(world.looks).toBe(0)
    answer({ ok: true, value: brokerOrder(request, 'new', 0, null, world.desk.now_ms) })
    await sending
    expect(world.pushed).toHaveLength(1)
  })
})
