/**
 * The line at the bottom of a channel. Slash commands are typed in the same text field as messages; what was understood
 * of them is drawn behind the text as pills, so typing, completing and correcting are one thing.
 */
import { html, nothing, type TemplateResult } from 'lit'
import { live } from 'lit/directives/live.js'
import type { App } from '../app.ts'
import { parseSlashLine, type SlashField } from '../text/slash-line.ts'
import { currentCompletion, edit, inputId, itemsOf, submit, take, writeLine } from './composer-actions.ts'
import { popupId, popupView, suggestionId } from './composer-popup.ts'
import { icon } from './icons.ts'

export function composerView(app: App, channelId: string): TemplateResult {
  const channel = app.state.channels.get(channelId)
  const composer = app.composer(channelId)
  const completion = currentCompletion(app, channelId)
  const items = itemsOf(completion)
  const mark = channel?.kind === 'thread' ? '' : '#'
  const label = `Message ${mark}${channel?.name ?? ''}`
  const isOpen = completion.kind !== 'none'
  const marked = isOpen && composer.marked >= 0 && composer.marked < items.length
  if (channel?.locked) return html`<div class="composer-locked">${icon('lock', 18)} This thread is locked.</div>`
  return html`<form class="composer" @submit=${(e: Event) => e.preventDefault()}>
    ${isOpen ? popupView(app, channelId, completion) : nothing}
    <div class="composer-box ${composer.error ? 'has-error' : ''}">
      <button type="button" class="composer-slash" aria-label="Use a slash command" title="Slash commands"
        @click=${() => startSlash(app, channelId)}>${icon('slash', 22)}</button>
      <div class="composer-field">
        <div class="composer-mirror" aria-hidden="true">${mirror(app, channelId)}</div>
        <textarea id=${inputId(channelId)} rows="1" autocomplete="off" spellcheck="false" enterkeyhint="send"
          aria-label=${label} placeholder=${label} .value=${live(composer.text)}
          aria-autocomplete="list" aria-haspopup="listbox" aria-controls=${isOpen ? popupId(channelId) : nothing}
          aria-activedescendant=${marked ? suggestionId(channelId, composer.marked) : nothing}
          aria-invalid=${composer.error ? 'true' : nothing}
          @input=${(e: Event) => onInput(app, channelId, e)} @keydown=${(e: KeyboardEvent) => onKey(app, channelId, e)}
          @select=${(e: Event) => onCaret(app, channelId, e)} @click=${(e: Event) => onCaret(app, channelId, e)}
          @keyup=${(e: KeyboardEvent) => e.key.startsWith('Arrow') && onCaret(app, channelId, e)}></textarea>
      </div>
    </div>
    ${composer.error ? html`<div class="composer-error" role="alert">${icon('alert', 16)} ${composer.error}</div>` : nothing}
  </form>`
}

function startSlash(app: App, channelId: string): void {
  const edited = { line: '/', caret: 1 }
  edit(app, channelId, edited)
  writeLine(channelId, edited)
}

function onInput(app: App, channelId: string, event: Event): void {
  // The listener is on the text area itself.
  const input = event.target as HTMLTextAreaElement
  edit(app, channelId, { line: input.value, caret: input.selectionStart })
}

function onCaret(app: App, channelId: string, event: Event): void {
  // As above.
  const input = event.target as HTMLTextAreaElement
  const composer = app.composer(channelId)
  if (composer.caret !== input.selectionStart) edit(app, channelId, { line: input.value, caret: input.selectionStart })
}

function onKey(app: App, channelId: string, event: KeyboardEvent): void {
  if (event.isComposing) return
  // Fast typing is ahead of the drawing: what counts is the text as it is now.
  const completion = currentCompletion(app, channelId)
  const composer = app.composer(channelId)
  const count = itemsOf(completion).length
  switch (event.key) {
    case 'Enter':
      if (event.shiftKey && !composer.text.startsWith('/')) return
      event.preventDefault()
      submit(app, channelId)
      return
    case 'Tab':
      if (completion.kind === 'none' || count === 0 || event.shiftKey) return
      event.preventDefault()
      take(app, channelId, completion, Math.max(0, composer.marked))
      return
    case 'ArrowDown':
    case 'ArrowUp': {
      if (count === 0) return
      event.preventDefault()
      const step = event.key === 'ArrowDown' ? 1 : -1
      const from = composer.marked < 0 && step < 0 ? 0 : composer.marked
      app.update(() => Object.assign(composer, { marked: (from + step + count) % count }))
      requestAnimationFrame(() => requestAnimationFrame(() => showMarked(channelId, composer.marked)))
      return
    }
    case 'Escape':
      app.update(() => Object.assign(composer, { closed: true, error: null }))
      return
  }
}

function showMarked(channelId: string, index: number): void {
  document.getElementById(suggestionId(channelId, index))?.scrollIntoView({ block: 'nearest' })
}

/** A choice being typed is not wrong yet. */
const startsAChoice = (field: SlashField): boolean =>
  field.option.choices.some((choice) => choice.name.toLowerCase().startsWith(field.raw.toLowerCase()))

/** The text again, letter under letter, with pills where options were understood. */
function mirror(app: App, channelId: string): unknown {
  const { text, caret } = app.composer(channelId)
  const parsed = parseSlashLine(text, app.state.commands, app.slashContext(channelId))
  if (!parsed) return `${text}\u200b`
  const parts: unknown[] = [html`<span class="pill-command">${text.slice(0, parsed.nameTo)}</span>`]
  let at = parsed.nameTo
  for (const field of parsed.fields) {
    parts.push(text.slice(at, field.from))
    const isTyping = field.from <= caret && caret <= field.to && startsAChoice(field)
    const wrong = !field.reading.ok && field.raw !== '' && !field.option.autocomplete && !isTyping
    const name = text.slice(field.from, field.valueFrom)
    const value = text.slice(field.valueFrom, field.to)
    parts.push(html`<span class="pill ${wrong ? 'wrong' : ''}"><span class="pill-name">${name}</span><span
      class="pill-value">${value}</span></span>`)
    at = field.to
  }
  parts.push(text.slice(at), '\u200b')
  return parts
}
