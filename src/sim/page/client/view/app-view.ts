/** The whole page. */
import { html, nothing, type TemplateResult } from 'lit'
import { keyed } from 'lit/directives/keyed.js'
import type { PageChannel } from '../../../discord/page-api.ts'
import type { App } from '../app.ts'
import { composerView } from './composer.ts'
import { icon } from './icons.ts'
import { marketView, tickerView } from './market.ts'
import { lightboxView } from './media.ts'
import { messageListView } from './message-list.ts'
import { modalView } from './modal.ts'
import { navigationView } from './navigation.ts'
import { membersView } from './people.ts'
import { pinsView } from './pins.ts'
import { provokeView } from './provoke.ts'
import { threadListView, threadsOf } from './thread.ts'
import { threadPanel } from './thread-panel.ts'

export function appView(app: App): TemplateResult {
  const { state } = app
  const channel = state.channels.get(state.channelId ?? '')
  return html`<div class="page ${state.ui.side ? 'with-side' : ''} ${state.threadId ? 'with-thread' : ''}"
    @keydown=${(e: KeyboardEvent) => e.key === 'Escape' && closeOverlays(app)}>
    ${noticeView(app)}
    <div class="columns">
      ${navigationView(app)}
      <main class="chat">${channel ? channelView(app, channel) : html`<div class="connecting">Connecting…</div>`}</main>
      ${keyed(state.threadId, threadPanel(app))}
      ${state.ui.side ? html`<aside class="side">${sideHead(app)}${marketView(app)}${provokeView(app)}${membersView(app)}</aside>` : nothing}
    </div>
    ${modalView(app)}${lightboxView(app)}
    ${state.ui.toast ? html`<div class="toast" role="alert">${icon('alert', 18)} ${state.ui.toast}</div>` : nothing}
  </div>`
}

function noticeView(app: App): TemplateResult | typeof nothing {
  const { connection, world, botOnline } = app.state
  if (connection === 'reconnecting') {
    return html`<div class="notice bad" role="status"><span class="dots"><i></i><i></i><i></i></span> Reconnecting…</div>`
  }
  const { outageUntil_ms } = app.state.desk
  if (outageUntil_ms !== null) {
    const left_s = Math.max(0, Math.ceil((outageUntil_ms - app.state.now_ms) / 1000))
    return html`<div class="notice bad" role="status">${icon('unplug', 16)} Provoked: Discord is down for the bot, ${left_s} s more. Posts wait, trading goes on.</div>`
  }
  if (world && !botOnline) {
    return html`<div class="notice warn" role="status">${icon('alert', 16)} ${world.application.name} is offline. Commands will not be answered until it is back.</div>`
  }
  return nothing
}

function sideHead(app: App): TemplateResult {
  const close = () => app.setUi({ side: false })
  return html`<header class="side-head"><h2>Market and members</h2>
    <button type="button" class="icon-button" aria-label="Back to the channel" @click=${close}>${icon('close', 22)}</button></header>`
}

function channelView(app: App, channel: PageChannel): TemplateResult {
  return html`${channelHead(app, channel)}
    ${keyed(`${channel.id}/${app.state.userId}`, messageListView(app, channel))}
    ${composerView(app, channel.id)}`
}

function channelHead(app: App, channel: PageChannel): TemplateResult {
  const { ui } = app.state
  const threads = threadsOf(app, channel.id).length
  return html`<header class="channel-head">
    <button type="button" class="icon-button drawer-button" aria-label="Show channels"
      @click=${() => app.setUi({ drawer: true })}>${icon('menu', 22)}</button>
    <span class="channel-mark">${icon('hash', 22)}</span><h2>${channel.name}</h2>
    ${channel.topic ? html`<span class="topic" title=${channel.topic}>${channel.topic}</span>` : nothing}
    <span class="grow"></span>
    <span class="menu-anchor">
      <button type="button" class="icon-button ${ui.threads ? 'on' : ''}" aria-label="Threads (${threads})" aria-expanded=${ui.threads ? 'true' : 'false'}
        @click=${() => app.setUi({ threads: !ui.threads })}>${icon('thread', 20)}</button>
      ${ui.threads ? threadListView(app, channel.id) : nothing}
    </span>
    <span class="menu-anchor">
      <button type="button" class="icon-button ${ui.pins ? 'on' : ''}" aria-label="Pinned messages" aria-expanded=${ui.pins ? 'true' : 'false'}
        @click=${() => app.togglePins(channel.id)}>${icon('pin', 20)}</button>
      ${ui.pins ? pinsView(app, channel) : nothing}
    </span>
    ${tickerView(app)}
  </header>`
}

function closeOverlays(app: App): void {
  app.update((state) => {
    state.lightbox = null
    state.ui.userMenu = false
    state.ui.threads = false
    state.ui.pins = false
    state.ui.drawer = false
  })
}
