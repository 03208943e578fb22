/**
 * Messages of the order stream. What multi-leg updates look like is not documented: an update may carry the whole order
 * with its legs, or one leg as an order of its own; both are passed on, the caller matches by client order id and
 * reconciles.
 *
 * Entry point: `toTradeUpdate`.
 */
import { z } from 'zod'
import type { TradeUpdate } from '../port.ts'
import { decimal, decode, instant, quantity } from './decode.ts'
import { toOrder } from './orders.ts'

const updateSchema = z.object({
  event: z.string().min(1),
  timestamp: instant.nullish(),
  executionId: z.string().nullish(),
  price: z.union([decimal, z.literal('')]).nullish(),
  qty: z.union([quantity, z.literal('')]).nullish(),
  order: z.unknown(),
})

/** @throws UnreadableAnswerError for a shape that is not known. */
export function toTradeUpdate(message: unknown): TradeUpdate {
  const update = decode(updateSchema, message, 'a trade update')
  const order = toOrder(update.order)
  return {
    event: update.event,
    order,
    executionId: update.executionId || null,
    // A multi-leg credit comes with a minus; the desk's prices have none.
    price: update.price?.replace(/^-/, '') || null,
    qty: typeof update.qty === 'number' ? Math.abs(update.qty) : null,
    at_ms: update.timestamp ?? order.updatedAt_ms,
  }
}
