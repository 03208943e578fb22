/**
 * What several days measured, in words: the same lines for the post and the terminal, short enough for a phone. Pure.
 * Entry points: `periodRows`, `periodText`.
 */
import {
  cost,
  duration,
  money,
  NONE,
  percent,
  several,
  shareText,
  signedMoney,
  signedMoneyOrNone,
  sourceBadge,
  wholeNumber,
} from '../format.ts'
import { codeWords, outcomeWords } from '../words.ts'
import { commissionNote } from './cost-proof.ts'
import type { Quantiles } from './fields.ts'
import { NOT_PROVED, rangeLines, troubles } from './measured-text.ts'
import type { PeriodDocument } from './period-schema.ts'
import { conditionLines, daysWords, lightMark, lightWords, replayedWords } from './text.ts'

interface PeriodRow {
  readonly name: string
  readonly lines: readonly string[]
}

const REASONS_SHOWN_MAX = 6
const DATES_SHOWN_MAX = 4
const MISSING_SHOWN_MAX = 8

/** What is measured of the days, the most asked for first: where there is no room, the last are left out. */
export function periodRows(period: PeriodDocument): readonly PeriodRow[] {
  return [
    { name: 'P&L', lines: pnlLines(period) },
    { name: 'Costs', lines: costLines(period) },
    { name: 'Slippage', lines: slippageLines(period) },
    { name: 'Orders', lines: orderLines(period) },
    { name: 'Loss limits', lines: limitLines(period) },
    { name: 'Run again', lines: checkLines(period) },
    { name: 'Books', lines: bookLines(period) },
    { name: 'Missing', lines: missingLines(period) },
    { name: 'Decisions', lines: decisionLines(period) },
    { name: 'Timings', lines: timingLines(period) },
    { name: 'While held', lines: heldLines(period) },
    { name: 'Data', lines: dataLines(period) },
  ].filter(({ lines }) => lines.length > 0)
}

/** `2026-07-14, 2026-07-15 and 3 more`. */
function dates(all: readonly string[]): string {
  const shown = all.slice(0, DATES_SHOWN_MAX)
  const left = all.length - shown.length
  return `${shown.join(', ')}${left > 0 ? ` and ${left} more` : ''}`
}

function quantiles({ count, median, p90, max }: Quantiles, show: (value: number) => string): string {
  if (count === 0 || median === null || p90 === null || max === null) return NONE
  const [half, most] = [show(median), show(max)]
  return half === most ? `always ${most}` : `median ${half}, 90 % within ${show(p90)}, most ${most}`
}

function pnlLines({ pnl, counts }: PeriodDocument): readonly string[] {
  if (counts.days === 0) return ['no day has a result yet']
  const off = pnl.variancePct === null ? '' : ` (${percent(pnl.variancePct)})`
  const rule =
    pnl.ruleDays === 0
      ? 'rule P&L not known'
      : pnl.ruleDays === counts.days - counts.noSession
        ? `rule P&L ${signedMoney(pnl.ruleOfKnownCents)}`
        : `rule P&L ${signedMoney(pnl.ruleOfKnownCents)} on ${pnl.ruleDays} of ${several(counts.days, 'day')}, net ${signedMoney(pnl.netOfRuleDaysCents)} on those`
  const fees =
    pnl.brokerFeesDays === 0
      ? 'fees not read'
      : `fees ${money(pnl.brokerFeesCents)} on ${several(pnl.brokerFeesDays, 'day')}`
  return [
    `gross ${signedMoney(pnl.grossCents)} less ${money(pnl.assumedCommissionCents)} assumed commission is net ${signedMoney(pnl.netCents)}`,
    rule,
    `broker ${signedMoney(pnl.brokerCents)}, ${fees}`,
    `targets ${money(pnl.targetCents)}, variance ${signedMoney(pnl.varianceCents)}${off}`,
  ]
}

function costLines({ costs }: PeriodDocument): readonly string[] {
  if (costs.daysTraded === 0) return ['nothing was traded']
  const share = costs.pctOfPremium === null ? '' : ` (${percent(costs.pctOfPremium)} of premium)`
  const ratio =
    costs.actualToEstimated === null
      ? ''
      : `; spread and slippage ${percent(costs.actualToEstimated * 100, 0)} of the estimate`
  const whole =
    costs.daysKnown === 0
      ? `not known, estimated ${money(costs.estimatedCents)}`
      : `${cost(costs.actualCents)}${share}, estimated ${money(costs.estimatedOfKnownCents)}${commissionNote(costs.estimatedCommissionCents)}${ratio}`
  return [
    whole,
    ...costs.parts.map(({ part, estimatedCents, actualCents, estimatedOfKnownCents, daysKnown, reason }) => {
      if (estimatedCents === null) return `${part} no figure: ${reason === '' ? NONE : reason}`
      if (actualCents === null) return `${part} not known, estimated ${money(estimatedCents)}`
      const days = daysKnown === costs.daysTraded ? '' : `, on ${daysKnown} of ${several(costs.daysTraded, 'day')}`
      return `${part} ${cost(actualCents)}, estimated ${money(estimatedOfKnownCents ?? 0)}${days}`
    }),
  ]
}

