/** Draws parsed markup. Text only ever becomes text nodes. */
import '@skyra/discord-components-core/discord-mention.js'
import { html, nothing, type TemplateResult } from 'lit'
import { classMap } from 'lit/directives/class-map.js'
import type { App } from '../app.ts'
import { cssColor } from '../state.ts'
import { type Block, type Inline, type ListItem, parseMarkdown } from '../text/markdown.ts'
import { parseInline } from '../text/markdown-inline.ts'
import { formatFull, formatMarkupTime } from '../text/timestamps.ts'
import { openSlash } from './composer-actions.ts'

/** A text with all of Discord's markup. `key` makes its spoilers its own. */
export function markup(app: App, source: string, key: string): TemplateResult {
  const context: Context = { app, key, spoilers: 0 }
  return html`<div class="markup">${parse(source).map((block) => blockView(context, block))}</div>`
}

/** A line with inline markup only: embed titles, field names. */
export function inlineMarkup(app: App, source: string, key: string): TemplateResult {
  const context: Context = { app, key, spoilers: 0 }
  return html`${parseInline(source).map((node) => inlineView(context, node))}`
}

const PARSED_KEPT_MAX = 2_000
const parsed = new Map<string, readonly Block[]>()

/** The same texts are drawn again every second; they are read once. */
function parse(source: string): readonly Block[] {
  let blocks = parsed.get(source)
  if (!blocks) {
    if (parsed.size >= PARSED_KEPT_MAX) parsed.clear()
    blocks = parseMarkdown(source)
    parsed.set(source, blocks)
  }
  return blocks
}

interface Context {
  readonly app: App
  readonly key: string
  spoilers: number
}

function blockView(context: Context, block: Block): TemplateResult {
  switch (block.type) {
    case 'paragraph':
      return html`<div class="p">${inlines(context, block.children)}</div>`
    case 'heading':
      return headingView(block.level, inlines(context, block.children))
    case 'subtext':
      return html`<div class="subtext">${inlines(context, block.children)}</div>`
    case 'quote':
      return html`<blockquote>${block.children.map((child) => blockView(context, child))}</blockquote>`
    case 'list':
      return listView(context, block.items, block.ordered, block.start)
    case 'code':
      return html`<pre tabindex="0"><code data-language=${block.language}>${block.text}</code></pre>`
  }
}

function headingView(level: 1 | 2 | 3, children: unknown): TemplateResult {
  if (level === 1) return html`<h1>${children}</h1>`
  return level === 2 ? html`<h2>${children}</h2>` : html`<h3>${children}</h3>`
}

function listView(context: Context, items: readonly ListItem[], ordered: boolean, start: number): TemplateResult {
  const rows = items.map(
    (item, i) => html`<li style="margin-left:${item.depth * 20}px" value=${ordered ? start + i : nothing}
      class=${item.depth > 0 ? 'nested' : ''}>${inlines(context, item.children)}</li>`,
  )
  return ordered ? html`<ol>${rows}</ol>` : html`<ul>${rows}</ul>`
}

const inlines = (context: Context, nodes: readonly Inline[]) => nodes.map((node) => inlineView(context, node))

function inlineView(context: Context, node: Inline): unknown {
  switch (node.type) {
    case 'text':
      return node.text
    case 'bold':
      return html`<strong>${inlines(context, node.children)}</strong>`
    case 'italic':
      return html`<em>${inlines(context, node.children)}</em>`
    case 'underline':
      return html`<u>${inlines(context, node.children)}</u>`
    case 'strike':
      return html`<s>${inlines(context, node.children)}</s>`
    case 'spoiler':
      return spoilerView(context, node.children)
    case 'code':
      return html`<code>${node.text}</code>`
    case 'link':
      return linkView(context, node)
    case 'time':
      return timeView(context, node.at_s, node.style)
    case 'emoji':
      return html`<span class="custom-emoji">:${node.name}:</span>`
    default:
      return mentionView(context.app, node)
  }
}

const MESSAGE_LINK = /^https:\/\/discord\.com\/channels\/\d+\/(\d+)\/(\d+)$/

/** A link to a message stays on the page, as it stays in Discord's own client. */
function linkView(context: Context, { href, children }: Extract<Inline, { type: 'link' }>): TemplateResult {
  const [, channelId, messageId] = MESSAGE_LINK.exec(href) ?? []
  if (channelId === undefined || messageId === undefined) {
    return html`<a href=${href} target="_blank" rel="noopener noreferrer">${inlines(context, children)}</a>`
  }
  const jump = (event: Event): void => {
    event.preventDefault()
    context.app.openChannel(channelId)
    context.app.jumpTo(channelId, messageId)
  }
  return html`<a href=${href} @click=${jump}>${inlines(context, children)}</a>`
}

function timeView({ app }: Context, at_s: number, style: string): TemplateResult {
  const text = formatMarkupTime(at_s, style, app.state.now_ms)
  return html`<time class="time-mark" title=${formatFull(at_s * 1000)}>${text}</time>`
}

function spoilerView(context: Context, children: readonly Inline[]): TemplateResult {
  context.spoilers += 1
  const id = `${context.key}:${context.spoilers}`
  const revealed = context.app.state.revealed.has(id)
  const reveal = () => context.app.update((state) => state.revealed.add(id))
  if (revealed) return html`<span class="spoiler revealed">${inlines(context, children)}</span>`
  return html`<span class="spoiler" role="button" tabindex="0" aria-label="Spoiler, press to show" @click=${reveal}
    @keydown=${(e: KeyboardEvent) => e.key === 'Enter' && reveal()}><span aria-hidden="true">${inlines(context, children)}</span></span>`
}

type Mention = Extract<Inline, { type: 'user' | 'role' | 'channel' | 'slash' | 'everyone' }>

function mentionView(app: App, node: Mention): TemplateResult {
  switch (node.type) {
    case 'user': {
      const user = app.state.world?.users.get(node.id)
      return html`<discord-mention type="user">${user?.displayName ?? 'unknown-user'}</discord-mention>`
    }
    case 'role': {
      const role = app.state.world?.roles.get(node.id)
      const color = role && role.color !== 0 ? cssColor(role.color) : nothing
      return html`<discord-mention type="role" color=${color}>${role?.name ?? 'deleted-role'}</discord-mention>`
    }
    case 'channel': {
      const channel = app.state.channels.get(node.id)
      const open = () => channel && app.openChannel(channel.id)
      const type = channel?.kind === 'thread' ? 'thread' : 'channel'
      return html`<discord-mention class=${classMap({ known: channel !== undefined })} type=${type} role="link" tabindex="0"
        @click=${open} @keydown=${(e: KeyboardEvent) => e.key === 'Enter' && open()}
        >${channel?.name ?? 'unknown'}</discord-mention>`
    }
    case 'slash': {
      const open = () => openSlash(app, node.name)
      return html`<discord-mention type="slash" role="link" tabindex="0" @click=${open}
        @keydown=${(e: KeyboardEvent) => e.key === 'Enter' && open()}>${node.name}</discord-mention>`
    }
    case 'everyone':
      return html`<discord-mention type="user">${node.text.slice(1)}</discord-mention>`
  }
}
