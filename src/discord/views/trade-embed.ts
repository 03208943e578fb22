/**
 * One trade in full: what was decided and on what, each fill and what it gave up, what closed it, and the result. Entry
 * points:
 * `tradeEmbed`, `adoptedEmbed`.
 */
import type { APIEmbed } from 'discord.js'
import { COLOURS, clip, embed, figure, pnlColour } from '../../feed/embed.ts'
import { dayName, legsName, price, signedMoney, sourceBadge, structureName } from '../../report/format.ts'
import type { TradeCard } from '../../report/trade-card.ts'
import type { TradeDetail } from '../../report/trade-detail.ts'
import { worstCaseCents } from '../../report/worst-case.ts'
import {
  adoptedFields,
  breakEven,
  decisionField,
  exitField,
  fillsField,
  resultFields,
  soldWords,
  worstField,
} from './trade-fields.ts'

/** `place`: the way to its card and thread, where it has them. */
export function tradeEmbed(detail: TradeDetail, image: string | null, place: string | null = null): APIEmbed {
  const { trade, entry, source, profile, date } = detail
  const result = trade.netPnlCents === null ? 'open' : signedMoney(trade.netPnlCents)
  return embed({
    colour: trade.netPnlCents === null ? COLOURS.action : pnlColour(trade.netPnlCents),
    title: `🧾 ${trade.contracts} × SPY ${legsName(trade.strike, trade.hedgeStrike)}: ${result}`,
    description: `${dayName(date)} · ${structureName(trade.structure)} · ${soldWords(trade)}${place === null ? '' : `\n${place}`}`,
    fields: [
      ...resultFields(detail),
      worstField(worstCaseCents(trade)),
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
  const { closed, trade, source, profile, date, tradeId, course } = card
  const contracts = course === null ? '' : `${course.contracts} × `
  const legs = trade === null ? 'a position' : `SPY ${legsName(trade.strike, trade.hedgeStrike)}`
  const result = closed === null ? 'open' : signedMoney(closed.netPnlCents)
  const priced = course === null ? '' : ` · sold at ${price(course.entryFill)}`
  const sold = trade === null ? priced : ` · ${structureName(trade.structure)} · ${soldWords(trade)}`
  return embed({
    colour: closed === null ? COLOURS.action : pnlColour(closed.netPnlCents),
    title: `🧾 ${contracts}${legs}: ${result}`,
    description: `${dayName(date)}${sold} · adopted: its decision is not in the journal; it is held and closed by the rules${place === null ? '' : `\n${place}`}`,
    fields: [...adoptedFields(card)],
    footer: `${sourceBadge(source)} · ${profile} · ${clip(tradeId, 100)}`,
    ...(image === null ? {} : { image }),
  })
}
