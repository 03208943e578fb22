/**
 * Why an account opens nothing although its rules might: the switch, a breach, a limit, an entry that was refused. In
 * words with numbers and what to do. Pure. Entry points: `heldWords`, `obstacleWords`.
 */
import { DRILL_REASON } from '../../approval/drills.ts'
import { plain } from '../../feed/embed.ts'
import { clockTime, money, signedMoney, withDayNames } from '../../report/format.ts'
import type { StatusView } from '../../report/views.ts'
import { codeWords, numberWords, REFUSED_OPENING } from '../../report/words.ts'
import { DENIALS } from '../../session/denial.ts'
import type { EventOf, JournalEntry } from '../../session/events.ts'

const TEXT_MAX = 300

/** What to do where one person is not enough. */
const TWO_PERSONS =
  'Resuming takes two persons: an operator types `/resume`, and an approver, somebody else, presses Approve.'

/** Null: nothing is held back. */
export function heldWords(view: StatusView): string | null {
  const { mode, modeReason, guard } = view
  if (mode === 'ACTIVE') return null
  if (guard === undefined && modeReason === DRILL_REASON) {
    return '🧯 **Drill**: halted for a moment; nothing is opened, and what is open stays open.'
  }
  const means = mode === 'HALTED' ? 'what is open is closed, nothing is opened' : 'nothing is opened'
  const why = plain(withDayNames(guard?.why ?? modeReason ?? ''), TEXT_MAX)
  if (guard?.cause === 'breach') return `🛑 **Breach**: ${why}${breachNumbers(view)}; ${means}. ${TWO_PERSONS}`
  const what = mode === 'HALTED' ? '🛑 **Halted**' : '⏸️ **Paused**'
  const by = guard?.cause === 'desk' ? ' by the desk itself' : ''
  const todo = guard === undefined ? '`/resume` allows entries again.' : TWO_PERSONS
  return `${what}${by}${why === '' ? '' : ` (${why})`}: ${means}. ${todo}`
}

/** Of today only: a breach of another day has its numbers in that day's report. */
function breachNumbers({ dayNetPnlCents, plan, guard, date }: StatusView): string {
  if (guard?.why.includes(date) !== true) return ''
  return `, the day's net P&L is ${signedMoney(dayNetPnlCents)} against a limit of ${money(-plan.maxDailyLossCents)}`
}

type Opening = EventOf<'order_refused'> | EventOf<'order_denied'>

interface Told {
  session: EventOf<'session_refused'> | null
  order: { readonly event: Opening; readonly at_ms: number } | null
  abandoned: { readonly event: EventOf<'entry_abandoned'>; readonly at_ms: number } | null
}

/** What came in the way of today's entry last; null: nothing did, or it was filled after all. Entries of one day. */
export function obstacleWords(entries: readonly JournalEntry[], phase: StatusView['phase']): string | null {
  const told: Told = { session: null, order: null, abandoned: null }
  for (const entry of entries) take(told, entry)
  if (told.session !== null) {
    return `⛔ No session today, ${codeWords(told.session.code)}: ${plain(told.session.message, TEXT_MAX)} The next trading day is checked anew; \`/validate\` checks now.`
  }
  const over = phase === 'done' ? 'Nothing more is opened today' : 'Later minutes decide anew'
  if (told.order !== null) return orderWords(told.order.event, told.order.at_ms, over)
  if (told.abandoned === null) return null
  const { event, at_ms } = told.abandoned
  const attempts = `${event.attempts} ${event.attempts === 1 ? 'attempt' : 'attempts'}`
  return `↩️ ${clockTime(at_ms)}: nothing was sold in ${attempts} (${plain(event.reason, TEXT_MAX)}). ${over}.`
}

function take(told: Told, { event, atMarket_ms: at_ms }: JournalEntry): void {
  switch (event.type) {
    case 'session_started':
      Object.assign(told, { session: null, order: null, abandoned: null } satisfies Told)
      break
    case 'session_refused':
      told.session = event
      break
    case 'entry_decided':
      Object.assign(told, { order: null, abandoned: null })
      break
    case 'fill':
      if (event.purpose === 'open') Object.assign(told, { order: null, abandoned: null })
      break
    case 'order_refused':
    case 'order_denied':
      if (event.purpose === 'open') told.order = { event, at_ms }
      break
    case 'entry_abandoned':
      told.abandoned = { event, at_ms }
      break
  }
}

function orderWords(event: Opening, at_ms: number, over: string): string {
  const when = clockTime(at_ms)
  if (event.type === 'order_refused') {
    const said = `${plain(event.message, TEXT_MAX)} (${codeWords(event.code)})`
    return `🚫 ${when}: the broker refused the opening order: ${said}. ${over}. ${REFUSED_OPENING}`
  }
  const { means, whatToDo } = DENIALS[event.code]
  const numbers = Object.entries(event.numbers).map(([name, value]) => numberWords(name, value).join(' '))
  const found = numbers.length === 0 ? '' : ` (${plain(numbers.join(', '), TEXT_MAX)})`
  return `🛡️ ${when}: the desk did not send the opening order. ${means}${found} ${over}. ${whatToDo}`
}
