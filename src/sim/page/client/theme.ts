/**
 * The web components that draw parts of messages, in this page's colours.
 *
 * Taken from discord-components: names with their app tag, mentions, and the frame of embeds. Not taken: messages,
 * buttons, selects and modals, whose elements cannot be reached by keyboard or by role, and whatever would load
 * pictures from Discord's servers, since the page works offline.
 */
import { DiscordAuthorInfo } from '@skyra/discord-components-core/discord-author-info.js'
import { DiscordEmbed } from '@skyra/discord-components-core/discord-embed.js'
import { DiscordEmbedDescription } from '@skyra/discord-components-core/discord-embed-description.js'
import { DiscordMention } from '@skyra/discord-components-core/discord-mention.js'
import { DiscordVerifiedAuthorTag } from '@skyra/discord-components-core/discord-verified-author-tag.js'
import { type CSSResult, css } from 'lit'

const author = css`
  :host { margin-right: 0; font-size: inherit; line-height: 22px; }
  :host .discord-author-username { color: var(--text-strong); }
`
const tag = css`
  .discord-application-tag { background: var(--brand) !important; border-radius: 4px !important; font-weight: 600; }
`
const mention = css`
  :host { border-radius: 3px; background: var(--mention); color: var(--mention-text); cursor: pointer; font-weight: 500; }
  :host(:hover) { background: var(--brand); color: #fff; }
`
const embed = css`
  :host { color: var(--text); font-size: 14px; line-height: 18px; margin: 2px 0 0; max-width: 100%; }
  :host .discord-left-border { border-radius: 4px 0 0 4px; background: var(--embed-line); }
  :host .discord-embed-root { flex: 0 1 auto; max-width: 516px; min-width: 0; }
  :host .discord-embed-wrapper { background: var(--embed); border: 1px solid var(--line); border-left: 0;
    border-radius: 0 4px 4px 0; max-width: 516px; width: 100%; }
  :host .discord-embed-wrapper .discord-embed-grid { grid-template-columns: minmax(0, 1fr) auto;
    padding: 2px 16px 16px 12px; }
  :host .discord-embed-author { color: var(--text-strong); }
`
const description = css`
  :host { font-size: 14px; line-height: 18px; margin-top: 8px; white-space: normal; }
`

/** Adds the page's colours to the components' own styles; called before the first of them is drawn. */
export function themeComponents(): void {
  const additions: readonly (readonly [{ elementStyles: unknown[] }, CSSResult])[] = [
    [DiscordAuthorInfo, author],
    [DiscordVerifiedAuthorTag, tag],
    [DiscordMention, mention],
    [DiscordEmbed, embed],
    [DiscordEmbedDescription, description],
  ]
  for (const [component, styles] of additions) component.elementStyles.push(styles)
}
