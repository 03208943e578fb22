/** A trading day's session starts, is refused, or goes on under another worker. */

import { clockMinute, dayName, withDayNames } from '../../report/format.ts'
import { codeWords } from '../../report/words.ts'
import type { EventOf, JournalEntry, Paused } from '../../session/events.ts'
import { COLOURS, line, plain } from '../embed.ts'
import { type Post, post, type RenderContext } from '../post.ts'
import { planFields, planTitle, riskSentence } from './plan.ts'

export function sessionStarted(entry: JournalEntry, event: EventOf<'session_started'>, context: RenderContext): Post {
  const { plan } = event
  const hours = `market ${clockMinute(event.open_ms)}–${clockMinute(event.close_ms)}`
  const window = `entries ${clockMinute(event.windowOpen_ms)}–${clockMinute(event.windowClose_ms)} New York`
  return post(entry, context, {
    tier: 'normal',
    colour: COLOURS.plan,
    title: `📋 Session started: ${planTitle(plan)}`,
    description: [
      `**${dayName(entry.date)}** · ${hours} · ${window}`,
      ...(event.paused === undefined ? [] : [pausedSentence(event.paused)]),
      ...(event.planTold === true ? ['The plan is as posted when it was armed.'] : [riskSentence(plan)]),
    ].join('\n'),
    fields:
      event.planTold === true
        ? []
        : [...planFields(plan), line('Configuration', `\`${plan.configHash.slice(0, 12)}\``)],
  })
}

/** Said wherever a day begins or ends that opens nothing. */
export function pausedSentence({ mode, reason, by }: Paused): string {
  const what = mode === 'HALTED' ? 'Halted' : 'Paused'
  return `⏸️ **${what} by ${plain(by)}** (${plain(withDayNames(reason))}): nothing is opened until \`/resume\`.`
}

export function sessionRefused(entry: JournalEntry, event: EventOf<'session_refused'>, context: RenderContext): Post {
  return post(entry, context, {
    tier: 'ping',
    colour: COLOURS.warning,
    title: `⛔ No session on ${dayName(entry.date)}: ${codeWords(event.code)}`,
    description: plain(event.message),
  })
}

export function sessionResumed(entry: JournalEntry, event: EventOf<'session_resumed'>, context: RenderContext): Post {
  const how = event.handedOver ? 'handed over by its worker' : 'its worker died or lost its lease'
  return post(entry, context, {
    tier: 'silent',
    colour: COLOURS.neutral,
    title: '🔁 Session resumed',
    description: `Now on worker \`${plain(event.worker).replaceAll('`', '')}\`, epoch ${event.epoch}: ${how}. Reconciled with the broker before going on.`,
  })
}
