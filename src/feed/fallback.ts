/**
 * The post for an entry that cannot be shown as it should: it keeps number, tier and lateness, and says where to look.
 */
import { headline } from '../report/words.ts'
import type { JournalEntry } from '../session/events.ts'
import { COLOURS, embed, plain } from './embed.ts'
import { type Post, type PostTier, post, type RenderContext } from './post.ts'

/** `tier`: of the post that it stands for; who is to be mentioned is mentioned. */
export function fallbackPost(entry: JournalEntry, context: RenderContext, tier: PostTier = 'normal'): Post {
  return post(entry, context, {
    tier,
    colour: COLOURS.warning,
    title: headline(entry.event.type),
    description: 'This event could not be shown in full. Its details are in the journal and in `/report`.',
  })
}

const ACCOUNT_MAX = 60

/** Outside the numbers of the feed: the account's posts stop before `missingNo`. */
export function brokenFeedPost(accountId: string, missingNo: number): Post {
  return {
    tier: 'ping',
    embed: embed({
      colour: COLOURS.loss,
      title: '🚨 An account is not posted any more',
      description: `The feed of account \`${plain(accountId, ACCOUNT_MAX).replaceAll('`', '')}\` lacks #${missingNo}, or this version cannot read it: nothing after it is posted, and the other accounts go on. Trading does not depend on it; \`/status\` and \`/report\` show the account. Was the store restored in parts, or the program set back?`,
      footer: 'feed',
    }),
    chart: null,
  }
}
