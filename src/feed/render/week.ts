/** The week in one post: its days, the sum against the target, how it is judged, the chart. */
import { CHART_FILE } from '../../report/chart.ts'
import { type CumulativeChart, equityChart } from '../../report/chart-cumulative.ts'
import { lightWords } from '../../report/day/text.ts'
import {
  cost,
  dayName,
  money,
  NONE,
  percent,
  several,
  shareText,
  signedMoney,
  sourceBadge,
} from '../../report/format.ts'
import type { EventOf, JournalEntry } from '../../session/events.ts'
import { type Field, figure, line, plain, pnlColour } from '../embed.ts'
import { type Post, post, type RenderContext } from '../post.ts'
import { towardsTarget } from './exit.ts'

type Week = EventOf<'week_ended'>
type Day = Week['days'][number]
type Known = Day & { readonly netPnlCents: number }

const DAYS_MAX = 7
const CONDITION_MAX = 360
const total = <D extends Day>(days: readonly D[], of: (day: D) => number): number =>
  days.reduce((sum, day) => sum + of(day), 0)
const isKnown = (day: Day): day is Known => day.netPnlCents !== null

function dayLine({ date, netPnlCents, trades, wins, final }: Day): string {
  const traded = trades === 0 ? 'no trade' : `${trades} ${trades === 1 ? 'trade' : 'trades'}, ${wins} won`
  const net = netPnlCents === null ? 'not known yet' : `**${signedMoney(netPnlCents)}**`
  return `${dayName(date)} · ${net} · ${traded}${final ? '' : ' · not ended'}`
}

function chartOf(entry: JournalEntry, { from }: Week, days: readonly Known[]): CumulativeChart {
  const net = total(days, (day) => day.netPnlCents)
  const badge = `${sourceBadge(entry.source)} · ${entry.profile}`
  return equityChart(`Week of ${dayName(from)}   ${signedMoney(net)}`, `${badge} · running total`, days)
}

function judgedFields({ judged }: Week): readonly Field[] {
  if (judged === undefined) return []
  const { light, conditions, decisions, reproduced, costCents, estimatedCents } = judged
  return [
    figure(
      'Costs',
      costCents === null
        ? NONE
        : `${cost(costCents)}\nestimated ${money(estimatedCents)}, commission in both as estimated`,
    ),
    line(lightWords(light), conditions.map((text) => plain(text, CONDITION_MAX)).join('\n')),
    line(
      'Run again',
      decisions === 0
        ? 'no decision was run again'
        : `${reproduced} of ${decisions} entry and exit decisions reproduced`,
    ),
  ]
}

function resultOf(days: readonly Day[], known: readonly Known[], net: number): string {
  if (known.length > 0) return signedMoney(net)
  return days.length === 0 ? 'no session' : 'no result yet'
}

export function weekEnded(entry: JournalEntry, event: Week, context: RenderContext): Post {
  const days = event.days.slice(0, DAYS_MAX)
  const known = days.filter(isKnown)
  const net = total(known, (day) => day.netPnlCents)
  const target = total(known, (day) => day.targetDailyCents)
  const trades = total(days, (day) => day.trades)
  const wins = total(days, (day) => day.wins)
  const made = known.filter((day) => day.netPnlCents >= day.targetDailyCents).length
  return post(entry, context, {
    tier: 'normal',
    colour: pnlColour(net),
    title: `📅 Week of ${dayName(event.from)}: ${resultOf(days, known, net)}`,
    description: [
      `${several(days.length, 'session')}.`,
      ...(known.length === 0 ? [] : [towardsTarget(net, target)]),
    ].join('\n'),
    fields: [
      figure('Trades · won', `${trades} · ${shareText(wins, trades, 0)}`),
      figure(
        'Days at target',
        `${made} of ${known.length}${known.length === 0 ? '' : ` (${percent((made / known.length) * 100, 0)})`}`,
      ),
      line('Days', days.map(dayLine).join('\n')),
      ...judgedFields(event),
    ],
    ...(known.length === 0
      ? {}
      : { chart: { kind: 'cumulative', chart: chartOf(entry, event, known) }, image: CHART_FILE }),
  })
}
