/**
 * Reads the body of `POST /v2/orders`: shapes, types and the rules that need no account and no market.
 *
 * Options: type market or limit, time in force day, whole quantity, prices in whole cents. A multi-leg order has 2 to 4
 * legs with a position intent each, whole ratios without a common divisor; its limit is positive for a debit, negative
 * for a credit.
 */
import { z } from 'zod'
import type { OrderSide, PositionIntent } from '../../broker/port.ts'
import { AlpacaError, malformed, missing, unprocessable } from './errors.ts'

const QTY_MAX = 100_000
const PRICE_MAX = 1_000_000

const side = z.enum(['buy', 'sell'])
const intent = z.enum(['buy_to_open', 'buy_to_close', 'sell_to_open', 'sell_to_close'])
const amount = z.union([z.string(), z.number()]).transform(String)

const bodySchema = z.object({
  symbol: z.string().optional(),
  qty: amount.optional(),
  notional: amount.nullish(),
  side: side.or(z.literal('')).optional(),
  type: z.string().optional(),
  time_in_force: z.string().optional(),
  limit_price: amount.nullish(),
  stop_price: amount.nullish(),
  trail_price: amount.nullish(),
  trail_percent: amount.nullish(),
  extended_hours: z.boolean().nullish(),
  client_order_id: z.string().nullish(),
  order_class: z.string().nullish(),
  position_intent: intent.nullish(),
  take_profit: z.unknown().optional(),
  stop_loss: z.unknown().optional(),
  legs: z
    .array(
      z.object({
        symbol: z.string().min(1),
        ratio_qty: amount,
        side: side.optional(),
        position_intent: intent.nullish(),
      }),
    )
    .nullish(),
})
type Body = z.infer<typeof bodySchema>

export interface LegRequest {
  readonly symbol: string
  readonly side: OrderSide
  readonly intent: PositionIntent | null
  readonly ratio: number
}

export interface OrderRequest {
  readonly orderClass: 'simple' | 'mleg'
  readonly clientOrderId: string | null
  readonly type: 'market' | 'limit'
  readonly timeInForce: 'day' | 'gtc'
  readonly qty: number
  readonly limitDebitCents: number | null
  readonly legs: readonly LegRequest[]
}

/** @throws AlpacaError 400 or 422 as Alpaca would answer. */
export function readOrderRequest(input: unknown): OrderRequest {
  const parsed = bodySchema.safeParse(input)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw malformed(`invalid ${issue?.path.join('.') || 'request body'}: ${issue?.message ?? 'not readable'}`)
  }
  const body = parsed.data
  const type = readType(body)
  const multi = body.order_class === 'mleg'
  if (!multi && body.order_class && body.order_class !== 'simple') {
    throw unprocessable(`order class ${body.order_class} is not supported for options trading`)
  }
  const legs = multi ? readLegs(body) : [readSingleLeg(body)]
  const isOption = legs.some((leg) => leg.symbol.length > 6)
  const clientOrderId = body.client_order_id || null
  if (clientOrderId !== null && clientOrderId.length > 128) {
    throw new AlpacaError(422, 40010001, 'client_order_id must be no more than 128 characters')
  }
  return {
    orderClass: multi ? 'mleg' : 'simple',
    clientOrderId,
    type,
    timeInForce: readTimeInForce(body, isOption),
    qty: readQty(body, isOption),
    limitDebitCents: type === 'market' ? null : readLimit(body, multi, legs[0]?.side ?? 'buy'),
    legs,
  }
}

function readType(body: Body): 'market' | 'limit' {
  if (body.type === undefined || body.type === '') throw missing('type')
  if (body.type !== 'market' && body.type !== 'limit') {
    throw unprocessable(`order type ${body.type} is not supported: market or limit expected`)
  }
  if (body.type === 'market' && body.limit_price) throw unprocessable('market orders require no limit price')
  return body.type
}

