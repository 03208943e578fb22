/** One trade in full: what was decided and on what, each fill and what it gave up, what closed it, and the result. */
import type { APIEmbed } from 'discord.js'
import { COLOURS, clip, embed, figure, pnlColour } from '../../feed/embed.ts'
import { dayName, legsName, money, NONE, price, signedMoney, sourceBadge, structureName } from '../../report/format.ts'
import type { TradeDetail } from '../../report/trade-detail.ts'
import { worstCaseCents } from '../../report/worst-case.ts'
import { breakEven, creditCents, decisionField, exitField, fillsField, resultFields } from './trade-fields.ts'

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
