/**
 * One trade in full: what was decided and on what, each fill and what it gave up, what closed it, and the result. Entry
 * points:
 * `tradeEmbed`, `adoptedEmbed`.
 */
import type { APIEmbed } from 'discord.js'
import { COLOURS, clip, embed, figure, line, pnlColour } from '../../feed/embed.ts'
import { dayName, legsName, money, NONE, price, signedMoney, sourceBadge, structureName } from '../../report/format.ts'
import type { TradeCard } from '../../report/trade-card.ts'
import type { TradeDetail } from '../../report/trade-detail.ts'
import { worstCaseCents } from '../../report/worst-case.ts'
import { markFields } from './trade-card-embed.ts'
import {
  breakEven,
  closedFields,
  creditCents,
  decisionField,
  exitField,
  fillLines,
  fillsField,
  resultFields,
} from './trade-fields.ts'

/** `place`: the way to its card and thread, where it has them. */
export function tradeEmbed(detail: TradeDetail, image: string | null, place: string | null = null): APIEmbed {
  const { trade, entry, source, profile, date } = detail
  const credit = creditCents(trade.entryFill, trade.contracts)
  const result = trade.netPnlCents === null ? 'open' : signedMoney(trade.netPnlCents)
  const worst = worstCaseCents(trade)
  return embed({
    colour: trade.netPnlCents === null ? COLOURS.action : pnlColour(trade.netPnlCents),
    title: `🧾 ${trade.contracts} × SPY ${legsName(trade.strike, trade.hedgeStrike)}: ${result}`,
    description: `${dayName(date)} · ${structureName(trade.structure)} · sold at ${price(trade.entryFill)}, credit ${money(credit)}${place === null ? '' : `\n${place}`}`,
    fields: [
      ...resultFields(detail),
      figure('True max loss', worst === null ? NONE : money(-worst)),
      figure('Break-even', breakEven(trade.strike, trade.entryFill)),
      figure('Stop · target at mid', `${price(entry.stopMid)} · ${price(entry.targetMid)}`),
      decisionField(detail),
      fillsField(detail),
      exitField(detail),
    ],
    footer: `${sourceBadge(source)} · ${profile} · ${clip(trade.tradeId, 100)}`,
    ...(image === null ? {} : { image }),
  })
}

/** A trade whose decision the journal does not have: what its fills, marks and end say. */
export function adoptedEmbed(card: TradeCard, image: string | null, place: string | null = null): APIEmbed {
  const { closed, fills, source, profile, date, tradeId, course } = card
  const contracts = course === null ? '' : `${course.contracts} × `
  const legs = closed === null ? 'a position' : `SPY ${legsName(closed.strike, closed.hedgeStrike)}`
  const result = closed === null ? 'open' : signedMoney(closed.netPnlCents)
  const sold = course === null ? '' : ` · sold at ${price(course.entryFill)}`
  return embed({
    colour: closed === null ? COLOURS.action : pnlColour(closed.netPnlCents),
    title: `🧾 ${contracts}${legs}: ${result}`,
    description: `${dayName(date)}${sold} · adopted: its decision is not in the journal; it is held and closed by the rules${place === null ? '' : `\n${place}`}`,
    fields: [
      ...(closed === null ? markFields(card) : closedFields(closed)),
      ...(fills.length === 0 ? [] : [line('Fills', fillLines(fills))]),
    ],
    footer: `${sourceBadge(source)} · ${profile} · ${clip(tradeId, 100)}`,
    ...(image === null ? {} : { image }),
  })
}
