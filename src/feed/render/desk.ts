/** The team's authority in the feed: what waits for a second person, limits of the day, alerts nobody took, drills. */
import { dayName, decimal, duration, withDayNames } from '../../report/format.ts'
import { limitValue } from '../../report/words.ts'
import { DAY_LIMIT_ENTRIES } from '../../session/day-limits.ts'
import type { ApprovalSubject, DeskEvent, SwitchAfterDrill } from '../../session/desk-events.ts'
import type { EventOf, JournalEntry } from '../../session/events.ts'
import { COLOURS, figure, line, plain } from '../embed.ts'
import { type Post, post, type RenderContext } from '../post.ts'

const TEXT_MAX = 400
const STEPS_MAX = 12

const CAUSES: Readonly<Record<Extract<ApprovalSubject, { kind: 'resume' }>['cause'], string>> = {
  breach: 'after a breach',
  halt: 'after a halt',
  desk: 'after the desk held it back',
}

/** `Resume 25k after a breach` and what that means. */
function subjectWords(subject: ApprovalSubject, profile: string): { readonly title: string; readonly means: string } {
  if (subject.kind === 'resume') {
    const means = `Entries would be allowed again. It is held back: ${plain(withDayNames(subject.why), TEXT_MAX)}.`
    return { title: `Resume ${profile} ${CAUSES[subject.cause]}`, means }
  }
  const { limit, from, to, date } = subject
  const { name } = DAY_LIMIT_ENTRIES[limit]
  const change = `${limitValue(limit, from)} → ${limitValue(limit, to)}`
  return {
    title: `Raise a limit of ${profile} for ${dayName(date)}`,
    means: `The ${name}: **${change}**, on that day only. It stays in the campaign's record.`,
  }
}

function approvalRequested(entry: JournalEntry, event: EventOf<'approval_requested'>, context: RenderContext): Post {
  const { title, means } = subjectWords(event.subject, entry.profile)
  const left_ms = event.expires_wall_ms - context.nowWall_ms
  return post(entry, context, {
    tier: 'ask',
    colour: COLOURS.warning,
    title: `✋ Needs a second person: ${title}`,
    description: `Asked for by **${plain(event.requester.name, TEXT_MAX)}**: ${plain(event.reason, TEXT_MAX)}.\n${means}`,
    fields: [
      line(
        'Who decides',
        'An approver other than whoever asked. Anybody of the team may deny. No answer in time is a no.',
      ),
      figure('Answer within', left_ms > 0 ? duration(left_ms) : 'over'),
    ],
  })
}

const change = ({ limit, from, to, configured }: EventOf<'day_limit_raised'> | EventOf<'day_limit_lowered'>) => [
  figure(DAY_LIMIT_ENTRIES[limit].name, `${limitValue(limit, from)} → **${limitValue(limit, to)}**`),
  figure('Configured', limitValue(limit, configured)),
]

function dayLimitRaised(entry: JournalEntry, event: EventOf<'day_limit_raised'>, context: RenderContext): Post {
  const [requester, approver] = [plain(event.requester.name, TEXT_MAX), plain(event.approver.name, TEXT_MAX)]
  return post(entry, context, {
    tier: 'normal',
    colour: COLOURS.warning,
    title: `🔺 Limit raised for ${dayName(entry.date)}`,
    description: `Asked for by **${requester}** (${plain(event.reason, TEXT_MAX)}), approved by **${approver}**. It is gone tomorrow and stays in the campaign's record; the verdict goes on.`,
    fields: change(event),
  })
}

function dayLimitLowered(entry: JournalEntry, event: EventOf<'day_limit_lowered'>, context: RenderContext): Post {
  return post(entry, context, {
    tier: 'normal',
    colour: COLOURS.neutral,
    title: `🔻 Limit lowered for ${dayName(entry.date)}`,
    description: `By **${plain(event.actor.name, TEXT_MAX)}**: ${plain(event.reason, TEXT_MAX)}. It is gone tomorrow.`,
    fields: change(event),
  })
}

function alertRepeated(entry: JournalEntry, event: EventOf<'alert_repeated'>, context: RenderContext): Post {
  const age_ms = Math.max(0, entry.atWall_ms - event.alert_wall_ms)
  const isDaily = event.number >= event.of
  return post(entry, context, {
    tier: 'ping',
    colour: COLOURS.loss,
    title: `🔁 Nobody has acknowledged #${event.alertNo}`,
    description: `${plain(event.title, TEXT_MAX)}\nSaid ${duration(age_ms)} ago; repetition ${event.number}${isDaily ? '; from now on once a day' : ''}.`,
  })
}

/** What became of the switch, and what to do about it. Of an older journal nothing is claimed. */
export function afterDrill(left: SwitchAfterDrill | undefined): string {
  switch (left) {
    case 'restored':
      return 'Everything is as it was before.'
    case 'kept':
      return 'The switch was left as it is, because somebody or something else set it meanwhile: `/status` shows it, `/resume` sets it back.'
    case 'unknown':
      return 'The switch may still be off: no worker had put it back by then, and the bot goes on asking. See that one runs (`/health`); if `/status` still shows it off, `/resume`.'
    case undefined:
      return '`/status` shows how the switch stands.'
  }
}

function drillEnded(entry: JournalEntry, event: EventOf<'drill_ended'>, context: RenderContext): Post {
  const failed = event.steps.filter(({ ok }) => !ok).length
  return post(entry, context, {
    tier: failed === 0 ? 'silent' : 'normal',
    colour: failed === 0 ? COLOURS.gain : COLOURS.loss,
    title: failed === 0 ? '🧯 Drill passed' : `🧯 Drill: ${failed} of ${event.steps.length} steps failed`,
    description: `By **${plain(event.actor.name, TEXT_MAX)}**. ${afterDrill(event.left)}`,
    fields: event.steps
      .slice(0, STEPS_MAX)
      .map(({ name, ok, proved, took_ms }) =>
        line(
          `${ok ? '✅' : '❌'} ${plain(name, 80)}${took_ms === null ? '' : ` · ${decimal(took_ms / 1000, 2)} s`}`,
          plain(proved, TEXT_MAX),
        ),
      ),
  })
}

/** Null: this event is never published. */
export function deskPost(entry: JournalEntry, event: DeskEvent, context: RenderContext): Post | null {
  switch (event.type) {
    case 'approval_requested':
      return approvalRequested(entry, event, context)
    case 'day_limit_raised':
      return dayLimitRaised(entry, event, context)
    case 'day_limit_lowered':
      return dayLimitLowered(entry, event, context)
    case 'alert_repeated':
      return alertRepeated(entry, event, context)
    case 'drill_ended':
      return drillEnded(entry, event, context)
    case 'approval_decided':
    case 'approval_applied':
    case 'alert_acknowledged':
    case 'drill_started':
    case 'drill_probed':
    case 'drill_restored':
    case 'command_audited':
      return null
    default:
      return event satisfies never
  }
}