function slippageLines({ execution, source }: PeriodDocument): readonly string[] {
  const { slippageAgainstTouchCents: touch, slippagePct, slippageAssumedPct, slippageWithin } = execution
  const { slippageAgainstMidCents: mid, slippageAgainstMidPct: midPct } = execution
  const share = (value: number | null): string => (value === null ? '' : ` (${percent(value, 2)} of premium)`)
  const judged = execution.slippageProves
    ? slippageWithin === true
      ? 'within'
      : 'not within'
    : NOT_PROVED[source.kind]
  return [
    ...(touch === null
      ? []
      : [
          `past the touch ${cost(touch)}${share(slippagePct)}; the plan assumes ${slippageAssumedPct === null ? NONE : percent(slippageAssumedPct)}: ${judged}`,
        ]),
    ...(mid === null ? [] : [`past the decision’s mid ${cost(mid)}${share(midPct)}`]),
  ]
}

function orderLines({ execution: one }: PeriodDocument): readonly string[] {
  if (one.sent === 0) return ['none was sent']
  const parts = [
    `${one.filled} filled`,
    ...(one.partlyFilled === 0 ? [] : [`${one.partlyFilled} in part`]),
    ...(one.unfilled === 0 ? [] : [`${one.unfilled} not at all`]),
    ...(one.refused === 0 ? [] : [`${one.refused} of these refused`]),
  ]
  return [
    `${several(one.sent, 'order')} sent: ${parts.join(', ')}`,
    `${one.contractsFilled} of ${several(one.contractsOrdered, 'contract')} filled (${shareText(one.contractsFilled, one.contractsOrdered)}), in ${several(one.executions, 'fill')}; ${several(one.inSeveralParts, 'order')} in several parts`,
    `${one.entriesFilled} of ${several(one.entriesDecided, 'entry', 'entries')} decided were filled`,
    `time to fill ${quantiles(one.timeToFill_ms, duration)}`,
  ]
}

function limitLines({ risk }: PeriodDocument): readonly string[] {
  const stops =
    risk.stopsReached === 0
      ? 'no loss limit was reached'
      : `${risk.stopsReached} reached, ${risk.stopsObeyed} closed for it; to flat ${quantiles(risk.stopToFlat_ms, duration)}`
  const beyond =
    risk.stopOvershootCents.count === 0 ? [] : [`beyond the limit ${quantiles(risk.stopOvershootCents, money)}`]
  const broken = [...new Set(risk.breachList.map(({ date }) => date))]
  return [
    stops,
    ...beyond,
    risk.breachesCounted === 0
      ? 'no breach of a limit'
      : `${several(risk.breachesCounted, 'breach', 'breaches')}: ${dates(broken)}`,
    `${several(risk.warnings, 'warning')}, ${several(risk.dayLimits, 'limit')} set for a day`,
    ...(risk.leftOpen.length === 0 ? [] : [`left open: ${dates(risk.leftOpen)}`]),
  ]
}

function checkLines({ checks, days }: PeriodDocument): readonly string[] {
  const part =
    checks.daysComplete === checks.daysChecked ? '' : `, ${checks.daysComplete} of them with every entry decision`
  const withReport = days.filter(({ status }) => status !== 'no_session').length
  return [
    `${wholeNumber(checks.reproduced)} of ${wholeNumber(checks.decisions)} entry and exit decisions reproduced, on ${checks.daysChecked} of ${several(withReport, 'day')}${part}`,
    ...(checks.daysNotReproduced.length === 0 ? [] : [`not reproduced: ${dates(checks.daysNotReproduced)}`]),
    replayedWords(checks),
  ]
}

function bookLines({ reconciliation: books }: PeriodDocument): readonly string[] {
  const own =
    books.daysApart.length === 0
      ? `fills agree to $0.00 on ${several(books.trades, 'trade')}`
      : `fills ${money(books.apartCents)} apart in all: ${dates(books.daysApart)}`
  const broker =
    books.brokerDays === 0
      ? 'the broker’s records were not read'
      : books.brokerDaysApart.length === 0
        ? `the broker agrees to $0.00 on ${several(books.brokerDays, 'day')}`
        : `the broker ${money(books.brokerApartCents ?? 0)} apart in all: ${dates(books.brokerDaysApart)}`
  const told = books.told.slice(0, REASONS_SHOWN_MAX).map(({ code, count }) => `${codeWords(code)} × ${count}`)
  return [own, broker, ...(told.length === 0 ? [] : [`told: ${told.join(' · ')}`])]
}

