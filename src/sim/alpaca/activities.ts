/**
 * Account activities: fills at once, expiry and assignment as of the next day's start, as on the real paper account.
 */
import { randomUUID } from 'node:crypto'
import { newYorkDate } from '../../strategy/newyork-time.ts'
import type { Activity } from './account.ts'
import type { Order } from './order.ts'
import { remainingQty } from './order.ts'
import type { Touch } from './touch.ts'

/** Alpaca's activity ids sort by time: `YYYYMMDDHHMMSSmmm::uuid`. */
function activityId(t_ms: number): string {
  return `${new Date(t_ms).toISOString().replaceAll(/\D/g, '')}::${randomUUID()}`
}

export function fillActivities(order: Order, qty: number, touch: Touch, at_ms: number): Activity[] {
  return order.legs.map((leg, at) => ({
    id: activityId(at_ms),
    type: 'FILL',
    createdAt_ms: at_ms,
    body: {
      transaction_time: new Date(at_ms).toISOString(),
      type: remainingQty(order) === 0 ? 'fill' : 'partial_fill',
      price: ((touch.legCents[at] ?? 0) / 100).toFixed(2),
      qty: String(qty * leg.ratio),
      side: leg.side,
      symbol: leg.symbol,
      leaves_qty: String(remainingQty(order) * leg.ratio),
      order_id: leg.id,
      cum_qty: String(leg.filledQty),
      order_status: order.status,
    },
  }))
}

export function expiryActivity(
  type: 'OPASN' | 'OPEXP' | 'OPEXC',
  symbol: string,
  qty: number,
  expiry_ms: number,
  visible_ms: number,
): Activity {
  return {
    id: activityId(visible_ms),
    type,
    createdAt_ms: visible_ms,
    body: {
      date: newYorkDate(expiry_ms),
      created_at: new Date(visible_ms).toISOString(),
      net_amount: '0',
      description: 'Option Activity',
      symbol,
      qty: String(qty),
      status: 'executed',
    },
  }
}
