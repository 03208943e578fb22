/** `/status` as an embed: the position first, then the day, the gates and whether everything is alive. */
import type { APIEmbed } from 'discord.js'
import { embed, type Field, figure, line } from '../../feed/embed.ts'
import { towardsTarget } from '../../feed/render/exit.ts'
import {
  clockMinute,
  dayName,
  legsName,
  money,
  price,
  priceOrNone,
  signedMoney,
  signedMoneyOrNone,
  sourceBadge,
  structureName,
} from '../../report/format.ts'
import { isOver, type PositionView, type StatusView } from '../../report/views.ts'
import { phaseWords, skipCounts } from '../../report/words.ts'
import { worstCaseCents } from '../../report/worst-case.ts'
import type { TradeReview } from '../../review/types.ts'
import { heldWords } from './held-back.ts'
import {
  colourOf,
  dayText,
  distance,
  flagOf,
  gatesText,
  healthText,
  openAlertsText,
  todaysLimitsText,
} from './status-parts.ts'

function positionFields(view: StatusView, position: PositionView): Field[] {
  const worst = worstCaseCents(position)
  return [
    figure(
      'Position',
      `−${position.contracts} × SPY ${legsName(position.strike, position.hedgeStrike)}\n${structureName(position.structure)}`,
    ),
    figure('Sold at · decision mid', `${price(position.entryFill)} · ${price(position.decisionMid)}`),
    figure('Mid · price of closing', `${priceOrNone(position.mid)} · ${priceOrNone(position.close)}`),
    figure(
      'Net P&L · rule P&L',
      `${signedMoneyOrNone(position.netPnlCents)} · ${signedMoneyOrNone(position.rulePnlCents)}`,
    ),
    figure(`To the stop${flagOf(view, 'max_loss_per_trade')}`, distance(position, position.stopMid, 1)),
    figure('To the target', distance(position, position.targetMid, -1)),
    ...(worst === null ? [] : [figure('True max loss', money(-worst))]),
  ]
}

/** What matters of a session that is under way. */
function sessionFields(view: StatusView): Field[] {
  const hours = `market ${clockMinute(view.open_ms)}–${clockMinute(view.close_ms)}`
  const window = `entries ${clockMinute(view.windowOpen_ms)}–${clockMinute(view.windowClose_ms)}`
  return [
    line('Gates', gatesText(view)),
    line('Skips today', skipCounts(view.skips)),
    line('Hours', `${hours} · ${window} New York`),
  ]
}

const isPast = ({ dayNetPnlCents, plan }: StatusView): boolean => dayNetPnlCents <= -plan.maxDailyLossCents

type Waiting = Pick<TradeReview, 'trade'>

/** `2 trades wait for a review, since Fri 17 Jul 2026: `/review`` */
function unreviewedText(waiting: readonly Waiting[]): string {
  const [oldest] = waiting
  const since = oldest === undefined ? '' : `, since ${dayName(oldest.trade.date)}`
  return `${waiting.length} ${waiting.length === 1 ? 'trade waits' : 'trades wait'} for a review${since}: \`/review\``
}

/** `unreviewed`: closed trades that wait for reviewers, oldest first; `obstacle`: what came in the way of the entry. */
export function statusEmbed(
  view: StatusView,
  nowWall_ms: number,
  unreviewed: readonly Waiting[] = [],
  obstacle: string | null = null,
): APIEmbed {
  const { position, plan } = view
  const alerts = openAlertsText(view)
  const today = todaysLimitsText(view)
  return embed({
    colour: colourOf(view),
    title: `${view.profile} · ${phaseWords(view.phase)}`,
    description: [dayText(view), heldWords(view), obstacle].filter((text) => text !== null).join('\n'),
    fields: [
      ...(alerts === null ? [] : [line('🚨 Nobody has acknowledged', alerts)]),
      ...(position === null ? [] : positionFields(view, position)),
      line(
        `Day's net P&L ${signedMoney(view.dayNetPnlCents)}`,
        `${towardsTarget(view.dayNetPnlCents, plan.targetDailyCents)} · limit ${money(-plan.maxDailyLossCents)}${flagOf(view, 'max_daily_loss')}${isPast(view) ? ' **reached**' : ''} · entries\u00a0${view.entries}`,
      ),
      ...(today === null ? [] : [line('🔸 Limits of today only', today)]),
      ...(isOver(view) ? [] : sessionFields(view)),
      ...(unreviewed.length === 0 ? [] : [line('Reviews', unreviewedText(unreviewed))]),
      line('Health', healthText(view, nowWall_ms)),
    ],
    footer: `${sourceBadge(view.source)} · ${view.profile} · feed at #${view.feedNo}`,
    ...(view.now_ms === null ? {} : { at_ms: view.now_ms }),
  })
}
