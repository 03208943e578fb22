/** The list above the composer: commands, options, or values to choose from. */
import { html, nothing, type TemplateResult } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import type { PageCommand, PageOption } from '../../../discord/page-api.ts'
import type { App } from '../app.ts'
import type { Completion } from '../text/slash-completion.ts'
import { parseSlashLine } from '../text/slash-line.ts'
import { avatar } from './avatar.ts'
import { take } from './composer-actions.ts'

export const popupId = (channelId: string): string => `suggestions-${channelId}`
export const suggestionId = (channelId: string, index: number): string => `suggestion-${channelId}-${index}`

export function popupView(app: App, channelId: string, completion: Completion): TemplateResult {
  const rows = rowsOf(app, completion)
  const { marked } = app.composer(channelId)
  const label = completion.kind === 'commands' ? 'Commands' : completion.kind === 'options' ? 'Options' : 'Values'
  return html`<div class="popup">
    ${headOf(app, channelId, completion)}
    <div class="popup-list" role="listbox" id=${popupId(channelId)} aria-label=${label}>
      ${repeat(
        rows,
        (row) => row.key,
        (row, i) => html`<div role="option" id=${suggestionId(channelId, i)} class="popup-row"
          aria-selected=${i === marked ? 'true' : 'false'} @mousedown=${(e: Event) => e.preventDefault()}
          @click=${() => take(app, channelId, completion, i)} @mousemove=${() => mark(app, channelId, i)}>${row.content}</div>`,
      )}
      ${rows.length === 0 ? html`<div class="popup-empty">${emptyText(app, completion)}</div>` : nothing}
    </div>
  </div>`
}

function mark(app: App, channelId: string, index: number): void {
  const composer = app.composer(channelId)
  if (composer.marked !== index) app.update(() => Object.assign(composer, { marked: index }))
}

interface Row {
  readonly key: string
  readonly content: TemplateResult
}

function rowsOf(app: App, completion: Completion): readonly Row[] {
  switch (completion.kind) {
    case 'commands':
      return completion.commands.map((command) => ({ key: command.name, content: commandRow(app, command) }))
    case 'values':
      return completion.values.map((value) => ({
        key: `${value.name}=${value.value}`,
        content: html`<span class="popup-name">${value.name}</span>`,
      }))
    case 'options':
      return completion.options.map((option) => ({ key: option.name, content: optionRow(option) }))
    case 'none':
      return []
  }
}

function commandRow(app: App, command: PageCommand): TemplateResult {
  const bot = app.state.world?.users.get(app.state.world.application.botUserId)
  const names = command.options.map(
    (option) => html`<span class="popup-option">${option.required ? option.name : `[${option.name}]`}</span>`,
  )
  return html`${avatar(bot, 'App', 32)}
    <span class="popup-text">
      <span class="popup-name">/${command.name} <span class="popup-options">${names}</span></span>
      <span class="popup-description">${command.description}</span>
    </span>
    <span class="popup-app">${app.state.world?.application.name}</span>`
}

function optionRow(option: PageOption): TemplateResult {
  return html`<span class="popup-text two">
    <span class="popup-name">${option.name}</span>
    <span class="popup-description">${option.description}</span>
  </span>`
}

function headOf(app: App, channelId: string, completion: Completion): TemplateResult {
  if (completion.kind === 'commands') {
    const title = completion.query === '' ? 'Commands' : `Commands matching /${completion.query}`
    return html`<div class="popup-head"><b>${title}</b></div>`
  }
  if (completion.kind === 'none') return html``
  const current = completion.kind === 'values' ? completion.option : null
  const { command } = completion
  const parsed = parseSlashLine(app.composer(channelId).text, app.state.commands, app.slashContext(channelId))
  const given = new Set(parsed?.fields.filter((f) => f.reading.ok).map((f) => f.option.name))
  const names = command.options.map((option) => {
    const state = option === current ? 'current' : given.has(option.name) ? 'given' : ''
    return html`<span class="head-option ${state}">${option.required ? option.name : `[${option.name}]`}</span>`
  })
  const text = current ? current.description : command.description
  return html`<div class="popup-head"><b>/${command.name}</b>${names}<span class="popup-description">${text}</span></div>`
}

function emptyText(app: App, completion: Completion): string {
  if (completion.kind === 'commands') {
    return app.state.commands.length === 0 ? 'No commands yet: the bot has not registered any.' : 'No such command.'
  }
  if (completion.kind !== 'values') return ''
  const { option, query } = completion
  if (option.autocomplete) {
    return app.state.completion?.choices ? 'No options match your search.' : 'Loading options…'
  }
  if (option.choices.length > 0) return `No choice matches "${query}".`
  return option.type === 'string' ? `Type ${option.name}, then Enter.` : `Type a value (${option.type}), then Enter.`
}
