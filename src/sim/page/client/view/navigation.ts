/** The left side: the rail of servers and the list of channels with their open threads. */
import { html, nothing, type TemplateResult } from 'lit'
import type { PageChannel } from '../../../discord/page-api.ts'
import type { App } from '../app.ts'
import { icon } from './icons.ts'
import { userPanel } from './people.ts'
import { threadsOf } from './thread.ts'

const THREADS_SHOWN_MAX = 8

export function navigationView(app: App): TemplateResult {
  const { world, ui } = app.state
  const close = () => app.setUi({ drawer: false })
  return html`${ui.drawer ? html`<div class="backdrop dim drawer-backdrop" @click=${close}></div>` : nothing}
    <div class="navigation ${ui.drawer ? 'shown' : ''}">
      <nav class="rail" aria-label="Servers">
        <div class="rail-item on" title=${world?.guild.name ?? ''}><span class="rail-icon">${initials(world?.guild.name ?? '')}</span></div>
      </nav>
      <nav class="channels" aria-label="Channels">
        <header class="guild-head"><h1>${world?.guild.name ?? '…'}</h1></header>
        <div class="channel-list">
          <h2 class="category">${icon('chevron', 12)} Text channels</h2>
          ${[...app.state.channels.values()].filter((c) => c.kind === 'text').map((channel) => channelRow(app, channel))}
        </div>
      </nav>
      ${userPanel(app)}
    </div>`
}

const initials = (name: string): string =>
  name
    .split(/\s+/)
    .map((word) => word.slice(0, 1))
    .join('')
    .slice(0, 3)
    .toUpperCase()

function channelRow(app: App, channel: PageChannel): TemplateResult {
  const { state } = app
  const threads = threadsOf(app, channel.id).filter((thread) => !thread.archived || thread.id === state.threadId)
  const isOpen = channel.id === state.channelId
  return html`<button type="button" class="channel ${isOpen ? 'on' : ''} ${state.unread.has(channel.id) ? 'unread' : ''}"
      aria-current=${isOpen ? 'page' : nothing} @click=${() => app.openChannel(channel.id)}>${icon('hash', 20)}<span>${channel.name}</span></button>
    ${
      threads.length > 0
        ? html`<div class="channel-threads">${threads.slice(0, THREADS_SHOWN_MAX).map(
            (thread) => html`<button type="button" class="channel thread ${thread.id === state.threadId ? 'on' : ''}
            ${state.unread.has(thread.id) ? 'unread' : ''}" @click=${() => app.openChannel(thread.id)}><span>${thread.name}</span></button>`,
          )}</div>`
        : nothing
    }`
}
