/**
 * Posts made again after somebody decided or acknowledged: what stood there, who it was, and no more buttons. Entry
 * points: `decidedPost`, `acknowledgedPost`.
 */
import type { Alert } from '../approval/alerts.ts'
import type { Approval } from '../approval/approvals.ts'
import { duration } from '../report/format.ts'
import type { JournalEntry } from '../session/events.ts'
import { buttonsOf } from './buttons.ts'
import { COLOURS, clip, line, plain } from './embed.ts'
import { fallbackPost } from './fallback.ts'
import type { Post } from './post.ts'
import { render } from './render/index.ts'

const TITLE_MAX = 250
const NAME_MAX = 200

/** `posted_ms`: wall time of the post, so that it says what it said. */
function asPosted(entry: JournalEntry, posted_ms: number): Post {
  const context = { nowWall_ms: posted_ms, document: null }
  const { buttons: _, ...rest } = render(entry, context) ?? fallbackPost(entry, context)
  return rest
}

function withLine(post: Post, name: string, value: string, look: { colour: number; title: string }): Post {
  const { embed } = post
  const fields = [...(embed.fields ?? []).slice(0, 24), { ...line(name, value) }]
  return { ...post, embed: { ...embed, color: look.colour, title: clip(look.title, TITLE_MAX), fields } }
}

/** Null: nobody has decided yet. */
export function decidedPost({ entry, request, decided, applied }: Approval, posted_ms: number): Post | null {
  if (decided === null) return null
  const post = asPosted(entry, posted_ms)
  const by = decided.actor === null ? '' : plain(decided.actor.name, NAME_MAX)
  const after = duration(Math.max(0, decided.at_wall_ms - entry.atWall_ms))
  const title = (post.embed.title ?? '').replace(/^.*?: /, '')
  const outcome = applied === null ? 'Being done.' : `${applied.ok ? 'Done' : 'Not done'}: ${plain(applied.message)}`
  switch (decided.decision) {
    case 'approved': {
      const colour = applied?.ok === false ? COLOURS.warning : COLOURS.gain
      return withLine(post, 'Approved', `By **${by}**, ${after} after it was asked for. ${outcome}`, {
        colour,
        title: `✅ Approved: ${title}`,
      })
    }
    case 'denied': {
      const isWithdrawn = decided.actor?.id === request.requester.id
      return withLine(post, isWithdrawn ? 'Withdrawn' : 'Denied', `By **${by}**, ${after} after it was asked for.`, {
        colour: COLOURS.neutral,
        title: `⛔ ${isWithdrawn ? 'Withdrawn' : 'Denied'}: ${title}`,
      })
    }
    case 'expired':
      return withLine(
        post,
        'Expired',
        'Nobody decided in time, so the answer is no. Ask again if it is still wanted; it takes a second person with an approver role.',
        { colour: COLOURS.neutral, title: `⌛ Expired: ${title}` },
      )
  }
}

/** The alert, or one of its repetitions; null: nobody has acknowledged it yet. */
export function acknowledgedPost({ acknowledged, entry }: Alert, shown: JournalEntry, posted_ms: number): Post | null {
  if (acknowledged === null) return null
  const post = asPosted(shown, posted_ms)
  const after = duration(acknowledged.after_ms)
  const which = shown === entry ? '' : ` (#${entry.feedNo ?? 0})`
  const by = `By **${plain(acknowledged.actor.name, NAME_MAX)}**, ${after} after it was posted${which}.`
  const made = withLine(post, 'Acknowledged', by, {
    colour: COLOURS.neutral,
    title: `☑️ ${(post.embed.title ?? '').replace(/^\p{Extended_Pictographic}\uFE0F? /u, '')}`,
  })
  // Before an open, other alerts stand in the same post.
  const others = shown.event.type === 'preflight_reported' ? buttonsOf(shown).slice(1) : []
  return others.length === 0 ? made : { ...made, buttons: others }
}
