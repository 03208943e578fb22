/** Parts of a trade that its card and `/trade` show alike: decision, fills, what closed it, the result. */
import { type Field, figure, line } from '../../feed/embed.ts'
import {
  clockMinute,
  clockTime,
  decimal,
  heldFor,
  money,
  NONE,
  percent,
  price,
  priceOrNone,
  signedMoney,
  signedMoneyOrNone,
  strike,
} from '../../report/format.ts'
import type { TradeCard } from '../../report/trade-card.ts'
import type { TradeDetail } from '../../report/trade-detail.ts'
import type { TradeView } from '../../report/views.ts'
import { exitWords, settlementWords } from '../../report/words.ts'
import { worstCaseCents } from '../../report/worst-case.ts'
import type { EventOf } from '../../session/events.ts'
import { exact } from '../../strategy/exact.ts'
import { MULTIPLIER } from '../../strategy/rules.ts'

const FILLS_SHOWN_MAX = 8

/** What SPY must close at for the position to come to nothing: the short strike less the credit. */
export function breakEven(shortStrike: number, credit: number): string {
  const finite = Number.isFinite(shortStrike) && Number.isFinite(credit)
  return finite ? price(exact(shortStrike).minus(credit).toNumber()) : price(Number.NaN)
}

function fillLine(fill: EventOf<'fill'>): string {
  const { slippageCents } = fill
  const slippage =
    slippageCents === null
      ? ''
      : ` · ${slippageCents === 0 ? 'at the mid' : `${money(Math.abs(slippageCents))} ${slippageCents > 0 ? 'worse' : 'better'} than the mid`}`
  return `${clockTime(fill.at_ms)} ${fill.purpose === 'open' ? 'sold' : 'bought'} ${fill.qty} at ${price(fill.price)}${slippage}`
}

/** Slippage beside what the cost model allowed for bid/ask and slippage. */
export function fillsField({ fills, entry }: Pick<TradeDetail, 'fills' | 'entry'>): Field {
  const known = fills.map(({ slippageCents }) => slippageCents)
  const total = known.includes(null) ? null : known.reduce<number>((sum, cents) => sum + (cents ?? 0), 0)
  const given =
    total === null
      ? 'not all known against the mid'
      : `${total < 0 ? 'gained' : 'given up'} ${money(Math.abs(total))} against the mid`
  const allowed = money(entry.costs.spreadCents + entry.costs.slippageCents)
  return line(`Fills: ${given}, estimated cost ${allowed}`, fillLines(fills))
}

function fillLines(fills: TradeDetail['fills']): string {
  const shown = fills.slice(0, FILLS_SHOWN_MAX).map(fillLine)
  if (fills.length > shown.length) shown.push(`and ${fills.length - shown.length} more`)
  return shown.join('\n')
}

/** Of a trade whose decision the journal does not have: what its fills, marks and end say. */
export function adoptedFields(card: TradeCard): readonly Field[] {
  const { trade, closed, exit, fills, course } = card
  const stopCents = course?.maxLossPerTradeCents ?? null
  return [
    ...(closed === null ? markFields(card) : closedFields(closed)),
    ...(closed === null && stopCents !== null ? [figure('Stop', money(-stopCents))] : []),
    ...(trade === null
      ? []
      : [worstField(worstCaseCents(trade)), figure('Break-even', breakEven(trade.strike, trade.entryFill))]),
    ...(closed === null ? [] : [closedByField(closed)]),
    ...(closed !== null || exit === null || trade === null ? [] : [exitField({ trade, exit, marks: [], closed })]),
    ...(fills.length === 0 ? [] : [line('Fills', fillLines(fills))]),
  ]
}

const closedFields = (closed: NonNullable<TradeDetail['closed']>): readonly Field[] => [
  figure('Net P&L', signedMoney(closed.netPnlCents)),
  figure('Broker P&L', signedMoney(closed.brokerPnlCents)),
]

