/** The audit as one JSON document: dollars as numbers rounded to the cent, ratios at six decimals. Pure. */
import { roundTo } from '../../strategy/exact.ts'
import type { AuditedTrade, AuditSums, BaselineAudit } from './audit.ts'

const RATIO_DECIMALS = 6

const dollars = (cents: number): number => roundTo(cents, 0) / 100
const ratio = (value: number | null): number | null => (value === null ? null : roundTo(value, RATIO_DECIMALS))

const sums = ({ totalCents, perDayCents, winners }: AuditSums) => ({
  total: dollars(totalCents),
  perDay: dollars(perDayCents),
  winners,
})

const tradeDocument = (trade: AuditedTrade) => ({
  line: trade.line,
  date: trade.date,
  contracts: trade.contracts,
  strike: trade.strike,
  premium: trade.premium,
  publishedClose: trade.publishedClose,
  officialClose: trade.officialClose,
  closeDiffers: trade.closeDiffers,
  statedTruncated: trade.statedTruncated,
  statedClose: trade.statedClose,
  intrinsicPublished: trade.intrinsicPublished,
  intrinsicOfficial: trade.intrinsicOfficial,
  publishedPnl: dollars(trade.publishedPnlCents),
  resettledPnl: dollars(trade.resettledPnlCents),
  difference: dollars(trade.differenceCents),
  explained: trade.explained,
})

export function auditDocument(audit: BaselineAudit) {
  return {
    schema: 'phase4d.audit/1',
    period: { from: audit.from, to: audit.to, tradingDays: audit.tradingDays },
    trades: audit.trades.length,
    tradesOutside: audit.tradesOutside,
    published: sums(audit.published),
    resettled: sums(audit.resettled),
    difference: dollars(audit.resettled.totalCents - audit.published.totalCents),
    disappearedShare: ratio(audit.disappearedShare),
    lostToClose: dollars(audit.lostToCloseCents),
    lostToOther: dollars(audit.lostToOtherCents),
    closeDiffers: audit.closeDiffers,
    statedTruncated: audit.statedTruncated,
    costs: audit.costs,
    correlation: {
      premiumToPublishedValue: ratio(audit.premiumToPublishedValue),
      premiumToOfficialValue: ratio(audit.premiumToOfficialValue),
    },
    strikeToCloseMax: audit.strikeToCloseMax,
    missingCloses: audit.missingCloses,
    perTrade: audit.trades.map(tradeDocument),
  } as const
}