/** Days by name, first those without a session or a result; then what of others is not known, and why. */
function missingLines({ missing }: PeriodDocument): readonly string[] {
  const byReason = new Map<string, readonly string[]>()
  for (const { field, reason, dates: of } of missing) {
    if (field === 'days' || SAID_ELSEWHERE.has(field) || reason === 'nothing was traded') continue
    byReason.set(reason, [...new Set([...(byReason.get(reason) ?? []), ...of])].toSorted())
  }
  const days = missing.filter(({ field }) => field === 'days').map(({ reason, dates: of }) => [reason, of] as const)
  const lines = [...days, ...byReason].map(([reason, of]) => `${dates(of)}: ${reason}`)
  const shown = lines.slice(0, MISSING_SHOWN_MAX)
  if (lines.length > shown.length) shown.push(`and ${lines.length - shown.length} more, in the file`)
  return shown.length === 0 ? ['nothing'] : shown
}

/** With the costs and with the ranges. */
const SAID_ELSEWHERE: ReadonlySet<string> = new Set([
  'costs.estimated.impactCents',
  'costs.actual.impactCents',
  'performance.ranges',
])

function decisionLines({ decisions }: PeriodDocument): readonly string[] {
  const shown = decisions.byReason.slice(0, REASONS_SHOWN_MAX)
  const left = decisions.byReason.length - shown.length
  return [
    `${wholeNumber(decisions.taken)} taken`,
    ...shown.map(
      ({ reason, count, days }) => `${outcomeWords(reason)} × ${wholeNumber(count)}, on ${several(days, 'day')}`,
    ),
    ...(left > 0 ? [`and ${left} more reasons`] : []),
  ]
}

function timingLines({ timings }: PeriodDocument): readonly string[] {
  if (timings.decidedToFirstFill_ms.count === 0) return []
  return [
    `decision to first fill ${quantiles(timings.decidedToFirstFill_ms, duration)}`,
    `decision to close to flat ${quantiles(timings.exitDecidedToFlat_ms, duration)}`,
    `held ${quantiles(timings.held_ms, duration)}`,
  ]
}

function heldLines({ risk: { excursions } }: PeriodDocument): readonly string[] {
  const { trades, worst, best, medianAdverseCents, medianFavourableCents } = excursions
  if (trades === 0) return []
  const at = (found: typeof worst): string => (found === null ? NONE : `${signedMoney(found.cents)} on ${found.date}`)
  return [
    `worst ${at(worst)}, median of ${several(trades, 'trade')} ${signedMoneyOrNone(medianAdverseCents)}`,
    `best ${at(best)}, median ${signedMoneyOrNone(medianFavourableCents)}`,
  ]
}

function dataLines({ dataQuality: data }: PeriodDocument): readonly string[] {
  const { bars, marks } = data
  const wrong = troubles(data)
  return [
    `${wholeNumber(data.minutesDecided)} of ${several(data.minutesDue, 'minute')} decided, ${wholeNumber(data.minutesMissed)} missed`,
    ...(bars === null ? [] : [`bars ${wholeNumber(bars.known)} of ${wholeNumber(bars.expected)}`]),
    ...(marks === null ? [] : [`marks ${wholeNumber(marks.recorded)} of ${wholeNumber(marks.expected)}`]),
    ...(wrong.length === 0 ? [] : [wrong.join(' · ')]),
  ]
}

const NAME_WIDTH = 14

/** For a terminal: judgement, sums, what was measured, a line a day. */
export function periodText(period: PeriodDocument): string {
  const { counts, pnl, performance } = period
  const mean = pnl.meanDayCents === null ? NONE : signedMoney(pnl.meanDayCents)
  const row = ({ name, lines }: PeriodRow): readonly string[] =>
    lines.map((line, at) => `  ${(at === 0 ? name.toLowerCase() : '').padEnd(NAME_WIDTH)}${line}`)
  return [
    `${period.profile} · ${sourceBadge(period.source)} · ${period.from} to ${period.to}`,
    `  ${lightWords(performance.light.colour)}`,
    ...conditionLines(performance.light).map((line) => `    ${line}`),
    ...rangeLines(performance, period.source.kind).map((line) => `    ${line}`),
    ...row({
      name: 'net',
      lines: [
        counts.days === 0
          ? 'no result yet'
          : `${signedMoney(pnl.netCents)} over ${several(counts.days, 'day')}, ${mean} a day`,
      ],
    }),
    ...row({ name: 'days', lines: [daysWords(counts)] }),
    ...periodRows(period).flatMap(row),
    ...period.days.map(
      ({ date, status, netPnlCents, light }) =>
        `  ${date}    ${lightMark(light)} ${status}, ${netPnlCents === null ? 'not known' : signedMoney(netPnlCents)}`,
    ),
  ].join('\n')
}
