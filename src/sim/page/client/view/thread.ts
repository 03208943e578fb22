/** Threads: the chip under a message, and the list in the header. An open one is in `thread-panel.ts`. */
import { html, nothing, type TemplateResult } from 'lit'
import type { PageChannel } from '../../../discord/page-api.ts'
import type { App } from '../app.ts'
import { compareIds } from '../reduce.ts'
import { feedOf } from '../state.ts'
import { summaryOf } from '../text/summary.ts'
import { formatRelative } from '../text/timestamps.ts'
import { icon } from './icons.ts'
import { inlineMarkup } from './markup.ts'

/** Shown under the message that a thread was made from. */
export function threadChip(app: App, messageId: string): TemplateResult | typeof nothing {
  const thread = app.state.channels.get(messageId)
  if (thread?.kind !== 'thread') return nothing
  const last = feedOf(app.state, thread.id).messages.at(-1)
  const preview = last ? inlineMarkup(app, summaryOf(last), `${last.id}/preview`) : 'See thread for the discussion.'
  return html`<button type="button" class="thread-chip" aria-label="Open thread ${thread.name}" @click=${() => app.openChannel(thread.id)}>
    <span class="thread-chip-head"><b>${thread.name}</b><span class="text-link">${count(thread)} ›</span></span>
    <small>${thread.archived ? 'This thread is archived.' : preview}</small>
  </button>`
}

const count = (thread: PageChannel): string => {
  if (thread.messageCount === 0) return 'See Thread'
  return `${thread.messageCount} Message${thread.messageCount === 1 ? '' : 's'}`
}

export function threadsOf(app: App, channelId: string): readonly PageChannel[] {
  return [...app.state.channels.values()]
    .filter((channel) => channel.kind === 'thread' && channel.parentId === channelId)
    .sort((a, b) => compareIds(b.id, a.id))
}

/** What the header's threads button opens. */
export function threadListView(app: App, channelId: string): TemplateResult {
  const threads = threadsOf(app, channelId)
  const close = () => app.setUi({ threads: false })
  return html`<div class="backdrop" @click=${close}></div>
    <div class="menu" role="dialog" aria-label="Threads">
      <h2>${icon('thread', 18)} Threads</h2>
      ${threads.map(
        (thread) => html`<button type="button" class="menu-row" @click=${() => app.openChannel(thread.id)}>
          <b>${thread.name}</b><small>${count(thread)}${thread.archived ? ' · archived' : ''} · ${created(app, thread)}</small>
        </button>`,
      )}
      ${threads.length === 0 ? html`<p class="menu-empty">There are no threads in this channel.</p>` : nothing}
    </div>`
}

const SNOWFLAKE_EPOCH_MS = 1_420_070_400_000
const created = (app: App, thread: PageChannel): string =>
  formatRelative(Number(BigInt(thread.id) >> 22n) + SNOWFLAKE_EPOCH_MS, app.state.now_ms)
