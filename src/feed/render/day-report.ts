/**
 * The report of a day that has ended: this post alone tells what happened, whether it was by the rules, and whether the
 * number still stands. And the posts that tell that light or verdict are another.
 */
import { CHART_FILE } from '../../report/chart.ts'
import { asDayReport } from '../../report/day/day-document.ts'
import type { DayDocument } from '../../report/day/schema.ts'
import { lightMark, lightWords } from '../../report/day/text.ts'
import {
  clockMinute,
  dayName,
  money,
  NONE,
  percent,
  several,
  shareOf,
  signedMoney,
  signedMoneyOrNone,
} from '../../report/format.ts'
import type { DayReport } from '../../report/views.ts'
import { codeWords, limitValue, NOT_SETTLED, settlementWords } from '../../report/words.ts'
import { DAY_LIMIT_ENTRIES } from '../../session/day-limits.ts'
import type { EventOf, JournalEntry } from '../../session/events.ts'
import type { Hand } from '../../session/report-events.ts'
import { COLOURS, clip, type Field, line, plain, pnlColour } from '../embed.ts'
import { type Post, post, type RenderContext } from '../post.ts'
import { attachedReport, configurationLine, measuredFields } from './day-measured.ts'
import { decisionsField, statusWords, tradesField } from './end-of-day.ts'
import { towardsTarget } from './exit.ts'

type Reported = EventOf<'day_reported'>
type Rules = Reported['rules']
type VerdictTold = NonNullable<Reported['verdict']>

const RULES_TEXT_MAX = 1_000
const NUMBER_TEXT_MAX = 900
const NAME_MAX = 60
/** Nearly all that a message may hold: the post has one embed, and all of it is to be told. */
const REPORT_TEXT_MAX = 5_800

const GOOD = '✅'
const ODD = '⚠️'
const BAD = '❌'
const UNKNOWN = '⬜'

const because = (reason: string | undefined): string => (reason === undefined ? '' : ` (${plain(reason, 160)})`)

function parityLine({ parity, parityReason }: Rules): string {
  if (parity === null) return `${UNKNOWN} Decisions not run again: ${plain(parityReason ?? NONE, 160)}`
  const { reproduced, decisions, complete } = parity
  const mark = reproduced < decisions ? BAD : complete ? GOOD : UNKNOWN
  const whole = complete ? '' : '; not all of them were on the tape'
  return `${mark} ${reproduced} of ${decisions} entry and exit decisions reproduced${whole}`
}

/** Of the target: as far as the plan's best light lets a day be off. */
const APART_SHARE_MAX = 0.25

/** Decisions may all be the rules' own and the money another: it has a mark of its own. */
function replayLines({ rules, targetDailyCents }: Reported): readonly string[] {
  const { parity, replayDifferenceCents: apart, replayReason } = rules
  if (apart === null) return parity === null ? [] : [`${UNKNOWN} Live − replay not known${because(replayReason)}`]
  const isFar = Math.abs(apart) > APART_SHARE_MAX * Math.abs(targetDailyCents)
  return [
    `${isFar ? ODD : GOOD} Live − replay ${signedMoney(apart)}${isFar ? ': `/report` says where it comes from' : ''}`,
  ]
}

function limitLine({ breaches, stopsReached, stopsObeyed }: Rules): string {
  const stops = stopsReached === 0 ? '' : `; ${stopsObeyed} of ${several(stopsReached, 'stop')} reached closed for it`
  return `${breaches > 0 || stopsObeyed < stopsReached ? BAD : GOOD} ${breaches === 0 ? 'No breach of a limit' : several(breaches, 'breach', 'breaches')}${stops}`
}

function orderLine({ ordersDenied, ordersRefused }: Rules): string {
  const parts = [
    ...(ordersDenied === 0 ? [] : [`${several(ordersDenied, 'order')} denied by the desk`]),
    ...(ordersRefused === 0 ? [] : [`${several(ordersRefused, 'order')} refused by the broker`]),
  ]
  return parts.length === 0 ? `${GOOD} No order denied or refused` : `${ODD} ${parts.join(', ')}`
}

const HAND_WORDS: Readonly<Record<Hand['kind'], string>> = {
  paused: 'paused',
  resumed: 'resumed',
  halted: 'halted',
  stopped: 'stopped',
  closed: 'closed the position',
  closed_elsewhere: 'closed outside the desk',
  limit_raised: 'raised',
  limit_lowered: 'lowered',
}

function limitWords({ name, from, to }: NonNullable<Hand['limit']>): string {
  return `${DAY_LIMIT_ENTRIES[name].name} ${limitValue(name, from)} → ${limitValue(name, to)}`
}

