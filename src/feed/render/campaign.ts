/** A campaign is armed or disarmed. */
import { clockMinute, dayName } from '../../report/format.ts'
import { isPlanTold } from '../../session/campaign.ts'
import type { EventOf, JournalEntry } from '../../session/events.ts'
import { COLOURS, plain } from '../embed.ts'
import { type Post, post, type RenderContext } from '../post.ts'
import { planFields, planTitle, riskSentence } from './plan.ts'
import { registeredFields } from './registered.ts'

export function campaignArmed(entry: JournalEntry, event: EventOf<'campaign_armed'>, context: RenderContext): Post {
  const { next, plan } = event
  const hours = `${clockMinute(next.open_ms)}–${clockMinute(next.close_ms)} New York`
  const who = `By **${plain(event.actor.name)}**. First session ${dayName(next.date)}, market ${hours}; then every trading day until \`/stop\`.`
  const isSoon = !isPlanTold(next, entry.atMarket_ms)
  return post(entry, context, {
    tier: 'normal',
    colour: COLOURS.plan,
    title: `🟢 ${plan.profile} armed`,
    description: isSoon ? who : `${who}\n**Plan:** ${planTitle(plan)}. ${riskSentence(plan)}`,
    fields: [...(isSoon ? [] : planFields(plan)), ...registeredFields(event)],
  })
}

export function campaignDisarmed(
  entry: JournalEntry,
  event: EventOf<'campaign_disarmed'>,
  context: RenderContext,
): Post {
  const isDrain = event.mode === 'drain'
  const open = isDrain ? 'No new entries; what is open runs to its own exit' : 'Whatever is open is closed'
  return post(entry, context, {
    tier: 'normal',
    colour: COLOURS.neutral,
    title: isDrain ? `⏏️ ${entry.profile} drains` : `⏹️ ${entry.profile} disarmed`,
    description: `By **${plain(event.actor.name)}**. ${open}; no further sessions until \`/start account:${entry.profile}\`.`,
  })
}
