/**
 * `/why` as an embed: what decides now whether the desk enters, and what decided before, with the numbers. Entry point:
 * `whyShown`.
 */
import type { APIEmbed } from 'discord.js'
import { COLOURS, embed, line, MESSAGE_TEXT_MAX } from '../../feed/embed.ts'
import { clockMinute, clockTime, dayName, decimal, duration, percent, sourceBadge } from '../../report/format.ts'
import type { GateRun } from '../../report/gate-history.ts'
import { isOver, type StatusView } from '../../report/views.ts'
import { gateWords, numbersOfGate, outcomeWords } from '../../report/words.ts'
import { heldWords } from './held-back.ts'

/** Characters of the history. */
const HISTORY_MAX = 3_000
/** Of an embed's 4,096, what history and all above it may take together. */
const TEXT_MAX = 4_000
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

interface Shown {
  readonly embed: APIEmbed
  /** The whole day, a line each, oldest first; null: the embed shows all of it. */
  readonly history: string | null
}

/** As many as fit into `room`, the newest first. */
function newestLines(runs: readonly GateRun[], room: number): readonly string[] {
  const shown: string[] = []
  let left = room
  for (const run of runs.toReversed()) {
    const text = runLine(run)
    left -= text.length + 1
    if (left < 0) break
    shown.push(text)
  }
  return shown
}

const HEADING = 'Gates of the day, New York time, the newest first:'
const earlierWords = (hidden: number): string => `…and ${hidden} earlier, all of them in the attached file`

/** `obstacle`: what came in the way of today's entry; null: nothing did. */
export function whyShown(view: StatusView, runs: readonly GateRun[], obstacle: string | null = null): Shown {
  const last = runs.at(-1)?.last
  const above = [
    `**${nowWords(view, obstacle)}**`,
    ...[heldWords(view), obstacle].filter((text) => text !== null),
  ].join('\n')
  const shown = newestLines(runs, Math.min(HISTORY_MAX, TEXT_MAX - above.length - earlierWords(runs.length).length))
  const hidden = runs.length - shown.length
  const below = [...shown, ...(hidden === 0 ? [] : [earlierWords(hidden)])]
  return {
    embed: embed({
      colour: COLOURS.plan,
      title: `🔎 ${view.profile}: why ${view.position === null ? 'no entry' : 'no further entry'} now`,
      description: [above, ...(below.length === 0 ? [] : ['', HEADING, ...below])].join('\n'),
      fields: last === undefined ? [] : [line(`Last decision ${clockTime(last.at_ms)} New York`, indicatorWords(last))],
      footer: `${sourceBadge(view.source)} · ${view.profile} · ${dayName(view.date)}`,
      ...(view.now_ms === null ? {} : { at_ms: view.now_ms }),
      // Alone in its message.
      textMax: MESSAGE_TEXT_MAX,
    }),
    history: hidden === 0 ? null : runs.map((run) => runLine(run).replaceAll('`', '')).join('\n'),
  }
}
