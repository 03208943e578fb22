/** `/report` as an embed: the day's result against its target, its trades, and why there was no more of them. */
import type { APIEmbed } from 'discord.js'
import { embed, figure, line, pnlColour } from '../../feed/embed.ts'
import { decisionsField, rulePnlWords, statusWords, tradesField } from '../../feed/render/end-of-day.ts'
import { towardsTarget } from '../../feed/render/exit.ts'
import { dayName, money, signedMoney, sourceBadge } from '../../report/format.ts'
import type { DayReport } from '../../report/views.ts'
import { codeWords } from '../../report/words.ts'

const ALERTS_SHOWN_MAX = 5

export function reportEmbed(report: DayReport, image: string | null): APIEmbed {
  const alerts = report.alerts.slice(-ALERTS_SHOWN_MAX).map((alert) => codeWords(alert.code))
  return embed({
    colour: pnlColour(report.netPnlCents),
    title: `${dayName(report.date)}: ${signedMoney(report.netPnlCents)}${report.final ? '' : ' so far'}`,
    description: `${statusWords(report.status)}.\n${towardsTarget(report.netPnlCents, report.targetDailyCents)} · daily limit ${money(-report.plan.maxDailyLossCents)}`,
    fields: [
      figure('Net P&L', signedMoney(report.netPnlCents)),
      figure('Rule P&L', rulePnlWords(report.rulePnlCents)),
      figure('Broker P&L', signedMoney(report.brokerPnlCents)),
      tradesField(report.trades),
      decisionsField(report),
      ...(alerts.length === 0 ? [] : [line(`Alerts (${report.alerts.length})`, alerts.join(' · '))]),
    ],
    footer: `${sourceBadge(report.source)} · ${report.profile} · ${report.date}`,
    ...(image === null ? {} : { image }),
  })
}
