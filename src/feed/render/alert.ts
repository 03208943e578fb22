/** Alerts of the engine: something the team should know, or must act on; and that it is over. */
import { withDayNames } from '../../report/format.ts'
import { headline } from '../../report/words.ts'
import type { EventOf, JournalEntry } from '../../session/events.ts'
import { COLOURS, plain } from '../embed.ts'
import { type Post, post, type RenderContext } from '../post.ts'

/** An alert says what to do: it is not cut short of that. */
const MESSAGE_MAX = 2_400

/** Codes of what is well again, like `engine_back`. */
const isGoodNews = (code: string): boolean => code.endsWith('_back')

function look({ critical, code }: EventOf<'engine_alert'>): { readonly sign: string; readonly colour: number } {
  if (critical) return { sign: '🚨', colour: COLOURS.loss }
  return isGoodNews(code) ? { sign: '✅', colour: COLOURS.gain } : { sign: '⚠️', colour: COLOURS.warning }
}

export function engineAlert(entry: JournalEntry, event: EventOf<'engine_alert'>, context: RenderContext): Post {
  const { sign, colour } = look(event)
  return post(entry, context, {
    tier: event.critical ? 'ping' : 'normal',
    colour,
    title: `${sign} ${headline(event.code)}`,
    description: plain(withDayNames(event.message), MESSAGE_MAX),
  })
}
