/** The decision to enter, with everything it was decided by; and an entry that was given up. */

import { clockTime, decimal, legsName, money, percent, price, strike, structureName } from '../../report/format.ts'
import type { EventOf, JournalEntry } from '../../session/events.ts'
import { COLOURS, figure, line, plain } from '../embed.ts'
import { type Post, post, type RenderContext } from '../post.ts'

export function entryDecided(entry: JournalEntry, event: EventOf<'entry_decided'>, context: RenderContext): Post {
  const { costs } = event
  const worst = event.trueMaxLossCents === null ? 'not bounded by a hedge' : money(-event.trueMaxLossCents)
  return post(entry, context, {
    tier: 'normal',
    colour: COLOURS.action,
    title: `🎯 Sell ${event.contracts} × SPY ${legsName(event.strike, event.hedgeStrike)}`,
    description: `${clockTime(event.at_ms)} New York, ${structureName(event.structure)}. All gates open: volatility estimate **${decimal(event.vixEstimate, 1)}**, day's range **${percent(event.rangePct, 2)}**. Nearest listed strike to the target ${strike(event.targetStrike)}.`,
    fields: [
      figure('SPY', price(event.spot)),
      figure('Target strike', strike(event.targetStrike)),
      figure('True max loss', worst),
      figure('Mid · sell price', `${price(event.mid)} · ${price(event.sellPrice)}`),
      figure('Stop at mid', price(event.stopMid)),
      figure('Target at mid', price(event.targetMid)),
      line(
        `Costs, estimate ${money(costs.totalCents)}`,
        `commission ${money(costs.commissionCents)} · bid/ask ${money(costs.spreadCents)} · slippage ${money(costs.slippageCents)}`,
      ),
    ],
  })
}

export function entryAbandoned(entry: JournalEntry, event: EventOf<'entry_abandoned'>, context: RenderContext): Post {
  const attempts = `${event.attempts} ${event.attempts === 1 ? 'attempt' : 'attempts'}`
  return post(entry, context, {
    tier: 'normal',
    colour: COLOURS.neutral,
    title: '↩️ Entry abandoned',
    description: `Nothing was sold in ${attempts}: ${plain(event.reason)}.`,
  })
}
