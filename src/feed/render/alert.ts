/** Alerts of the engine: something the team should know, or must act on. */

import { headline } from '../../report/words.ts'
import type { EventOf, JournalEntry } from '../../session/events.ts'
import { COLOURS, plain } from '../embed.ts'
import { type Post, post, type RenderContext } from '../post.ts'

export function engineAlert(entry: JournalEntry, event: EventOf<'engine_alert'>, context: RenderContext): Post {
  return post(entry, context, {
    tier: event.critical ? 'ping' : 'normal',
    colour: event.critical ? COLOURS.loss : COLOURS.warning,
    title: `${event.critical ? '🚨' : '⚠️'} ${headline(event.code)}`,
    description: plain(event.message),
  })
}