function handWords({ kind, by, approver, at_ms, limit }: Hand): string {
  const who = by === null ? '' : ` by ${plain(by.name, NAME_MAX)}`
  const second = approver === null ? '' : ` and ${plain(approver.name, NAME_MAX)}`
  const what = limit === null ? '' : ` ${limitWords(limit)}`
  return `${HAND_WORDS[kind]}${what}${who}${second} ${clockMinute(at_ms)}`
}

const HANDS_SHOWN_MAX = 4

function handLine(what: string, none: string, hands: readonly Hand[]): string {
  if (hands.length === 0) return `${GOOD} ${none}`
  const shown = hands.slice(0, HANDS_SHOWN_MAX).map(handWords)
  if (hands.length > shown.length) shown.push(`and ${hands.length - shown.length} more`)
  return `${ODD} ${what}: ${shown.join('; ')}`
}

const isOverride = ({ limit }: Hand): boolean => limit !== null

function minutesLine({ minutesDue, minutesMissed, minutesPaused }: Rules): string {
  const missed = minutesMissed === 0 ? 'No minute missed' : `${several(minutesMissed, 'minute')} missed`
  const paused = minutesPaused === 0 ? '' : `, ${minutesPaused} paused`
  return `${minutesMissed + minutesPaused === 0 ? GOOD : ODD} ${missed}${paused} of ${several(minutesDue, 'minute')} due`
}

function booksLine({ booksDifferenceCents, booksTold, brokerDifferenceCents }: Rules): string {
  const apart = [booksDifferenceCents, brokerDifferenceCents ?? 0].filter((cents) => cents !== 0)
  if (apart.length > 0) return `${BAD} Books ${apart.map(signedMoney).join(' and ')} apart`
  if (booksTold.length > 0)
    return `${ODD} The broker showed otherwise: ${plain(booksTold.map(codeWords).join(', '), 160)}`
  const broker = brokerDifferenceCents === null ? ', fill by fill' : ' and the broker'
  return `${GOOD} Books agree to $0.00${broker}`
}

/** One line a rule of the house, each with its mark. */
function ruleLines(event: Reported): readonly string[] {
  const { rules } = event
  return [
    parityLine(rules),
    ...replayLines(event),
    limitLine(rules),
    orderLine(rules),
    handLine(
      'By hand',
      'Nobody intervened',
      rules.hands.filter((hand) => !isOverride(hand)),
    ),
    handLine('Limits of the day', 'No limit changed for the day', rules.hands.filter(isOverride)),
    minutesLine(rules),
    booksLine(rules),
  ]
}

function rulesTitle(lines: readonly string[]): string {
  if (lines.some((text) => text.startsWith(BAD))) return 'By the rules: no'
  if (lines.some((text) => text.startsWith(ODD))) return 'By the rules: with exceptions'
  return lines.some((text) => text.startsWith(UNKNOWN)) ? 'By the rules: not shown' : 'By the rules: yes'
}

/** What a source other than paper trading can say of the number. */
const madeUp = ({ source }: JournalEntry): readonly string[] =>
  source.kind === 'PAPER' ? [] : [`${source.kind}: this says nothing about paper or real money.`]

/**
 * A mean outside its own bounds needs a word: they count no day further than was registered, the mean counts all of it.
 */
function boundsWords({ meanCents, lowerCents, upperCents }: VerdictTold): string {
  const bounds = `${signedMoney(lowerCents)} and ${signedMoney(upperCents)}`
  const isOutside = meanCents !== null && (meanCents < lowerCents || meanCents > upperCents)
  return isOutside ? `and between ${bounds} where no day counts beyond its registered bounds` : `between ${bounds}`
}

function numberText(entry: JournalEntry, verdict: VerdictTold): string {
  const { meanCents, reasons, wouldChange } = verdict
  return clip(
    [
      ...madeUp(entry),
      `Mean day ${signedMoneyOrNone(meanCents)}, ${boundsWords(verdict)}.`,
      ...reasons.map((text) => plain(text, 300)),
      ...wouldChange.map((text) => `• ${plain(text, 240)}`),
    ].join('\n'),
    NUMBER_TEXT_MAX,
  )
}

const numberTitle = ({ word, days, targetCents }: VerdictTold): string =>
  `Does ${money(targetCents)} a day still stand? ${word} after ${several(days, 'day')}`

function numberField(entry: JournalEntry, { verdict, verdictReason }: Reported): Field {
  return verdict === null
    ? line('The verdict', `None: ${plain(verdictReason ?? NONE)}`)
    : line(numberTitle(verdict), numberText(entry, verdict))
}

/** Of the day alone and of the last days together; what the day's rests on is a field of its own. */
function lightText({ light, netPnlCents, targetDailyCents }: Reported, isDetailed: boolean): string {
  const { day, recent, recentDays } = light
  // A light is about the distance from the plan: a day far above its target is as red as one far below.
  const side = netPnlCents >= targetDailyCents ? 'above' : 'below'
  const off = shareOf(Math.abs(netPnlCents - targetDailyCents), Math.abs(targetDailyCents))
  const why = off === null || isDetailed ? '' : `, P&L ${percent(off, 0)} ${side} the target`
  const today = `${lightWords(day)} today${why}`
  return recentDays < 2 ? today : `${today} · ${lightWords(recent)} over ${several(recentDays, 'day')}`
}

