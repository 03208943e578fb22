/** The messages of a channel or thread, with day lines, what was sent and not answered yet, and who is typing. */
import type { APIMessage } from 'discord.js'
import { html, nothing, type TemplateResult } from 'lit'
import { guard } from 'lit/directives/guard.js'
import { ref } from 'lit/directives/ref.js'
import { repeat } from 'lit/directives/repeat.js'
import type { PageChannel } from '../../../discord/page-api.ts'
import type { App } from '../app.ts'
import { type Feed, feedOf, nameColor, type Pending } from '../state.ts'
import { dayNumber, formatDay } from '../text/timestamps.ts'
import { avatar } from './avatar.ts'
import { icon } from './icons.ts'
import { messageView, usedCommand, usedView } from './message.ts'
import { isAtEnd, keepAtEnd, scrollToEnd } from './scroll.ts'

const GROUP_WITHIN_MS = 7 * 60_000
const LOAD_OLDER_WITHIN_PX = 200

export function messageListView(app: App, channel: PageChannel): TemplateResult {
  const feed = feedOf(app.state, channel.id)
  const second = Math.floor(app.state.now_ms / 1000)
  const onScroll = (event: Event) => {
    // The listener is on the list itself.
    const list = event.currentTarget as HTMLElement
    if (list.scrollTop < LOAD_OLDER_WITHIN_PX) app.loadOlder(channel.id)
    app.requestRender()
  }
  return html`<div class="message-list-box">
    <div class="message-list" role="log" aria-label="Messages in ${channel.name}" tabindex="0"
      @scroll=${onScroll} ${ref(keepAtEnd(channel.id))}>
      <div class="message-list-inside">
        ${guard([channel.id, app.revision, second, feed], () => [
          feed.status === 'loaded' && !feed.hasMore ? welcomeView(channel) : nothing,
          feed.status === 'loading' && feed.messages.length === 0 ? skeleton() : nothing,
          rowsView(app, channel, feed),
          pendingView(app, channel.id),
        ])}
      </div>
    </div>
    ${
      isAtEnd(channel.id)
        ? nothing
        : html`<button type="button" class="jump" @click=${() => scrollToEnd(channel.id)}>${icon('down', 16)} Jump to present</button>`
    }
    ${typingView(app, channel.id)}
  </div>`
}

function rowsView(app: App, channel: PageChannel, feed: Feed): unknown {
  const messages = channel.kind === 'thread' ? withStarter(app, channel, feed.messages) : feed.messages
  return repeat(
    messages,
    (message) => message.id,
    (message, i) => {
      const before = messages[i - 1]
      const at_ms = Date.parse(message.timestamp)
      const isNewDay = !before || dayNumber(Date.parse(before.timestamp)) !== dayNumber(at_ms)
      const grouped = !isNewDay && before.id !== channel.id && belongsTo(before, message, feed)
      return html`${isNewDay ? html`<div class="day" role="separator"><span>${formatDay(at_ms)}</span></div>` : nothing}
        ${messageView(app, { message, ephemeral: feed.ephemeral.has(message.id), grouped, showThread: channel.kind === 'text' })}`
    },
  )
}

/** A thread begins with the message it was made from, where that is known. */
function withStarter(app: App, thread: PageChannel, messages: readonly APIMessage[]): readonly APIMessage[] {
  const starter = feedOf(app.state, thread.parentId ?? '').messages.find((message) => message.id === thread.id)
  const told = messages.find((message) => message.type === 21)?.referenced_message
  const own = messages.filter((message) => message.type !== 21)
  const first = starter ?? told
  return first ? [first, ...own] : own
}

function belongsTo(before: APIMessage | undefined, message: APIMessage, feed: Feed): boolean {
  if (!before || before.author.id !== message.author.id || message.type !== 0 || ![0, 19, 20].includes(before.type))
    return false
  if (usedCommand(message) !== null || feed.ephemeral.has(before.id) !== feed.ephemeral.has(message.id)) return false
  return Date.parse(message.timestamp) - Date.parse(before.timestamp) < GROUP_WITHIN_MS
}

function welcomeView(channel: PageChannel): TemplateResult {
  const isThread = channel.kind === 'thread'
  return html`<div class="welcome">
    <span class="welcome-icon">${icon(isThread ? 'thread' : 'hash', 40)}</span>
    <h3>${isThread ? channel.name : `Welcome to #${channel.name}!`}</h3>
    <p>${isThread ? 'This is the start of the thread.' : `This is the start of the #${channel.name} channel.`}
      ${channel.topic ?? ''}</p>
  </div>`
}

const skeleton = (): TemplateResult =>
  html`<div class="skeleton" aria-label="Loading messages">${[62, 40, 75, 54].map(
    (width) => html`<div><i></i><span><b></b><b style="width:${width}%"></b></span></div>`,
  )}</div>`

/** Commands on their way, and those that failed: only the person who sent them sees these lines. */
function pendingView(app: App, channelId: string): unknown {
  const pending = [...app.state.pending.values()].filter((p) => p.what.kind === 'slash' && p.channelId === channelId)
  return repeat(
    pending,
    (p) => p.ref,
    (p) => pendingRow(app, p),
  )
}

function pendingRow(app: App, pending: Pending): TemplateResult {
  if (pending.what.kind !== 'slash') return html``
  const { world } = app.state
  const bot = world?.users.get(world.application.botUserId)
  const name = bot?.displayName ?? 'App'
  return html`<div class="message ephemeral pending" role="article" aria-label="Your command">
    ${usedView(app, pending.what.userId, pending.what.name)}
    <div class="message-row"><div class="message-avatar">${avatar(bot, name, 40)}</div>
      <div class="message-body">
        <div class="message-head"><discord-author-info author=${name} bot
            role-color=${(bot && nameColor(app.state, bot.id)) ?? nothing}></discord-author-info></div>
        ${
          pending.failure === null
            ? html`<div class="thinking"><span class="dots"><i></i><i></i><i></i></span> Sending command…</div>`
            : html`<div class="interaction-failed" role="alert">${icon('alert', 16)} ${pending.failure}</div>
            <div class="only-you">${icon('eye', 16)} Only you can see this ·
              <button type="button" class="text-link" @click=${() => app.forget(pending.ref)}>Dismiss message</button></div>`
        }
      </div>
    </div>
  </div>`
}

function typingView(app: App, channelId: string): TemplateResult {
  const names = [...(app.state.typing.get(channelId) ?? [])]
    .filter(([userId, until_ms]) => until_ms > app.state.now_ms && userId !== app.state.userId)
    .map(([userId]) => app.state.world?.users.get(userId)?.displayName ?? 'Someone')
  if (names.length === 0) return html`<div class="typing"></div>`
  const verb = names.length === 1 ? 'is' : 'are'
  return html`<div class="typing" role="status"><span class="dots"><i></i><i></i><i></i></span> <b>${names.join(', ')}</b> ${verb} typing…</div>`
}
