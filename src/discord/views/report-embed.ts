/** `/report` as an embed: the day's result against its target, its trades, and why there was no more of them. */
import type { APIEmbed } from 'discord.js'
import { clip, embed, type Field, figure, line, pnlColour } from '../../feed/embed.ts'
import { decisionsField, rulePnlWords, statusWords, tradesField } from '../../feed/render/end-of-day.ts'
import { towardsTarget } from '../../feed/render/exit.ts'
import { bookLine, costLines, dataLines, excursionLines, rangeLines } from '../../report/day/measured-text.ts'
import type { Light } from '../../report/day/performance-schema.ts'
import type { PeriodDocument } from '../../report/day/period-schema.ts'
import type { DayDocument } from '../../report/day/schema.ts'
import {
  checkLines,
  conditionLines,
  dayLimitLines,
  daysWords,
  executionLine,
  lightMark,
  lightWords,
  replayedWords,
  stopLines,
} from '../../report/day/text.ts'
import { dailyLossLimit, dayStanding } from '../../report/day-report.ts'
import {
  clockTime,
  cost,
  dayName,
  money,
  NONE,
  several,
  signedMoney,
  signedMoneyOrNone,
  sourceBadge,
} from '../../report/format.ts'
import type { DayReport } from '../../report/views.ts'
import { codeWords } from '../../report/words.ts'

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

export const periodFooter = ({ source, profile, from, to }: PeriodDocument): string =>
  `${clip(sourceBadge(source), SOURCE_TEXT_MAX)} · ${profile} · ${from} to ${to}`

/** A week or a month: judgement, sums, a line a day. */
export function periodEmbed(period: PeriodDocument, image: string | null): APIEmbed {
  const { counts, pnl, performance, costs, checks } = period
  const shown = period.days.slice(-DAYS_SHOWN_MAX)
  const left = period.days.length - shown.length
  const days = shown.map(
    (day) => `${lightMark(day.light)} ${dayName(day.date)} · ${signedMoneyOrNone(day.netPnlCents)}`,
  )
  return embed({
    colour: pnlColour(pnl.netCents),
    title: `${dayName(period.from)} to ${dayName(period.to)}: ${signedMoney(pnl.netCents)}`,
    description: [...(left > 0 ? [`… ${left} earlier days, counted below`] : []), ...days].join('\n'),
    fields: [
      lightField(performance.light),
      line('The plan’s ranges', rangeLines(performance, period.source.kind).join('\n')),
      figure('A day', signedMoneyOrNone(pnl.meanDayCents)),
      figure('Best · worst', `${signedMoneyOrNone(pnl.bestCents)} · ${signedMoneyOrNone(pnl.worstCents)}`),
      figure(
        'Costs',
        costs.daysKnown === 0 ? NONE : `${cost(costs.actualCents)}\nestimated ${money(costs.estimatedOfKnownCents)}`,
      ),
      line('Days', daysWords(counts)),
      line(
        'Run again',
        `${checks.reproduced} of ${checks.decisions} entry and exit decisions reproduced on ${several(checks.daysChecked, 'day')} · ${replayedWords(checks)}`,
      ),
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
  return embed({
    colour: pnlColour(cents),
    title: `${dayName(report.date)}: ${signedMoney(cents)}${report.final ? '' : ' so far'}`,
    description: `${statusWords(report.status)}.${marked}\n${towardsTarget(cents, report.targetDailyCents)} · daily limit ${money(-dailyLossLimit(report))}`,
    fields: [
      figure(`Net P&L${of}`, signedMoney(report.netPnlCents)),
      figure(`Rule P&L${of}`, rulePnlWords(report.rulePnlCents)),
      figure(`Broker P&L${of}`, signedMoney(report.brokerPnlCents)),
      tradesField(report.trades),
      decisionsField(report),
      ...(alerts.length === 0 ? [] : [line(`Alerts (${report.alerts.length})`, alerts.join(' · '))]),
      ...more,
    ],
    footer: `${sourceBadge(report.source)} · ${report.profile} · ${report.date}`,
    ...(image === null ? {} : { image }),
  })
}
