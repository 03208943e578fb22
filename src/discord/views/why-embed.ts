/** `/why` as an embed: what decides now whether the desk enters, and what decided before, with the numbers. */
import type { APIEmbed } from 'discord.js'
import { COLOURS, embed, line } from '../../feed/embed.ts'
import { clockMinute, clockTime, dayName, decimal, duration, percent, sourceBadge } from '../../report/format.ts'
import type { GateRun } from '../../report/gate-history.ts'
import { isOver, type StatusView } from '../../report/views.ts'
import { gateWords, numbersOfGate, outcomeWords } from '../../report/words.ts'
import { heldWords } from './held-back.ts'

const RUNS_SHOWN_MAX = 15
/** Decisions are due every minute; after this long without one there is something to say about it. */
const OVERDUE_MS = 120_000

/** One sentence: the gate that decides now. */
function nowWords(view: StatusView, obstacle: string | null): string {
  const { phase, now_ms, windowOpen_ms, windowClose_ms, profile } = view
  if (isOver(view)) return `No session is running. \`/start account:${profile}\` begins one.`
  if (phase === 'holding') return 'A position is open; one at a time.'
  if (phase === 'entering') return 'All gates were open: the entry order is working.'
  if (phase === 'exiting') return 'The position is being closed.'
  if (view.mode !== 'ACTIVE') return 'The account is held back: no new entries.'
  if (phase === 'waiting' || (now_ms !== null && now_ms < windowOpen_ms)) {
    return `Outside the entry window: it opens ${clockMinute(windowOpen_ms)} New York.`
  }
  if (view.entries > 0) return "The day's trade is done; the next one is possible on the next trading day."
  if (phase === 'done' && obstacle !== null) return 'The entry came to nothing; nothing more is opened today.'
  if (phase === 'done' || (now_ms !== null && now_ms > windowClose_ms)) {
    return `Outside the entry window: it closed ${clockMinute(windowClose_ms)} New York.`
  }
  return watchingWords(view)
}

function watchingWords({ lastDecision, now_ms, windowOpen_ms, dataAge_s }: StatusView): string {
  const since_ms = lastDecision?.at_ms ?? windowOpen_ms
  const silent_ms = now_ms === null ? 0 : now_ms - since_ms
  if (silent_ms > OVERDUE_MS) {
    const age =
      dataAge_s === null ? 'no market data has come' : `the newest market data is ${decimal(dataAge_s, 0)} s old`
    return `No decision for ${duration(silent_ms)}: it waits for a fresh SPY quote (${age}).`
  }
  if (lastDecision === null) return 'The first decision is due with the next completed minute.'
  return `At ${clockTime(lastDecision.at_ms)}: ${gateWords(lastDecision)}.`
}

/** `09:45–09:57  volatility estimate too high × 13: 27.9 → 25.1, limit 25.0`. */
function runLine(run: GateRun): string {
  const from = clockMinute(run.from_ms)
  const time = run.decisions === 1 ? from : `${from}–${clockMinute(run.to_ms)}`
  const times = run.decisions === 1 ? '' : ` × ${run.decisions}`
  const numbers = numbersOf(run)
  return `\`${time}\` ${outcomeWords(run.reason)}${times}${numbers === '' ? '' : `: ${numbers}`}`
}

function numbersOf({ reason, low, high, limit }: GateRun): string {
  if (reason === null || low === null || high === null) return ''
  const shown = numbersOfGate(reason, [low, high], limit)
  if (shown === null) return ''
  const [least, most] = shown.values
  const range = least === most ? least : `${least} to ${most}`
  return shown.limit === null ? `${range}` : `${range}, limit ${shown.limit}`
}

function indicatorWords(last: GateRun['last']): string {
  const parts = [
    `SPY ${last.spot === null ? '—' : `$${decimal(last.spot, 2)}`}`,
    ...(last.vixEstimate === null ? [] : [`volatility estimate ${decimal(last.vixEstimate, 1)}`]),
    ...(last.rangePct === null ? [] : [`range ${percent(last.rangePct, 2)}`]),
    `${last.bars} bars`,
  ]
  return parts.join(' · ')
}

/** `obstacle`: what came in the way of today's entry; null: nothing did. */
export function whyEmbed(view: StatusView, runs: readonly GateRun[], obstacle: string | null = null): APIEmbed {
  const shown = runs.slice(-RUNS_SHOWN_MAX)
  const last = runs.at(-1)?.last
  const hidden = runs.length - shown.length
  const history = [...(hidden === 0 ? [] : [`${hidden} earlier runs are in \`/report\``]), ...shown.map(runLine)]
  return embed({
    colour: COLOURS.plan,
    title: `🔎 ${view.profile}: why ${view.position === null ? 'no entry' : 'no further entry'} now`,
    description: [
      `**${nowWords(view, obstacle)}**`,
      ...[heldWords(view), obstacle].filter((text) => text !== null),
      ...(history.length === 0 ? [] : ['', ...history]),
    ].join('\n'),
    fields: last === undefined ? [] : [line(`Last decision ${clockTime(last.at_ms)} New York`, indicatorWords(last))],
    footer: `${sourceBadge(view.source)} · ${view.profile} · ${dayName(view.date)}`,
    ...(view.now_ms === null ? {} : { at_ms: view.now_ms }),
  })
}
