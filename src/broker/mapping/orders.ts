/**
 * Alpaca's orders → `BrokerOrder`.
 *
 * Entry points: `toOrder`, `netPrice`.
 *
 * 1. The sign of a multi-leg price is handled in `netPrice` and `limit` here and in `order-request.ts` alone: the desk
 *    sells to open and buys to close, and sees both as positive prices; Alpaca calls a credit negative.
 * 2. The net price comes from the legs' fills where all legs have one, so that it is exact; else from the order itself.
 */
import { Big } from 'big.js'
import { z } from 'zod'
import { occOf } from '../occ.ts'
import type { BrokerOrder, BrokerOrderLeg, OrderLeg, OrderSide, OrderStatus } from '../port.ts'
import { decimal, decode, instant, quantity } from './decode.ts'

const STATUSES = [
  'new',
  'accepted',
  'pending_new',
  'partially_filled',
  'filled',
  'done_for_day',
  'canceled',
  'expired',
  'replaced',
  'pending_cancel',
  'pending_replace',
  'rejected',
  'suspended',
  'calculated',
  'stopped',
  'held',
  'accepted_for_bidding',
  'pending_review',
] as const satisfies readonly OrderStatus[]

const sideSchema = z.enum(['buy', 'sell'])
/** Alpaca leaves out what does not apply: null, absent, or an empty string. */
const orNothing = <S extends z.ZodType>(schema: S) => z.union([schema, z.literal('')]).nullish()

const legSchema = z.object({
  symbol: z.string().min(1),
  side: sideSchema,
  positionIntent: z.string().nullish(),
  filledQty: quantity.nullish(),
  filledAvgPrice: orNothing(decimal),
})

const orderSchema = z.object({
  id: z.string().min(1),
  clientOrderId: z.string().min(1),
  // A status that Alpaca adds later is neither terminal nor known: the desk must wait and ask again.
  status: z.enum(STATUSES).catch('pending_review'),
  qty: quantity,
  filledQty: quantity.nullish(),
  filledAvgPrice: orNothing(decimal),
  limitPrice: orNothing(decimal),
  symbol: z.string().nullish(),
  side: orNothing(sideSchema),
  positionIntent: z.string().nullish(),
  legs: z.array(legSchema).nullish(),
  submittedAt: instant.nullish(),
  createdAt: instant.nullish(),
  updatedAt: instant.nullish(),
})
type RawOrder = z.output<typeof orderSchema>
type RawLeg = z.output<typeof legSchema>

interface PricedLeg {
  readonly symbol: string
  readonly side: OrderSide
  readonly positionIntent?: string | null | undefined
  readonly filledAvgPrice: string | null
}

/**
 * Whether an order opens a position. Without intents the strikes tell: the desk is short the higher put of a spread.
 */
function opens(legs: readonly PricedLeg[]): boolean {
  const intent = legs.find((leg) => leg.positionIntent)?.positionIntent
  if (intent) return intent.endsWith('_to_open')
  const [first, second] = legs
  if (first === undefined || second === undefined) return first?.side === 'sell'
  const strikeOf = (leg: PricedLeg): number => occOf(leg.symbol)?.strike ?? 0
  const higher = strikeOf(first) > strikeOf(second) ? first : second
  return higher.side === 'sell'
}

/**
 * What the order was sold (opening) or bought (closing) for, net, dollars a share; null before every leg has a price.
 */
export function netPrice(legs: readonly PricedLeg[]): string | null {
  let sold = new Big(0)
  for (const leg of legs) {
    if (leg.filledAvgPrice === null) return null
    sold = leg.side === 'sell' ? sold.plus(leg.filledAvgPrice) : sold.minus(leg.filledAvgPrice)
  }
  if (legs.length === 0) return null
  return (opens(legs) ? sold : sold.times(-1)).toFixed()
}

const unsigned = (price: string | null | undefined): string | null => price?.replace(/^-/, '') || null

function toLeg(leg: RawLeg): BrokerOrderLeg & PricedLeg {
  return {
    symbol: leg.symbol,
    side: leg.side,
    positionIntent: leg.positionIntent,
    filledQty: leg.filledQty ?? 0,
    filledAvgPrice: leg.filledAvgPrice || null,
  }
}

function legsOf(order: RawOrder, asked: readonly OrderLeg[]): (BrokerOrderLeg & PricedLeg)[] {
  if (order.legs && order.legs.length > 0) return order.legs.map(toLeg)
  if (order.symbol && order.side) {
    return [toLeg({ ...order, symbol: order.symbol, side: order.side })]
  }
  // The answer to a multi-leg order may come before its legs exist.
  return asked.map((leg) => ({ ...leg, filledQty: 0, filledAvgPrice: null }))
}

/**
 * An order of the REST API or of a trade update, as the SDK hands it over.
 * @param asked the legs as requested, for an answer that lacks them.
 * @throws UnreadableAnswerError
 */
export function toOrder(answer: unknown, asked: readonly OrderLeg[] = []): BrokerOrder {
  const order = decode(orderSchema, answer, 'an order')
  const legs = legsOf(order, asked)
  const submittedAt_ms = order.submittedAt ?? order.createdAt ?? order.updatedAt ?? 0
  return {
    id: order.id,
    clientOrderId: order.clientOrderId,
    status: order.status,
    qty: order.qty,
    filledQty: order.filledQty ?? 0,
    filledAvgPrice: (legs.length > 1 ? netPrice(legs) : null) ?? unsigned(order.filledAvgPrice),
    limitPrice: unsigned(order.limitPrice),
    legs: legs.map(({ symbol, side, filledQty, filledAvgPrice }) => ({ symbol, side, filledQty, filledAvgPrice })),
    submittedAt_ms,
    updatedAt_ms: order.updatedAt ?? submittedAt_ms,
  }
}
