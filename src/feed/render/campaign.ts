/** A campaign is armed or disarmed. */

import { clockMinute, dayName } from '../../report/format.ts'
import type { EventOf, JournalEntry } from '../../session/events.ts'
import { COLOURS, plain } from '../embed.ts'
import { type Post, post, type RenderContext } from '../post.ts'
import { planTitle, riskSentence } from './plan.ts'

export function campaignArmed(entry: JournalEntry, event: EventOf<'campaign_armed'>, context: RenderContext): Post {
  const { next, plan } = event
  return post(entry, context, {
    tier: 'normal',
    colour: COLOURS.plan,
    title: `🟢 Armed ${plan.profile}: ${planTitle(plan)}`,
    description: [
      `By **${plain(event.actor.name)}**. Next session ${dayName(next.date)}, market ${clockMinute(next.open_ms)}–${clockMinute(next.close_ms)} New York. One session runs each trading day until \`/stop\`.`,
      riskSentence(plan),
    ].join('\n'),
  })
}

export function campaignDisarmed(
  entry: JournalEntry,
  event: EventOf<'campaign_disarmed'>,
  context: RenderContext,
): Post {
  return post(entry, context, {
    tier: 'normal',
    colour: COLOURS.neutral,
    title: `⏹️ Disarmed ${entry.profile}`,
    description: `By **${plain(event.actor.name)}**. No further sessions until \`/start account:${entry.profile}\`.`,
  })
}
