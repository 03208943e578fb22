/** A modal: rows or labels with text inputs and selects, and the buttons to submit or put it away. */
import type { APILabelComponent, APIModalInteractionResponseCallbackData, APITextInputComponent } from 'discord.js'
import { html, nothing, type TemplateResult } from 'lit'
import { ref } from 'lit/directives/ref.js'
import type { App } from '../app.ts'
import type { OpenModal } from '../state.ts'
import { avatar } from './avatar.ts'
import { icon } from './icons.ts'
import { markup } from './markup.ts'
import { defaultsOf, type SelectComponent, selectView } from './select.ts'

type Part = APIModalInteractionResponseCallbackData['components'][number]

export function modalView(app: App): TemplateResult | typeof nothing {
  const open = app.state.modal
  if (!open) return nothing
  const { data } = open.modal
  const { world } = app.state
  const bot = world?.users.get(world.application.botUserId)
  const close = () => app.closeModal()
  return html`<div class="overlay" @click=${(e: Event) => e.target === e.currentTarget && close()}
    @keydown=${(e: KeyboardEvent) => e.key === 'Escape' && close()}>
    <form class="modal" role="dialog" aria-modal="true" aria-label=${data.title} @submit=${(e: Event) => submit(app, open, e)}
      ${ref(focusFirst)}>
      <header>${avatar(bot, 'App', 24)}<h2>${data.title}</h2>
        <button type="button" class="icon-button" aria-label="Close" @click=${close}>${icon('close', 22)}</button></header>
      <div class="modal-body">
        <p class="modal-hint">This form will be submitted to <b>${world?.application.name ?? 'the app'}</b>.</p>
        ${data.components.map((part, i) => partView(app, open, part, i))}
      </div>
      ${open.error ? html`<div class="composer-error" role="alert">${icon('alert', 16)} ${open.error}</div>` : nothing}
      <footer>
        <button type="button" class="button secondary" @click=${close}>Cancel</button>
        <button type="submit" class="button primary ${open.submitting ? 'busy' : ''}" ?disabled=${open.submitting !== null}>
          <span class="button-inside">Submit</span>
          ${open.submitting ? html`<span class="dots"><i></i><i></i><i></i></span>` : nothing}</button>
      </footer>
    </form>
  </div>`
}

let focused: Element | undefined

function focusFirst(form: Element | undefined): void {
  if (form && form !== focused) {
    requestAnimationFrame(() => form.querySelector<HTMLElement>('input, textarea, .select-field')?.focus())
  }
  focused = form
}

function partView(app: App, open: OpenModal, part: Part, index: number): TemplateResult {
  switch (part.type) {
    case 1:
      return html`${part.components.map(
        (input) => html`<label class="form-field">
        ${captionView(input.label ?? '', null, input.required !== false)}${textInput(app, open, input, input.label ?? '')}</label>`,
      )}`
    case 10:
      return markup(app, part.content, `${open.modal.modalId}/${index}`)
    case 18:
      return labelView(app, open, part)
    default:
      return html``
  }
}

function labelView(app: App, open: OpenModal, part: APILabelComponent): TemplateResult {
  const input = part.component
  if (input.type === 4) {
    return html`<label class="form-field">${captionView(part.label, part.description ?? null, input.required !== false)}
      ${textInput(app, open, input, part.label)}</label>`
  }
  if (![3, 5, 6, 7, 8].includes(input.type)) {
    return html`<div class="form-field">${captionView(part.label, 'This kind of input is not available here.', false)}</div>`
  }
  // The kinds of menus were sorted out above.
  const select = input as SelectComponent & { required?: boolean }
  const value = open.values.get(select.custom_id)
  const props = {
    key: `${open.modal.modalId}/${select.custom_id}`,
    select: { ...select, placeholder: select.placeholder ?? part.label },
    busy: false,
    // `isArray` makes any of a read-only list.
    chosen: Array.isArray(value) ? (value as readonly string[]) : null,
    onChosen: (values: readonly string[]) => app.update(() => open.values.set(select.custom_id, values)),
  }
  return html`<div class="form-field">${captionView(part.label, part.description ?? null, select.required !== false)}
    ${selectView(app, props)}</div>`
}

function captionView(label: string, description: string | null, required: boolean): TemplateResult {
  return html`<span class="form-label">${label}${required ? html`<i aria-hidden="true">*</i>` : nothing}</span>
    ${description ? html`<span class="form-description">${description}</span>` : nothing}`
}

const LENGTH_MAX = 4_000

function textInput(app: App, open: OpenModal, input: APITextInputComponent, label: string): TemplateResult {
  const value = open.values.get(input.custom_id) ?? input.value ?? ''
  const change = (event: Event) => {
    // The listener is on the field itself.
    const field = event.target as HTMLInputElement | HTMLTextAreaElement
    app.update(() => open.values.set(input.custom_id, field.value))
  }
  const min = input.min_length ?? nothing
  const max = input.max_length ?? LENGTH_MAX
  const required = input.required !== false
  if (input.style === 2) {
    return html`<textarea rows="4" aria-label=${label} placeholder=${input.placeholder ?? ''} minlength=${min} maxlength=${max}
      ?required=${required} .value=${String(value)} @input=${change}></textarea>`
  }
  return html`<input type="text" aria-label=${label} placeholder=${input.placeholder ?? ''} minlength=${min} maxlength=${max}
    ?required=${required} .value=${String(value)} @input=${change} autocomplete="off" />`
}

function submit(app: App, open: OpenModal, event: Event): void {
  event.preventDefault()
  const values: Record<string, string | readonly string[]> = {}
  for (const input of inputsOf(open)) {
    const given = open.values.get(input.custom_id)
    const value = given ?? (input.type === 4 ? (input.value ?? '') : defaultsOf(input))
    if (input.type !== 4 && value.length === 0 && isRequired(input)) {
      app.update(() => Object.assign(open, { error: 'Choose something in every required menu.' }))
      return
    }
    values[input.custom_id] = value
  }
  app.submitModal(values)
}

type Input = APITextInputComponent | SelectComponent

const isRequired = (input: Input): boolean => !('required' in input) || input.required !== false

function inputsOf(open: OpenModal): readonly Input[] {
  return open.modal.data.components.flatMap((part): readonly Input[] => {
    if (part.type === 1) return part.components
    // The kinds that a form can show.
    if (part.type === 18 && [3, 4, 5, 6, 7, 8].includes(part.component.type)) return [part.component as Input]
    return []
  })
}
