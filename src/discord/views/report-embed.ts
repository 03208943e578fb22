/** `/report` as an embed: the day's result against its target, its trades, and why there was no more of them. */
import type { APIEmbed } from 'discord.js'
import {
  COLOURS,
  clip,
  embed,
  type Field,
  figure,
  line,
  MESSAGE_TEXT_MAX,
  pnlColour,
  textLength,
} from '../../feed/embed.ts'
import { decisionsField, rulePnlWords, statusWords, tradesField } from '../../feed/render/end-of-day.ts'
import { towardsTarget } from '../../feed/render/exit.ts'
import { bookLine, costLines, dataLines, excursionLines, rangeLines } from '../../report/day/measured-text.ts'
import type { Light } from '../../report/day/performance-schema.ts'
import type { PeriodDocument } from '../../report/day/period-schema.ts'
import { periodRows } from '../../report/day/period-text.ts'
import type { DayDocument } from '../../report/day/schema.ts'
import {
  checkLines,
  conditionLines,
  dayLimitLines,
  daysWords,
  executionLine,
  lightMark,
  lightWords,
  stopLines,
} from '../../report/day/text.ts'
import { dailyLossLimit, dayStanding, standingWords } from '../../report/day-report.ts'
import {
  clockTime,
  cost,
  dayName,
  money,
  NONE,
  signedMoney,
  signedMoneyOrNone,
  sourceBadge,
} from '../../report/format.ts'
import type { DayReport } from '../../report/views.ts'
import { codeWords, NOT_SETTLED } from '../../report/words.ts'

const ALERTS_SHOWN_MAX = 5

/** The plan's judgement and what the day cost and proved, out of the published report. */
export function documentFields(document: DayDocument): readonly Field[] {
  const { light } = document.performance
  const stops = stopLines(document)
  const limits = dayLimitLines(document)
  const held = excursionLines(document)
  return [
    document.final
      ? lightField(light)
      : line(lightWords(null), 'The plan is held against the day once its session is over.'),
    ...(document.final
      ? [line('The plan’s ranges', rangeLines(document.performance, document.source.kind).join('\n'))]
      : []),
    line('Costs', costLines(document).join('\n')),
    line('Execution', executionLine(document)),
    ...(stops.length === 0 ? [] : [line('Loss limits reached', stops.join('\n'))]),
    ...(limits.length === 0 ? [] : [line('Limits set for the day', limits.join('\n'))]),
    line('Run again', checkLines(document.checks).join('\n')),
    ...(held.length === 0 ? [] : [line('While held', held.join('\n'))]),
    line('Data', dataLines(document).join('\n')),
    line('Books', bookLine(document)),
  ]
}

const lightField = (light: Light): Field => line(lightWords(light.colour), conditionLines(light).join('\n'))

const DAYS_SHOWN_MAX = 31

const SOURCE_TEXT_MAX = 120
const FOOTER_TEXT_MAX = 200

export const periodFooter = ({ source, profile, from, to }: PeriodDocument): string =>
  clip(`${clip(sourceBadge(source), SOURCE_TEXT_MAX)} · ${profile} · ${from} to ${to}`, FOOTER_TEXT_MAX)

/** Titles of the pictures below. */
const PICTURE_TITLE_MAX = 40

/**
 * What was measured of a period, below its first embed, in the room that is left. `pictures`: how many follow, each in
 * an embed with this one's footer.
 */
export function measuredEmbed(period: PeriodDocument, first: APIEmbed, pictures: number): APIEmbed {
  const below = pictures * (PICTURE_TITLE_MAX + periodFooter(period).length)
  return embed({
    colour: COLOURS.neutral,
    title: 'What was measured',
    fields: periodRows(period).map(({ name, lines }) => line(name, lines.join('\n'))),
    footer: periodFooter(period),
    textMax: MESSAGE_TEXT_MAX - textLength(first) - below,
  })
}

/** A week, a month or any range: judgement, sums, a line a day. */
export function periodEmbed(period: PeriodDocument, image: string | null): APIEmbed {
  const { counts, pnl, performance, costs } = period
  const shown = period.days.slice(-DAYS_SHOWN_MAX)
  const left = period.days.length - shown.length
  const days = shown.map(
    (day) => `${lightMark(day.light)} ${dayName(day.date)} · ${signedMoneyOrNone(day.netPnlCents)}`,
  )
  return embed({
    colour: pnlColour(pnl.netCents),
    title: `${period.profile} · ${dayName(period.from)} to ${dayName(period.to)}: ${counts.days === 0 ? 'no result yet' : signedMoney(pnl.netCents)}`,
    description: [...(left > 0 ? [`… ${left} earlier days, counted below`] : []), ...days].join('\n'),
    fields: [
      lightField(performance.light),
      line('The plan’s ranges', rangeLines(performance, period.source.kind).join('\n')),
      figure('A day', signedMoneyOrNone(pnl.meanDayCents)),
      figure('Best · worst', `${signedMoneyOrNone(pnl.bestCents)} · ${signedMoneyOrNone(pnl.worstCents)}`),
      figure(
        'Costs',
        costs.daysKnown === 0
          ? NONE
          : `${cost(costs.actualCents)}\nestimated ${money(costs.estimatedOfKnownCents)}\n${money(costs.estimatedCommissionCents)} of both is estimated commission`,
      ),
      line('Days', daysWords(counts)),
    ],
    footer: periodFooter(period),
    ...(image === null ? {} : { image }),
  })
}

export function reportEmbed(report: DayReport, image: string | null, more: readonly Field[] = []): APIEmbed {
  const alerts = report.alerts.slice(-ALERTS_SHOWN_MAX).map((alert) => codeWords(alert.code))
  const { cents, marked_ms } = dayStanding(report)
  const marked = marked_ms === null ? '' : ` With the open position as it was at ${clockTime(marked_ms)} New York.`
  const of = marked_ms === null ? '' : ', closed'
  const isKnown = report.status !== 'incomplete'
  const target = isKnown
    ? towardsTarget(cents, report.targetDailyCents)
    : `target ${signedMoney(report.targetDailyCents)}`
  const known = (text: string): string => (isKnown ? text : NOT_SETTLED)
  return embed({
    colour: isKnown ? pnlColour(cents) : COLOURS.warning,
    title: `${report.profile} · ${dayName(report.date)}: ${standingWords(report)}${report.final ? '' : ' so far'}`,
    description: `${statusWords(report.status)}.${marked}\n${target} · daily limit ${money(-dailyLossLimit(report))}`,
    fields: [
      figure(`Net P&L${of}`, known(signedMoney(report.netPnlCents))),
      figure(`Rule P&L${of}`, known(rulePnlWords(report.rulePnlCents))),
      figure(`Broker P&L${of}`, known(signedMoney(report.brokerPnlCents))),
      tradesField(report.trades),
      decisionsField(report),
      ...(alerts.length === 0 ? [] : [line(`Alerts (${report.alerts.length})`, alerts.join(' · '))]),
      ...more,
    ],
    footer: `${sourceBadge(report.source)} · ${report.profile} · ${report.date}`,
    // Alone in its message: what is measured last, the books, is to be told too.
    textMax: MESSAGE_TEXT_MAX,
    ...(image === null ? {} : { image }),
  })
}
