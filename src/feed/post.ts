/** A post of the feed as data: what `render` makes of a journal entry and what the publisher sends. */
import type { APIEmbed } from 'discord.js'
import type { ChartRequest } from '../report/chart.ts'
import type { JsonFile } from '../report/day/report-file.ts'
import type { DayDocument } from '../report/day/schema.ts'
import { duration, sourceBadge } from '../report/format.ts'
import type { JournalEntry } from '../session/events.ts'
import { MINUTE_MS } from '../time/units.ts'
import { buttonsOf, type PostButton } from './buttons.ts'
import { clip, type EmbedParts, embed, type Field, line } from './embed.ts'

/** `silent`: no notification. `ping`: mentions the alert roles. `ask`: mentions the approvers' roles. */
export type PostTier = 'silent' | 'normal' | 'ping' | 'ask'

export interface Post {
  readonly tier: PostTier
  readonly embed: APIEmbed
  /** A picture to draw and attach before sending; a post goes out without it when drawing fails. */
  readonly chart: ChartRequest | null
  /** To attach beside it; absent: none. A post that is made again keeps what it has. */
  readonly file?: JsonFile
  /** Absent: none. */
  readonly buttons?: readonly PostButton[]
}

export interface RenderContext {
  /** Wall time of rendering, for how late a post is. */
  readonly nowWall_ms: number
  /** The report of the entry's day, for the posts that show it. */
  readonly document: DayDocument | null
}

/** From this age on, a post says how late it is. */
const LATE_FROM_MS = MINUTE_MS

/** The name under which a post is known and found again: source, profile, feed number. */
export function footerOf(entry: Pick<JournalEntry, 'source' | 'profile' | 'feedNo'>): string {
  return `${clip(sourceBadge(entry.source), 120)} · ${entry.profile} · #${entry.feedNo ?? 0}`
}

type PostParts = Omit<EmbedParts, 'footer' | 'at_ms'> & {
  readonly tier: PostTier
  readonly chart?: ChartRequest
  readonly file?: JsonFile
}

/** Whoever is called must know at once which of several accounts it is about. */
function titled({ tier, title }: PostParts, { profile }: Pick<JournalEntry, 'profile'>): string {
  return tier === 'ping' && !title.includes(profile) ? `${title} · ${profile}` : title
}

/** What every post has: its footer, in a ping's title its account, the market time of its event and, when late, by how much. */
export function post(entry: JournalEntry, context: RenderContext, parts: PostParts): Post {
  const late_ms = context.nowWall_ms - entry.atWall_ms
  const late: Field[] =
    late_ms >= LATE_FROM_MS ? [line('Delivered late', `${duration(late_ms)} after it happened`)] : []
  const buttons = buttonsOf(entry)
  return {
    tier: parts.tier,
    embed: embed({
      ...parts,
      title: titled(parts, entry),
      fields: [...late, ...(parts.fields ?? [])],
      footer: footerOf(entry),
      at_ms: entry.atMarket_ms,
    }),
    chart: parts.chart ?? null,
    ...(parts.file === undefined ? {} : { file: parts.file }),
    ...(buttons.length === 0 ? {} : { buttons }),
  }
}
