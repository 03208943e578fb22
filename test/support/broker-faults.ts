/** What the tests of a broker at fault share: an exit made due, and what must have come of it. */
import { expect } from 'vitest'
import { type HeldDesk, problemsWithOrders } from './held-desk.ts'
import { eventually } from './waits.ts'
import type { Spoiled, Wire } from './wire.ts'

const ENOUGH_MS = 60_000

/** Far enough to reach the loss limit of a short put sold out of the money. */
export const fall = (held: HeldDesk): Promise<void> => held.sim('/provoke/shock', { pct: -2, seconds: 5 })

/** Every answer of the broker, for as long as it is not called off. */
export function spoilAll(wire: Wire, spoiled: Spoiled): void {
  wire.spoil(() => spoiled)
}

/** The closing orders that were asked for, sent once or more, done or not. */
export const closesAsked = ({ exchanges }: Wire): string[] =>
  exchanges.flatMap(({ method, path, body }) => {
    const isOrder = method === 'POST' && path === '/v2/orders' && typeof body === 'object' && body !== null
    const id = isOrder ? String(Reflect.get(body, 'client_order_id')) : ''
    return id.includes('-close-') ? [id] : []
  })

/** The one trade is closed, once, and the books are what the broker has. */
export async function closedOnce(held: HeldDesk): Promise<void> {
  await eventually('the trade to be closed', async () => (await held.of('trade_closed'))[0] ?? null, ENOUGH_MS)
  expect(await problemsWithOrders(held)).toEqual([])
  const [closed, ...others] = await held.of('trade_closed')
  expect(others).toEqual([])
  const orders = await held.orders()
  const opened = orders.find((order) => order.client_order_id.includes('-open-') && order.filled_qty > 0)
  expect(closed?.contracts).toBe(opened?.filled_qty)
  expect(closed).not.toHaveProperty('estimatedQty')
  const intents = (await held.of('order_intent')).map((intent) => intent.clientOrderId)
  expect(intents).toEqual([...new Set(intents)])
  for (const { client_order_id } of orders) expect(intents).toContain(client_order_id)
}
