/** The account's switch, and orders that the desk's own risk check did not let out. */

import { withDayNames } from '../../report/format.ts'
import { headline, numberWords } from '../../report/words.ts'
import { DENIALS } from '../../session/denial.ts'
import type { EventOf, JournalEntry } from '../../session/events.ts'
import { COLOURS, figure, line, plain } from '../embed.ts'
import { type Post, post, type RenderContext } from '../post.ts'

const SWITCH = {
  ACTIVE: { title: '▶️ Resumed', colour: COLOURS.gain, means: 'New entries are allowed again.' },
  REDUCING: { title: '⏸️ Paused', colour: COLOURS.warning, means: 'No new entries; what is open is managed as ever.' },
  HALTED: { title: '🛑 Halted', colour: COLOURS.loss, means: 'No new entries; what is open is closed now.' },
} as const

export function controlSet(entry: JournalEntry, event: EventOf<'control_set'>, context: RenderContext): Post {
  const { title, colour, means } = SWITCH[event.mode]
  const second = event.approver === undefined ? '' : `, approved by **${plain(event.approver.name)}**`
  return post(entry, context, {
    tier: event.mode === 'HALTED' ? 'ping' : 'normal',
    colour,
    title: `${title}: ${entry.profile}`,
    description: `By **${plain(event.actor.name)}**${second}: ${plain(withDayNames(event.reason))}. ${means}`,
  })
}

export function orderDenied(entry: JournalEntry, event: EventOf<'order_denied'>, context: RenderContext): Post {
  const { means, whatToDo, guards } = DENIALS[event.code]
  const numbers = Object.entries(event.numbers).map(([name, value]) => {
    const [label, shown] = numberWords(name, value)
    return figure(label, plain(shown))
  })
  return post(entry, context, {
    tier: 'normal',
    colour: COLOURS.warning,
    title: `🛡️ Not sent: ${headline(event.code)}`,
    description: `${means} ${whatToDo}`,
    fields: [...numbers, line('Order', `\`${event.clientOrderId}\` · guard ${guards}`)],
  })
}
