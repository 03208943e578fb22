/** The week in one post: its days, the sum against the target, the chart. */
import { CHART_FILE } from '../../report/chart.ts'
import type { CumulativeChart } from '../../report/chart-cumulative.ts'
import { dayName, percent, shareText, signedMoney, sourceBadge } from '../../report/format.ts'
import type { EventOf, JournalEntry } from '../../session/events.ts'
import { figure, line, pnlColour } from '../embed.ts'
import { type Post, post, type RenderContext } from '../post.ts'
import { towardsTarget } from './exit.ts'

type Week = EventOf<'week_ended'>
type Day = Week['days'][number]

const DAYS_MAX = 7
const total = (days: readonly Day[], of: (day: Day) => number): number => days.reduce((sum, day) => sum + of(day), 0)

function dayLine({ date, netPnlCents, trades, wins, final }: Day): string {
  const traded = trades === 0 ? 'no trade' : `${trades} ${trades === 1 ? 'trade' : 'trades'}, ${wins} won`
  return `${dayName(date)} · **${signedMoney(netPnlCents)}** · ${traded}${final ? '' : ' · not ended'}`
}

function chartOf(entry: JournalEntry, { from, to }: Week, days: readonly Day[]): CumulativeChart {
  return {
    title: `Week of ${dayName(from)}: ${signedMoney(total(days, (day) => day.netPnlCents))}`,
    subtitle: `${sourceBadge(entry.source)} · ${entry.profile} · to ${dayName(to)}, running total against the target`,
    dates: days.map(({ date }) => date),
    lines: [
      { name: 'Target', tone: 'muted', dashed: true, dailyCents: days.map((day) => day.targetDailyCents) },
      { name: 'Net P&L', tone: 'line', dailyCents: days.map((day) => day.netPnlCents) },
    ],
  }
}

export function weekEnded(entry: JournalEntry, event: Week, context: RenderContext): Post {
  const days = event.days.slice(0, DAYS_MAX)
  const net = total(days, (day) => day.netPnlCents)
  const target = total(days, (day) => day.targetDailyCents)
  const trades = total(days, (day) => day.trades)
  const wins = total(days, (day) => day.wins)
  const made = days.filter((day) => day.netPnlCents >= day.targetDailyCents).length
  return post(entry, context, {
    tier: 'normal',
    colour: pnlColour(net),
    title: `📅 Week of ${dayName(event.from)}: ${signedMoney(net)}`,
    description: `${days.length} ${days.length === 1 ? 'session' : 'sessions'}.\n${towardsTarget(net, target)}`,
    fields: [
      figure('Net P&L', signedMoney(net)),
      figure('Trades · won', `${trades} · ${shareText(wins, trades, 0)}`),
      figure(
        'Days at target',
        `${made} of ${days.length}${days.length === 0 ? '' : ` (${percent((made / days.length) * 100, 0)})`}`,
      ),
      line('Days', days.map(dayLine).join('\n')),
    ],
    ...(days.length === 0
      ? {}
      : { chart: { kind: 'cumulative', chart: chartOf(entry, event, days) }, image: CHART_FILE }),
  })
}
