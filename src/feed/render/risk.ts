/** Limits that come near, and limits that are passed. */

import { bar, clockTime, money, percent, shareText, signedMoney } from '../../report/format.ts'
import type { EventOf, JournalEntry } from '../../session/events.ts'
import { COLOURS, figure } from '../embed.ts'
import { type Post, post, type RenderContext } from '../post.ts'

const LIMIT_WORDS: Readonly<Record<EventOf<'risk_breach'>['limit'], string>> = {
  max_daily_loss: 'daily loss limit',
  max_loss_per_trade: 'loss limit of the trade',
}

const LIMIT_CONSEQUENCES: Readonly<Record<EventOf<'risk_breach'>['limit'], string>> = {
  max_daily_loss:
    "The day's loss has reached its limit: what is open is closed; no new entries, today or later, until `/resume`.",
  max_loss_per_trade: 'The trade was closed at a loss beyond its limit.',
}

/** How a loss got past the limit that its exit was to hold. */
function breachCause({ decidedPnlCents, pnlCents, limitCents }: EventOf<'risk_breach'>): string {
  if (decidedPnlCents == null) return ''
  const given = decidedPnlCents - pnlCents
  const jumped = decidedPnlCents < -Math.abs(limitCents)
  const jump = `The first quote past the limit was already at ${signedMoney(decidedPnlCents)}`
  const fill = given > 0 ? `the fill gave up ${money(given)} more` : 'the fill gave up nothing more'
  return jumped ? ` ${jump}; ${fill}.` : ` At the decision it was ${signedMoney(decidedPnlCents)}; ${fill}.`
}

/** A trade is warned about on the worse of its two P&Ls, as its stop fires on either; every other figure is net. */
const WARNED_PNL: Readonly<Record<EventOf<'risk_breach'>['limit'], string>> = {
  max_daily_loss: "Day's net P&L",
  max_loss_per_trade: 'Worse of net, rule P&L',
}

const BREACHED_PNL: Readonly<Record<EventOf<'risk_breach'>['limit'], string>> = {
  max_daily_loss: "Day's net P&L",
  max_loss_per_trade: 'Net P&L',
}

export function riskWarning(entry: JournalEntry, event: EventOf<'risk_warning'>, context: RenderContext): Post {
  return post(entry, context, {
    tier: 'normal',
    colour: COLOURS.warning,
    title: `⚠️ ${percent(event.usedPct, 0)} of the ${LIMIT_WORDS[event.limit]} used`,
    description: `${bar(event.usedPct)} · ${clockTime(event.at_ms)} New York`,
    fields: [
      figure(WARNED_PNL[event.limit], signedMoney(event.pnlCents)),
      figure('Limit', money(-Math.abs(event.limitCents))),
      figure('Left', money(Math.abs(event.limitCents) + event.pnlCents)),
    ],
  })
}

export function riskBreach(entry: JournalEntry, event: EventOf<'risk_breach'>, context: RenderContext): Post {
  const limit = Math.abs(event.limitCents)
  return post(entry, context, {
    tier: 'ping',
    colour: COLOURS.loss,
    title: `🛑 Breach of the ${LIMIT_WORDS[event.limit]}`,
    description: `${clockTime(event.at_ms)} New York. ${LIMIT_CONSEQUENCES[event.limit]}${breachCause(event)}`,
    fields: [
      figure(BREACHED_PNL[event.limit], signedMoney(event.pnlCents)),
      figure('Limit', money(-limit)),
      figure('Used', shareText(-event.pnlCents, limit, 0)),
    ],
  })
}
