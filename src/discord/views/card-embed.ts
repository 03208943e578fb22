/** The live card of an account: what `/status` says, at a glance and with bars. Pure. Entry point: `cardEmbed`. */
import type { APIEmbed } from 'discord.js'
import { COLOURS, clip, embed, type Field, figure, line } from '../../feed/embed.ts'
import { towardsTarget } from '../../feed/render/exit.ts'
import {
  bar,
  clockMinute,
  duration,
  legsName,
  money,
  percent,
  price,
  priceOrNone,
  shareOf,
  signedMoney,
  signedMoneyOrNone,
  sourceBadge,
} from '../../report/format.ts'
import { isOver, type PositionView, type StatusView } from '../../report/views.ts'
import { phaseWords } from '../../report/words.ts'
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

const BADGE_MAX = 120

/** How much of the way from one mid to another is gone, as a bar. */
function wayBar(from: number, mid: number | null, to: number): string {
  const share = mid === null ? null : shareOf(mid - from, to - from)
  return share === null ? bar(0) : `${bar(share)} ${percent(Math.max(0, share), 0)}`
}

function positionFields(view: StatusView, position: PositionView): Field[] {
  const { contracts, strike, hedgeStrike, decisionMid, mid, stopMid, targetMid } = position
  const away = (text: string): string => text.replace('\n', ' · ')
  return [
    figure('Position', `−${contracts} × SPY ${legsName(strike, hedgeStrike)}\nsold at ${price(position.entryFill)}`),
    figure('Mid · price of closing', `${priceOrNone(mid)} · ${priceOrNone(position.close)}`),
    figure(
      'Net P&L · rule P&L',
      `${signedMoneyOrNone(position.netPnlCents)} · ${signedMoneyOrNone(position.rulePnlCents)}`,
    ),
    line(
      `To the stop${flagOf(view, 'max_loss_per_trade')}`,
      `${wayBar(decisionMid, mid, stopMid)}\n${away(distance(position, stopMid, 1))}`,
    ),
    line('To the target', `${wayBar(decisionMid, mid, targetMid)}\n${away(distance(position, targetMid, -1))}`),
  ]
}

/** The day's result against an even pace; it says where the day stands, never what to make up for. */
function paceText({ now_ms, open_ms, sessionEnd_ms, dayNetPnlCents, plan }: StatusView): string {
  const share = now_ms === null ? null : shareOf(now_ms - open_ms, sessionEnd_ms - open_ms)
  if (share === null || share <= 0) return ''
  const even = Math.round((plan.targetDailyCents * Math.min(100, share)) / 100)
  const away = dayNetPnlCents - even
  return `\neven pace by now ${signedMoney(even)}: ${money(Math.abs(away))} ${away >= 0 ? 'ahead' : 'behind'}`
}

function dayFields(view: StatusView): Field[] {
  const { dayNetPnlCents, plan } = view
  const today = todaysLimitsText(view)
  const used = shareOf(Math.max(0, -dayNetPnlCents), plan.maxDailyLossCents)
  const limit = `${bar(used ?? 0)} ${used === null ? '' : percent(used, 0)} of ${money(-plan.maxDailyLossCents)}`
  return [
    line(
      `Day's net P&L ${signedMoney(dayNetPnlCents)}`,
      `${towardsTarget(dayNetPnlCents, plan.targetDailyCents)}${paceText(view)}`,
    ),
    line(`Daily limit used${flagOf(view, 'max_daily_loss')}`, limit),
    ...(today === null ? [] : [line('🔸 Limits of today only', today)]),
  ]
}

function cutOffText(view: StatusView): string {
  const { now_ms, open_ms, windowClose_ms, sessionEnd_ms, position } = view
  const until = (what: string, at_ms: number, past: string): string => {
    if (now_ms === null) return `${what} ${clockMinute(at_ms)}`
    return now_ms < at_ms ? `${what} ${clockMinute(at_ms)}, in ${duration(at_ms - now_ms)}` : past
  }
  if (now_ms !== null && now_ms < open_ms) return until('the market opens', open_ms, '')
  const noMore = 'no more entries today'
  const entries = view.phase === 'done' ? noMore : until('entries until', windowClose_ms, noMore)
  return position === null ? entries : `${until('flat by', sessionEnd_ms, 'closing now')} · ${entries}`
}

interface CardNote {
  /** Which card of the account it is: tells it from every other message of the bot. */
  readonly number: number
  /** Wall time of this state, for readers' own clocks; Discord counts on by itself. */
  readonly updated_ms: number
  /** The state cannot be read at present: this is the last that was known. */
  readonly isOutdated: boolean
}

export function cardEmbed(view: StatusView, { number, updated_ms, isOutdated }: CardNote): APIEmbed {
  const text = `${clip(sourceBadge(view.source), BADGE_MAX)} · ${view.profile} · live card ${number} · feed at #${view.feedNo}`
  const body: APIEmbed = { ...cardBody(view, updated_ms), footer: { text } }
  const seen = `updated <t:${Math.floor(updated_ms / 1000)}:R>`
  if (!isOutdated) return { ...body, description: `${body.description ?? ''}\n${seen}` }
  const away = `⚠️ **The store is away: this is the last known state**, ${seen}`
  return { ...body, color: COLOURS.warning, description: `${away}\n${body.description ?? ''}` }
}

/** What decides whether the card changed: all of it but when it was written. */
export function cardBody(view: StatusView, nowWall_ms: number): APIEmbed {
  const { position } = view
  const alerts = openAlertsText(view)
  return embed({
    colour: colourOf(view),
    title: `📌 ${view.profile} · ${phaseWords(view.phase)}`,
    description: [dayText(view), heldWords(view)].filter((text) => text !== null).join('\n'),
    fields: [
      ...(alerts === null ? [] : [line('🚨 Nobody has acknowledged', alerts)]),
      ...(position === null ? [] : positionFields(view, position)),
      ...dayFields(view),
      ...(isOver(view) ? [] : [line('Cut-off', cutOffText(view))]),
      ...(isOver(view) || position !== null ? [] : [line('Gates', gatesText(view))]),
      line('Health', healthText(view, nowWall_ms)),
    ],
    footer: `feed at #${view.feedNo}`,
    ...(view.now_ms === null ? {} : { at_ms: view.now_ms }),
  })
}
