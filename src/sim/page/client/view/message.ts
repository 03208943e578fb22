/** One message with everything that hangs on it. */
import '@skyra/discord-components-core/discord-author-info.js'
import type { APIMessage } from 'discord.js'
import { html, nothing, type TemplateResult } from 'lit'
import type { App } from '../app.ts'
import { nameColor } from '../state.ts'
import { summaryOf } from '../text/summary.ts'
import { formatFull, formatHeader, formatHour } from '../text/timestamps.ts'
import { avatar } from './avatar.ts'
import { componentsView } from './components.ts'
import { embedView, resolveUrl } from './embed.ts'
import { icon } from './icons.ts'
import { markup } from './markup.ts'
import { attachmentView } from './media.ts'
import { threadChip } from './thread.ts'

const LOADING = 128
const COMPONENTS_V2 = 32768
const PLAIN_TYPES = new Set([0, 19, 20, 23])

interface MessageProps {
  readonly message: APIMessage
  readonly ephemeral: boolean
  /** Follows a message of the same author closely: no picture and name again. */
  readonly grouped: boolean
  /** False inside the thread itself. */
  readonly showThread: boolean
  /** Where it is drawn, when it is drawn a second time: keeps its menus apart. */
  readonly scope?: string
}

export function messageView(app: App, props: MessageProps): TemplateResult {
  const { message, ephemeral, grouped } = props
  if (!PLAIN_TYPES.has(message.type)) return systemView(app, message)
  const classes = `message ${grouped ? 'grouped' : ''} ${ephemeral ? 'ephemeral' : ''} ${mentionsMe(app, message) ? 'mentioned' : ''}`
  const { world } = app.state
  const author = world?.users.get(message.author.id)
  const name = author?.displayName ?? message.author.global_name ?? message.author.username
  const at_ms = Date.parse(message.timestamp)
  const color = nameColor(app.state, message.author.id)
  return html`<div class=${classes} role="article" aria-label="Message from ${name}" data-message-id=${props.scope === undefined ? message.id : nothing}>
    ${grouped ? nothing : replyView(app, message)}
    <div class="message-row">
      ${
        grouped
          ? html`<time class="message-hour" title=${formatFull(at_ms)}>${formatHour(at_ms)}</time>`
          : html`<div class="message-avatar">${avatar(author, name, 40)}</div>`
      }
      <div class="message-body">
        ${
          grouped
            ? nothing
            : html`<div class="message-head"><discord-author-info author=${name} ?bot=${message.author.bot === true}
              role-color=${color ?? nothing}></discord-author-info>
            <time title=${formatFull(at_ms)}>${formatHeader(at_ms, app.state.now_ms)}</time></div>`
        }
        ${contentView(app, message, props.scope ?? (props.showThread ? 'channel' : 'thread'))}
        ${ephemeral ? ephemeralView(app, message) : nothing}
        ${props.showThread ? threadChip(app, message.id) : nothing}
      </div>
    </div>
  </div>`
}

function contentView(app: App, message: APIMessage, scope: string): TemplateResult {
  const flags = message.flags ?? 0
  if ((flags & LOADING) !== 0 && message.content === '' && message.embeds.length === 0) {
    const name = app.state.world?.users.get(message.author.id)?.displayName ?? message.author.username
    return html`<div class="thinking" role="status"><span class="dots"><i></i><i></i><i></i></span> ${name} is thinking…</div>`
  }
  const isV2 = (flags & COMPONENTS_V2) !== 0
  const used = usedUrls(message)
  const files = isV2 ? [] : message.attachments.filter((attachment) => !used.has(attachment.url))
  const edited = message.edited_timestamp
    ? html`<span class="edited" title=${formatFull(Date.parse(message.edited_timestamp))}>(edited)</span>`
    : nothing
  return html`${message.content ? html`<div class="content">${markup(app, message.content, message.id)}${edited}</div>` : nothing}
    ${files.map((attachment) => attachmentView(app, attachment))}
    ${message.embeds.map((embed, i) => embedView(app, message, embed, i))}
    ${componentsView(app, message, scope)}
    ${message.content ? nothing : edited}`
}

