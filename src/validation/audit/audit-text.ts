/** An audit for people: Markdown, a post's few lines, and the alternative text of its chart. Pure. */
import { decimal, money, NONE, percent, price, signedMoney, strike } from '../../report/format.ts'
import type { AuditedTrade, BaselineAudit } from './audit.ts'

/** Dates listed by name before "and n more". */
const LISTED_MAX = 12

function listed(dates: readonly string[]): string {
  const rest = dates.length - LISTED_MAX
  return `${dates.slice(0, LISTED_MAX).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`
}

const ratio = (value: number | null): string => (value === null ? NONE : decimal(value, 2))
const share = (value: number | null): string => (value === null ? NONE : percent(value * 100))
const count = (n: number, word: string): string => `${n} ${word}${n === 1 ? '' : 's'}`

/** The whole finding in one sentence a line; the first is the headline. */
export function auditSummary(audit: BaselineAudit): readonly string[] {
  const { published, resettled, trades, tradingDays } = audit
  const lines = [
    `${count(trades.length, 'trade')} over ${count(tradingDays, 'trading day')}, ${audit.from} to ${audit.to}: ` +
      `${money(published.totalCents)} as published → ${money(resettled.totalCents)} at official closes; ` +
      `${money(published.perDayCents)} → ${money(resettled.perDayCents)} a day.`,
  ]
  if (audit.disappearedShare !== null && audit.disappearedShare > 0) {
    lines.push(`${share(audit.disappearedShare)} of the published profit disappears.`)
  }
  return [...lines, ...closeLines(audit), ...costLines(audit), ...hindsightLines(audit), ...gapLines(audit)]
}

function closeLines({ trades, closeDiffers, statedTruncated, lostToCloseCents }: BaselineAudit): string[] {
  if (closeDiffers === 0) return ['Every trade was settled at the official close.']
  const flagged =
    statedTruncated === null
      ? ''
      : ` The table itself marks ${statedTruncated} of its trades as made from cut-off input;` +
        ` ${trades.filter((trade) => trade.closeDiffers && trade.statedTruncated !== true).length} more differ.`
  const lines = [
    `On ${closeDiffers} of ${trades.length} trades the close used was not the close: ${signedMoney(lostToCloseCents)}.${flagged}`,
  ]
  const stated = trades.filter(({ statedCloseDiffers }) => statedCloseDiffers)
  if (stated.length > 0) {
    lines.push(
      `The table's own official close differs from the daily file on ${listed(stated.map(({ date }) => date))}.`,
    )
  }
  return lines
}

function costLines({ costs, trades, lostToOtherCents }: BaselineAudit): string[] {
  if (costs === null) {
    return ['No common costs explain the published figures: each trade keeps what its own row deducted.']
  }
  const odd = trades.filter(({ explained }) => !explained)
  const rates = `${price(costs.perContract)} a contract and ${decimal(costs.pctOfPremium, 3).replace(/\.?0+$/, '')} % of premium`
  const lines = [
    `The table charges ${rates}: that gives ${trades.length - odd.length} of ${trades.length} published figures to the cent.`,
  ]
  if (odd.length > 0) {
    const each = odd.map((trade) => `${trade.date} (${money(trade.publishedPnlCents)})`)
    lines.push(
      `Not its own settlement, a capped loss for instance: ${listed(each)}; settled like the others: ${signedMoney(lostToOtherCents)}.`,
    )
  }
  return lines
}

function hindsightLines(audit: BaselineAudit): string[] {
  const { premiumToPublishedValue: used, premiumToOfficialValue: official } = audit
  return [
    `Premium against the put's value at the close: correlation ${ratio(used)} at the close used, ${ratio(official)} at the official one.`,
    `No strike is further than ${price(audit.strikeToCloseMax)} from the price the day was settled at.`,
  ]
}

function gapLines({ missingCloses, tradesOutside }: BaselineAudit): string[] {
  const lines: string[] = []
  if (tradesOutside > 0)
    lines.push(`${count(tradesOutside, 'trade')} outside the period ${tradesOutside === 1 ? 'is' : 'are'} not counted.`)
  if (missingCloses.length > 0) {
    lines.push(
      `The daily file lacks ${count(missingCloses.length, 'session')} without a trade: ${listed(missingCloses)}.`,
    )
  }
  return lines
}

const HEAD = [
  '| date | contracts | strike | premium | close used | official close | published | re-settled | difference | |',
  '|---|--:|--:|--:|--:|--:|--:|--:|--:|---|',
]

function remarks(trade: AuditedTrade): string {
  const words = []
  if (trade.statedTruncated === true) words.push('cut-off input')
  else if (trade.closeDiffers) words.push('other close')
  if (!trade.explained) words.push('not its own settlement')
  return words.join(', ')
}

function row(trade: AuditedTrade): string {
  const cells = [
    trade.date,
    trade.contracts,
    strike(trade.strike),
    price(trade.premium),
    price(trade.publishedClose),
    price(trade.officialClose),
    money(trade.publishedPnlCents),
    money(trade.resettledPnlCents),
    trade.differenceCents === 0 ? '' : signedMoney(trade.differenceCents),
    remarks(trade),
  ]
  return `| ${cells.join(' | ')} |`
}

export function auditMarkdown(audit: BaselineAudit): string {
  const { published, resettled, trades } = audit
  const total = `| **sum** | | | | | | **${money(published.totalCents)}** | **${money(resettled.totalCents)}** | **${signedMoney(resettled.totalCents - published.totalCents)}** | |`
  const winners = `| winners | | | | | | ${published.winners} of ${trades.length} | ${resettled.winners} of ${trades.length} | | |`
  const [headline, ...findings] = auditSummary(audit)
  return [
    '# Audit of a published baseline',
    '',
    headline,
    '',
    ...findings.map((line) => `- ${line}`),
    '',
    ...HEAD,
    ...trades.map(row),
    total,
    winners,
  ].join('\n')
}
