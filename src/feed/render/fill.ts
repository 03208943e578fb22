/** Each fill against the mid its decision was taken at; and an order that the broker refused. */

import { clockTime, decimal, money, NONE, price, priceOrNone } from '../../report/format.ts'
import { codeWords, REFUSED_OPENING } from '../../report/words.ts'
import type { EventOf, JournalEntry } from '../../session/events.ts'
import { MULTIPLIER } from '../../strategy/rules.ts'
import { COLOURS, clip, figure, line, plain } from '../embed.ts'
import { type Post, post, type RenderContext } from '../post.ts'

/** `$25.00 worse` than the decision's mid, and below it `1.0 ¢ a share`. */
function slippageWords(slippageCents: number, qty: number): string {
  if (slippageCents === 0 || qty === 0) return 'none: at the mid'
  const perShare = decimal(Math.abs(slippageCents) / (qty * MULTIPLIER), 1)
  return `${money(Math.abs(slippageCents))} ${slippageCents > 0 ? 'worse' : 'better'}\n${perShare} ¢ a share`
}

const orderId = (clientOrderId: string): string => `\`${clip(clientOrderId.replaceAll('`', ''), 100)}\``

export function fill(entry: JournalEntry, event: EventOf<'fill'>, context: RenderContext): Post {
  const verb = event.purpose === 'open' ? 'Sold' : 'Bought back'
  const complete = event.filledQty === event.orderQty
  const soFar = complete ? `all ${event.orderQty} filled` : `${event.filledQty} of ${event.orderQty} filled`
  const amount = money(Math.round(Number(event.price) * 100 * event.qty * MULTIPLIER))
  return post(entry, context, {
    tier: complete ? 'normal' : 'silent',
    colour: COLOURS.action,
    title: `🧾 ${verb} ${event.qty} at ${price(event.price)}`,
    description: `${clockTime(event.at_ms)} New York · ${soFar} · ${event.purpose === 'open' ? 'credit' : 'paid'} ${amount}\n${orderId(event.clientOrderId)}`,
    fields: [
      figure('Decision mid', priceOrNone(event.decisionMid)),
      figure('Against the mid', event.slippageCents === null ? NONE : slippageWords(event.slippageCents, event.qty)),
    ],
  })
}

export function orderRefused(entry: JournalEntry, event: EventOf<'order_refused'>, context: RenderContext): Post {
  const closing = event.purpose === 'close'
  return post(entry, context, {
    // One refused close is tried again within seconds; the role is called by the alert that closing keeps failing.
    tier: 'normal',
    colour: closing ? COLOURS.loss : COLOURS.warning,
    title: `🚫 The broker refused the ${closing ? 'closing' : 'opening'} order`,
    description: `${plain(event.message)} (${codeWords(event.code)})\n${closing ? 'The desk asks the broker what it holds and tries again.' : `Nothing was opened, and nothing more is opened today. ${REFUSED_OPENING}`}`,
    fields: [line('Order', orderId(event.clientOrderId))],
  })
}