function readTimeInForce(body: Body, isOption: boolean): 'day' | 'gtc' {
  if (!body.time_in_force) throw missing('time_in_force')
  if (body.time_in_force === 'day') return 'day'
  if (body.time_in_force === 'gtc' && !isOption) return 'gtc'
  throw unprocessable(`order_time_in_force provided not supported${isOption ? ' for options trading' : ''}`)
}

function readQty(body: Body, isOption: boolean): number {
  if (body.notional) throw unprocessable('notional is not supported: qty expected')
  if (body.qty === undefined || body.qty === '') throw missing('qty')
  const qty = Number(body.qty)
  if (!Number.isFinite(qty) || qty <= 0) throw new AlpacaError(422, 40010001, 'qty must be > 0')
  if (!Number.isInteger(qty)) throw unprocessable(`qty must be integer${isOption ? ' for options trading' : ''}`)
  if (qty > QTY_MAX) throw unprocessable(`qty must be <= ${QTY_MAX}`)
  return qty
}

function readLimit(body: Body, multi: boolean, singleSide: OrderSide): number {
  if (!body.limit_price) throw unprocessable('limit orders require a limit price')
  const price = Number(body.limit_price)
  if (!Number.isFinite(price) || Math.abs(price) > PRICE_MAX) throw unprocessable('limit price is not valid')
  const limitCents = Math.round(price * 100)
  if (Math.abs(limitCents - price * 100) > 1e-6) {
    throw unprocessable(
      `invalid limit_price ${body.limit_price}. sub-penny increment does not fulfill minimum pricing criteria`,
    )
  }
  if (multi) return limitCents
  if (limitCents <= 0) throw new AlpacaError(422, 40010001, 'limit_price must be > 0')
  return singleSide === 'buy' ? limitCents : -limitCents
}

function readSingleLeg(body: Body): LegRequest {
  if (!body.symbol) throw missing('symbol')
  if (!body.side) throw missing('side')
  if (body.legs && body.legs.length > 0) throw unprocessable('legs are only supported for order class mleg')
  const position = body.position_intent ?? null
  if (position !== null && !position.startsWith(body.side)) {
    throw unprocessable(`position intent ${position} does not match side ${body.side}`)
  }
  return { symbol: body.symbol, side: body.side, intent: position, ratio: 1 }
}

const LEGS_MIN = 2
const LEGS_MAX = 4

function readLegs(body: Body): LegRequest[] {
  const legs = body.legs ?? []
  if (body.symbol) throw unprocessable('symbol is not supported for order class mleg')
  if (legs.length < LEGS_MIN || legs.length > LEGS_MAX) {
    throw unprocessable(`mleg orders must have between ${LEGS_MIN} and ${LEGS_MAX} legs, got ${legs.length}`)
  }
  if (new Set(legs.map((leg) => leg.symbol)).size !== legs.length) {
    throw unprocessable('mleg orders must not have two legs with the same symbol')
  }
  const read = legs.map((leg): LegRequest => {
    if (!leg.position_intent) throw missing(`position_intent of leg ${leg.symbol}`)
    const legSide = leg.position_intent.startsWith('buy') ? 'buy' : 'sell'
    if (leg.side !== undefined && leg.side !== legSide) {
      throw unprocessable(`position intent ${leg.position_intent} does not match side ${leg.side}`)
    }
    const ratio = Number(leg.ratio_qty)
    if (!Number.isInteger(ratio) || ratio <= 0)
      throw unprocessable(`ratio_qty must be a positive integer, got ${leg.ratio_qty}`)
    return { symbol: leg.symbol, side: legSide, intent: leg.position_intent, ratio }
  })
  if (read.reduce((divisor, leg) => greatestCommonDivisor(divisor, leg.ratio), 0) !== 1) {
    throw unprocessable('leg ratio quantities must be relatively prime')
  }
  return read
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b)
}