/** Files that an embed shows are not shown again as files. */
function usedUrls(message: APIMessage): ReadonlySet<string> {
  const urls = message.embeds.flatMap((embed) => [embed.image?.url, embed.thumbnail?.url, embed.author?.icon_url])
  return new Set(urls.filter((url) => url !== undefined).map((url) => resolveUrl(message, url)))
}

function ephemeralView(app: App, message: APIMessage): TemplateResult {
  return html`<div class="only-you">${icon('eye', 16)} Only you can see this ·
    <button type="button" class="text-link" @click=${() => app.dismiss(message.channel_id, message.id)}>Dismiss message</button>
  </div>`
}

function replyView(app: App, message: APIMessage): TemplateResult | typeof nothing {
  const used = usedCommand(message)
  if (used) return usedView(app, used.userId, used.name)
  const replied = message.referenced_message
  if (message.type !== 19 || !replied) return nothing
  const user = app.state.world?.users.get(replied.author.id)
  const text = summaryOf(replied)
  return html`<div class="reply"><i class="reply-line"></i>${avatar(user, replied.author.username, 16)}
    <b style="color:${nameColor(app.state, replied.author.id) ?? ''}">${user?.displayName ?? replied.author.username}</b>
    <span class="reply-text">${text}</span></div>`
}

/** The line over an answer: who used which command. */
export function usedView(app: App, userId: string, name: string): TemplateResult {
  const user = app.state.world?.users.get(userId)
  return html`<div class="reply"><i class="reply-line"></i>${avatar(user, 'User', 16)}
    <b style="color:${nameColor(app.state, userId) ?? ''}">${user?.displayName ?? 'Someone'}</b>
    <span>used</span> <span class="used-command">/${name}</span></div>`
}

export function usedCommand(message: APIMessage): { userId: string; name: string } | null {
  // Members that the type has as of several kinds; here only these are looked at.
  const data = (message as { interaction_metadata?: { type?: number; name?: string; user?: { id: string } } })
    .interaction_metadata
  const old = (message as { interaction?: { type?: number; name?: string; user?: { id: string } } }).interaction
  const name = old?.name ?? data?.name
  const userId = old?.user?.id ?? data?.user?.id
  const isCommand = (old?.type ?? data?.type) === 2
  return isCommand && name && userId ? { userId, name } : null
}

function mentionsMe(app: App, message: APIMessage): boolean {
  const me = app.state.world?.users.get(app.state.userId ?? '')
  if (!me) return false
  return (
    message.mention_everyone === true ||
    (message.mentions ?? []).some((user) => user.id === me.id) ||
    (message.mention_roles ?? []).some((role) => me.roles.includes(role))
  )
}

/** Lines that tell of a thread or a pin rather than being written by someone. */
function systemView(app: App, message: APIMessage): TemplateResult {
  const name = app.state.world?.users.get(message.author.id)?.displayName ?? message.author.username
  const at_ms = Date.parse(message.timestamp)
  const text =
    message.type === 18
      ? html` started a thread: <b>${message.content}</b>`
      : message.type === 6
        ? html` pinned a message to this channel.`
        : html` ${message.content}`
  const thread = message.message_reference?.channel_id
  const open = () => thread && app.state.channels.has(thread) && app.openChannel(thread)
  return html`<div class="message system" role="article" aria-label="System message" data-message-id=${message.id}>
    <span class="system-icon">${icon(message.type === 6 ? 'pin' : 'thread', 18)}</span>
    <span><b>${name}</b>${text}
      ${message.type === 18 && thread ? html`<button type="button" class="text-link" @click=${open}>See thread</button>` : nothing}
      <time>${formatHeader(at_ms, app.state.now_ms)}</time></span>
  </div>`
}