const closedByField = ({ settlement, reason, exitFill }: NonNullable<TradeDetail['closed']>): Field =>
  line(
    'Closed by',
    settlement === undefined ? `${exitWords(reason)} at ${price(exitFill)}` : settlementWords(settlement),
  )

/** What it stands at, while it is open. */
export function markFields({ mark, closed }: Pick<TradeCard, 'mark' | 'closed'>): readonly Field[] {
  if (mark === null || closed !== null) return []
  return [
    figure(`Net P&L at ${clockMinute(mark.at_ms)} New York`, signedMoney(mark.netPnlCents)),
    figure('Mid · price of closing', `${price(mark.mid)} · ${price(mark.close)}`),
  ]
}

/** `worstCents`: what can be lost at the very worst; null: not known. */
export const worstField = (worstCents: number | null): Field =>
  figure('True max loss', worstCents === null ? NONE : money(-worstCents))

/** `sold at $1.21, credit $3,025.00`. */
export const soldWords = ({ entryFill, contracts }: Pick<TradeView, 'entryFill' | 'contracts'>): string =>
  `sold at ${price(entryFill)}, credit ${money(creditCents(entryFill, contracts))}`

export function decisionField({ entry }: Pick<TradeDetail, 'entry'>): Field {
  const { at_ms, spot, targetStrike, vixEstimate, rangePct, mid, sellPrice } = entry
  return line(
    `Decision ${clockTime(at_ms)} New York`,
    `SPY ${price(spot)}, target strike ${strike(targetStrike)} · volatility estimate ${decimal(vixEstimate, 1)} · range ${percent(rangePct, 2)} · mid ${price(mid)}, sell price ${price(sellPrice)}`,
  )
}

export function exitField({
  trade,
  exit,
  marks,
  closed,
}: Pick<TradeDetail, 'trade' | 'exit' | 'marks' | 'closed'>): Field {
  if (closed?.settlement !== undefined) {
    const wanted = exit === null ? '' : `\ndecided ${clockTime(exit.at_ms)}, and not filled: ${exitWords(exit.reason)}`
    return line(`Ended by: ${exitWords(closed.reason)}`, `${settlementWords(closed.settlement)}${wanted}`)
  }
  if (exit === null) {
    const last = marks.at(-1)
    const now =
      last === undefined
        ? 'no mark yet'
        : `mid ${price(last.mid)} at ${clockTime(last.at_ms)}, net ${signedMoney(last.netPnlCents)}`
    return line('Open', now)
  }
  const also =
    exit.alsoFired.length === 0 ? '' : ` · at the same quote also ${exit.alsoFired.map(exitWords).join(', ')}`
  const state = trade.exit_ms === null ? 'is closing' : 'closed'
  return line(
    `Rule that ${state} it: ${exitWords(exit.reason)}`,
    `${clockTime(exit.at_ms)} · SPY ${priceOrNone(exit.spot)} · mid ${priceOrNone(exit.mid)}, price of closing ${priceOrNone(exit.close)} · net ${signedMoneyOrNone(exit.netPnlCents)}, rule ${signedMoneyOrNone(exit.rulePnlCents)}${also}`,
  )
}

export function resultFields({ trade, closed, maxLossPerTradeCents }: TradeDetail): Field[] {
  if (closed === null) return maxLossPerTradeCents === null ? [] : [figure('Stop', money(-maxLossPerTradeCents))]
  return [
    figure('Net P&L', signedMoney(closed.netPnlCents)),
    figure('Rule P&L', closed.rulePnlCents === null ? 'unknown' : signedMoney(closed.rulePnlCents)),
    figure('Broker P&L', signedMoney(closed.brokerPnlCents)),
    figure('Held', heldFor(trade.entry_ms, trade.exit_ms ?? closed.exit_ms)),
  ]
}

/** What was taken in, in cents. */
export const creditCents = (price: number, contracts: number): number =>
  Math.round(price * MULTIPLIER * contracts * 100)
