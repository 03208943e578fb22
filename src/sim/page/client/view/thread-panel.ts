/** The panel beside the channel with the thread that is open. */
import { html, nothing, type TemplateResult } from 'lit'
import type { App } from '../app.ts'
import { composerView } from './composer.ts'
import { icon } from './icons.ts'
import { messageListView } from './message-list.ts'

export function threadPanel(app: App): TemplateResult | typeof nothing {
  const thread = app.state.channels.get(app.state.threadId ?? '')
  if (!thread) return nothing
  return html`<section class="thread-panel" aria-label="Thread ${thread.name}">
    <header class="channel-head">
      ${icon('thread', 22)}<h2>${thread.name}</h2>
      ${thread.archived ? html`<span class="tag">archived</span>` : nothing}<span class="grow"></span>
      <button type="button" class="icon-button" aria-label="Close thread" @click=${() => app.closeThread()}>${icon('close', 22)}</button>
    </header>
    ${messageListView(app, thread)}
    ${composerView(app, thread.id)}
  </section>`
}
