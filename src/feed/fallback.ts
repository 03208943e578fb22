/** The post for an entry that cannot be shown as it should: it keeps the number, and says where to look. */

import { headline } from '../report/words.ts'
import type { JournalEntry } from '../session/events.ts'
import { buttonsOf } from './buttons.ts'
import { COLOURS, embed } from './embed.ts'
import { footerOf, type Post } from './post.ts'

export function fallbackPost(entry: JournalEntry): Post {
  const buttons = buttonsOf(entry)
  return {
    tier: 'normal',
    embed: embed({
      colour: COLOURS.warning,
      title: headline(entry.event.type),
      description: 'This event could not be shown in full. Its details are in the journal and in `/report`.',
      footer: footerOf(entry),
      at_ms: entry.atMarket_ms,
    }),
    chart: null,
    ...(buttons.length === 0 ? {} : { buttons }),
  }
}
