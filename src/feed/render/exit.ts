/** The decision to close and why; and the closed trade with the day's P&L against its target. */

import {
  bar,
  clockMinute,
  clockTime,
  heldFor,
  legsName,
  money,
  percent,
  price,
  priceOrNone,
  shareOf,
  signedMoney,
  signedMoneyOrNone,
  structureName,
} from '../../report/format.ts'
import { exitWords, settlementWords } from '../../report/words.ts'
import type { EventOf, JournalEntry } from '../../session/events.ts'
import { COLOURS, figure, line, plain, pnlColour } from '../embed.ts'
import { type Post, post, type RenderContext } from '../post.ts'

const isLossExit = (reason: EventOf<'exit_decided'>['reason']): boolean =>
  reason === 'stop_loss' || reason === 'daily_loss_limit'

const alsoWords = (reasons: readonly EventOf<'exit_decided'>['reason'][]): string =>
  reasons.length === 0 ? '' : ` At the same quote also: ${reasons.map(exitWords).join(', ')}.`

/** A stop fires on the worse of two P&Ls: where net alone would not tell why, the other one is said. */
function stopWords({
  reason,
  netPnlCents,
  rulePnlCents,
}: Pick<EventOf<'exit_decided'>, 'reason' | 'netPnlCents' | 'rulePnlCents'>): string {
  if (reason !== 'stop_loss' || rulePnlCents === null || rulePnlCents >= (netPnlCents ?? 0)) return ''
  return ` (the stop fires on the worse of net and rule P&L: rule P&L ${signedMoney(rulePnlCents)}, net ${signedMoneyOrNone(netPnlCents)})`
}

export function exitDecided(entry: JournalEntry, event: EventOf<'exit_decided'>, context: RenderContext): Post {
  const by = event.actor === null ? '' : ` Asked for by **${plain(event.actor.name)}**.`
  return post(entry, context, {
    tier: 'normal',
    colour: isLossExit(event.reason) ? COLOURS.loss : event.reason === 'profit_target' ? COLOURS.gain : COLOURS.neutral,
    title: `🚪 Closing: ${exitWords(event.reason)}`,
    description: `Decided ${clockTime(event.at_ms)} New York, SPY ${priceOrNone(event.spot)}${stopWords(event)}.${by}${alsoWords(event.alsoFired)}`,
    fields: [
      figure('Net P&L now', signedMoneyOrNone(event.netPnlCents)),
      figure('Rule P&L', signedMoneyOrNone(event.rulePnlCents)),
      figure('Mid · price of closing', `${priceOrNone(event.mid)} · ${priceOrNone(event.close)}`),
    ],
  })
}

/** `▰▰▰▰▰▱▱▱▱▱▱▱ 42 % of +$341.77`; a losing day has an empty bar and no share of a gain. */
export function towardsTarget(netPnlCents: number, targetCents: number): string {
  const share = shareOf(netPnlCents, targetCents)
  if (share === null) return ''
  const target = signedMoney(targetCents)
  return netPnlCents < 0 ? `${bar(0)} at a loss, target ${target}` : `${bar(share)} ${percent(share, 0)} of ${target}`
}

/** Shares that were taken over are worth the official close in this P&L; what they do later is not the desk's. */
function settledWords({ settlement }: EventOf<'trade_closed'>): string {
  if (settlement === undefined) return ''
  const shares =
    settlement.assignedQty === 0 ? '' : ' The shares count at that close; the desk trades none: close them by hand.'
  return ` ${settlementWords(settlement)}.${shares}`
}

export function tradeClosed(entry: JournalEntry, event: EventOf<'trade_closed'>, context: RenderContext): Post {
  return post(entry, context, {
    tier: 'normal',
    colour: pnlColour(event.netPnlCents),
    title: `${event.netPnlCents >= 0 ? '✅' : '🔻'} Trade closed: ${signedMoney(event.netPnlCents)}`,
    description: `${event.contracts} × SPY ${legsName(event.strike, event.hedgeStrike)} ${structureName(event.structure)}, ${exitWords(event.reason)}${stopWords(event)}.${settledWords(event)}${alsoWords(event.alsoFired)} Held ${heldFor(event.entry_ms, event.exit_ms)} to ${clockTime(event.exit_ms)} New York, commission ${money(event.commissionCents)}.`,
    fields: [
      figure('Net P&L', signedMoney(event.netPnlCents)),
      figure('Rule P&L', event.rulePnlCents === null ? 'unknown' : signedMoney(event.rulePnlCents)),
      figure('Broker P&L', signedMoney(event.brokerPnlCents)),
      figure('Sold', `${price(event.entryFill)}\n${clockTime(event.entry_ms)}, mid ${price(event.decisionMid)}`),
      event.settlement === undefined
        ? figure(
            'Bought back',
            `${price(event.exitFill)}\n${clockTime(event.exit_ms)}, mid ${priceOrNone(event.exitMid)}`,
          )
        : figure('Settled', `${price(event.exitFill)}\nat the close, ${clockMinute(event.exit_ms)}`),
      line(
        `Day's net P&L ${signedMoney(event.dayNetPnlCents)}`,
        towardsTarget(event.dayNetPnlCents, event.targetDailyCents),
      ),
    ],
  })
}