/** Net P&L is the title's; the other two, named. */
const otherPnls = ({ rulePnlCents, brokerPnlCents }: DayReport): string =>
  `Rule P&L ${rulePnlCents === null ? 'unknown' : signedMoney(rulePnlCents)}, broker P&L ${signedMoney(brokerPnlCents)}.`

const OPEN = `${statusWords('incomplete')}. Another report follows as soon as the position is settled, at the official close.`

/** Told before the position was settled, whether or not it is by now. */
const isUnsettled = ({ status, corrected, netPnlCents }: DayDocument, told: Reported): boolean =>
  status === 'incomplete' || (corrected !== null && told.netPnlCents !== netPnlCents)

function correctedLines({ corrected, trades }: DayDocument): readonly string[] {
  if (corrected === null) return []
  const settled = trades.flatMap(({ settlement }) => (settlement === null ? [] : [`${settlementWords(settlement)}.`]))
  return [
    ['**Settled**: this report takes the place of the one that was told with the position open.', ...settled].join(' '),
  ]
}

export function dayReported(entry: JournalEntry, event: Reported, context: RenderContext): Post {
  const { document } = context
  const report = document === null ? null : asDayReport(document)
  const lines = ruleLines(event)
  const isOpen = document !== null && isUnsettled(document, event)
  const mark = isOpen ? '⏳' : event.netPnlCents > 0 ? '✅' : event.netPnlCents < 0 ? '🔻' : '🏁'
  const chart = report !== null && report.pnlPoints.length > 0 ? { kind: 'day_pnl' as const, report } : null
  const happened = report === null ? [] : [tradesField(report.trades), decisionsField(report)]
  const file = document === null ? null : attachedReport(document)
  return post(entry, context, {
    tier: 'normal',
    colour: isOpen ? COLOURS.warning : pnlColour(event.netPnlCents),
    title: `${mark} Day's report, ${dayName(entry.date)}: ${isOpen ? NOT_SETTLED : signedMoney(event.netPnlCents)}`,
    description: [
      ...(report === null ? [] : [isOpen ? OPEN : `${statusWords(report.status)}. ${otherPnls(report)}`]),
      ...(document === null || isOpen ? [] : correctedLines(document)),
      ...(isOpen ? [] : [towardsTarget(event.netPnlCents, event.targetDailyCents)]),
      lightText(event, document !== null),
      ...(document === null ? [] : [configurationLine(document)]),
      ...(document !== null && file === null ? ['The report is too large to attach; `/report` shows it.'] : []),
    ].join('\n'),
    fields: [
      ...happened,
      line(rulesTitle(lines), clip(lines.join('\n'), RULES_TEXT_MAX)),
      numberField(entry, event),
      ...(document === null ? [] : measuredFields(document)),
    ],
    textMax: REPORT_TEXT_MAX,
    ...(chart === null ? {} : { chart, image: CHART_FILE }),
    ...(file === null ? {} : { file }),
  })
}

const CONDITION_MAX = 360

export function lightChanged(entry: JournalEntry, event: EventOf<'light_changed'>, context: RenderContext): Post {
  const { from, to, days, conditions } = event
  const isWorse = ['green', 'yellow', 'red'].indexOf(to) > ['green', 'yellow', 'red'].indexOf(from)
  return post(entry, context, {
    tier: 'normal',
    colour: isWorse ? COLOURS.warning : COLOURS.gain,
    title: `🚦 The light changed: ${lightMark(from)} → ${lightWords(to)}`,
    description: [
      `Over the last ${several(days, 'trading day')} of the campaign:`,
      ...conditions.map((text) => plain(text, CONDITION_MAX)),
      ...madeUp(entry),
    ].join('\n'),
  })
}

const VERDICT_COLOURS: Readonly<Record<VerdictTold['word'], number>> = {
  INSUFFICIENT: COLOURS.neutral,
  CONSISTENT: COLOURS.gain,
  INCONSISTENT: COLOURS.loss,
  DRIFTING: COLOURS.warning,
}

export function verdictChanged(entry: JournalEntry, event: EventOf<'verdict_changed'>, context: RenderContext): Post {
  return post(entry, context, {
    tier: 'normal',
    colour: VERDICT_COLOURS[event.to],
    title: `⚖️ The verdict changed: ${event.from} → ${event.to}`,
    description: `About ${money(event.verdict.targetCents)} a day, after ${several(event.verdict.days, 'trading day')}.`,
    fields: [line('Why, and what would change it', numberText(entry, event.verdict))],
  })
}
