/** What the schedule tells during a day: the preflight before the open, the open, what expires today. */
import {
  clockMinute,
  clockTime,
  dayName,
  duration,
  legsName,
  money,
  NONE,
  percent,
  price,
  priceOrNone,
  shareOf,
  signedMoneyOrNone,
  strike,
  structureName,
  wholeNumber,
} from '../../report/format.ts'
import { moreAlerts } from '../../report/health.ts'
import type { EventOf, JournalEntry } from '../../session/events.ts'
import { MULTIPLIER } from '../../strategy/rules.ts'
import { COLOURS, clip, figure, line, plain } from '../embed.ts'
import { type Post, post, type RenderContext } from '../post.ts'

const PROBLEM_MAX = 240
const DESCRIPTION_MAX = 2_000
const ALERT_MAX = 160

type Preflight = EventOf<'preflight_reported'>

function problemText({ name, failed, found, advice }: Preflight['problems'][number]): string {
  const todo = advice === '' ? '' : `\n→ ${plain(advice, PROBLEM_MAX)}`
  return `${failed ? '❌' : '⚠️'} **${plain(name, 80)}**: ${plain(found, PROBLEM_MAX)}${todo}`
}

export function preflightReported(entry: JournalEntry, event: Preflight, context: RenderContext): Post {
  const { passed, warned, failed, problems, notChecked, openAlerts } = event
  const isGood = failed === 0 && notChecked.length === 0
  const counts = [
    ...(failed === 0 ? [] : [`${failed} failed`]),
    ...(warned === 0 ? [] : [`${warned} ${warned === 1 ? 'warning' : 'warnings'}`]),
    `${passed} passed`,
  ]
  const opens = `**${dayName(entry.date)}**, the market opens ${clockMinute(event.open_ms)} New York.`
  return post(entry, context, {
    tier: failed > 0 || openAlerts !== undefined ? 'ping' : 'silent',
    colour: failed > 0 ? COLOURS.loss : isGood && warned === 0 ? COLOURS.gain : COLOURS.warning,
    title: `${failed > 0 ? '⛔' : '✅'} Before the open: ${counts.join(', ')}`,
    description: clip([opens, ...problems.map(problemText)].join('\n'), DESCRIPTION_MAX),
    fields: [
      ...(notChecked.length === 0 ? [] : [line('Not checked', plain(notChecked.join(', ')))]),
      ...(openAlerts === undefined ? [] : [line('🚨 Nobody has acknowledged', openAlertsText(openAlerts))]),
    ],
  })
}

/** `**#12** Engine silent, 3 h 20 min ago`, a line each. */
function openAlertsText({ count, oldest }: NonNullable<Preflight['openAlerts']>): string {
  const lines = oldest.map(
    ({ alertNo, title, age_ms }) => `**#${alertNo}** ${plain(title, ALERT_MAX)}, ${duration(age_ms)} ago`,
  )
  if (count > lines.length) lines.push(`and ${moreAlerts(count, lines.length)}`)
  return lines.join('\n')
}

export function marketOpened(entry: JournalEntry, event: EventOf<'market_opened'>, context: RenderContext): Post {
  const window = `${clockMinute(event.windowOpen_ms)}–${clockMinute(event.windowClose_ms)}`
  return post(entry, context, {
    tier: 'silent',
    colour: COLOURS.neutral,
    title: `🔔 The market is open: ${dayName(entry.date)}`,
    description: `SPY ${priceOrNone(event.spot)} · entries ${window} · close ${clockMinute(event.close_ms)} New York`,
  })
}

/** `$2.35 above (0.32 %)`; below the strike the put is in the money. */
function distanceWords(spot: number | null, short: number): string {
  if (spot === null) return NONE
  const away = spot - short
  const share = shareOf(Math.abs(away), spot)
  const by = `${price(Math.abs(away))}${share === null ? '' : ` (${percent(share, 2)})`}`
  return away >= 0 ? `${by} out of the money` : `**${by} in the money**`
}

function coverWords({ assignmentCents, optionsBuyingPowerCents: has }: EventOf<'expiry_watched'>): string {
  if (has === null) return 'the options buying power could not be read, look at the broker'
  const covered = assignmentCents <= has ? 'covered by' : 'more than'
  return `${covered} the options buying power of ${money(has)} now`
}

export function expiryWatched(entry: JournalEntry, event: EventOf<'expiry_watched'>, context: RenderContext): Post {
  const { contracts, hedgeStrike, spot, at_ms } = event
  const isInTheMoney = spot !== null && spot < event.strike
  const hedge =
    hedgeStrike === null ? '' : `; below ${strike(hedgeStrike)} the long ${strike(hedgeStrike)}P makes up for it`
  return post(entry, context, {
    tier: isInTheMoney ? 'ping' : 'normal',
    colour: isInTheMoney ? COLOURS.loss : COLOURS.warning,
    title: `⏳ Expires in ${duration(event.close_ms - at_ms)}: ${contracts} × SPY ${legsName(event.strike, hedgeStrike)}`,
    description: `${structureName(event.structure)}, short at ${strike(event.strike)}. SPY ${priceOrNone(spot)}: ${distanceWords(spot, event.strike)}.`,
    fields: [
      figure('Mid · net P&L', `${priceOrNone(event.mid)} · ${signedMoneyOrNone(event.netPnlCents)}`),
      figure('The desk closes by', `${clockMinute(event.sessionEnd_ms)}, in ${duration(event.sessionEnd_ms - at_ms)}`),
      figure(
        'The broker may liquidate',
        `from ${clockMinute(event.liquidation_ms)}, in ${duration(event.liquidation_ms - at_ms)}`,
      ),
      line(
        'If assigned',
        `${wholeNumber(contracts * MULTIPLIER)} shares for ${money(event.assignmentCents)}: ${coverWords(event)}${hedge}`,
      ),
      ...(event.worstCaseCents === null ? [] : [line('True max loss', money(-event.worstCaseCents))]),
      line('Seen', `${clockTime(at_ms)} New York`),
    ],
  })
}
