/** The pinned messages of a channel, each as it is now, with a way to its place. */
import type { APIMessage } from 'discord.js'
import { html, nothing, type TemplateResult } from 'lit'
import type { PageChannel } from '../../../discord/page-api.ts'
import type { App } from '../app.ts'
import { icon } from './icons.ts'
import { messageView } from './message.ts'

export function pinsView(app: App, channel: PageChannel): TemplateResult {
  const close = () => app.setUi({ pins: false })
  const messages = app.state.pinned.get(channel.id) ?? []
  return html`<div class="backdrop" @click=${close}></div>
    <div class="menu pins" role="dialog" aria-label="Pinned messages">
      <h2>${icon('pin', 18)} Pinned messages</h2>
      ${messages.map((message) => pinView(app, message))}
      ${messages.length === 0 ? emptyView(channel) : nothing}
    </div>`
}

const emptyView = (channel: PageChannel): TemplateResult =>
  channel.pinned.length === 0
    ? html`<p class="menu-empty">This channel has no pinned messages yet.</p>`
    : html`<p class="menu-empty">Reading the pinned messages…</p>`

function pinView(app: App, message: APIMessage): TemplateResult {
  return html`<div class="pin">
    ${messageView(app, { message, ephemeral: false, grouped: false, showThread: false, scope: 'pins' })}
    <button type="button" class="pin-jump" @click=${() => app.jumpTo(message.channel_id, message.id)}>Jump</button>
  </div>`
}
