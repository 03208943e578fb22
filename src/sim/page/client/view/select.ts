/** A select menu: a field that opens a list. One value is sent when chosen, several when the list closes. */
import type { APISelectMenuComponent } from 'discord.js'
import { html, nothing, type TemplateResult } from 'lit'
import type { App } from '../app.ts'
import { icon } from './icons.ts'

export type SelectComponent = APISelectMenuComponent

interface SelectProps {
  readonly key: string
  readonly select: SelectComponent
  readonly busy: boolean
  /** What is chosen so far; null: what the component says. */
  readonly chosen: readonly string[] | null
  readonly onChosen: (values: readonly string[]) => void
}

interface Choice {
  readonly value: string
  readonly label: string
  readonly description: string | null
  readonly emoji: string | null
}

export function selectView(app: App, props: SelectProps): TemplateResult {
  const { key, select, busy } = props
  const choices = choicesOf(app, select)
  const open = app.state.select?.key === key ? app.state.select : null
  const values = open?.values ?? props.chosen ?? defaultsOf(select)
  const chosen = choices.filter((choice) => values.includes(choice.value))
  const placeholder = select.placeholder ?? 'Make a selection'
  const text = chosen.length > 0 ? chosen.map((choice) => choice.label).join(', ') : placeholder
  const toggle = () => (open ? close(app, props, true) : openSelect(app, key, values))
  return html`<div class="select ${open ? 'open' : ''}" @keydown=${(e: KeyboardEvent) => onKey(app, props, e)}>
    <button type="button" class="select-field" role="combobox" aria-haspopup="listbox" aria-label=${placeholder}
      aria-expanded=${open ? 'true' : 'false'} aria-controls="list-${key}" ?disabled=${busy || select.disabled === true} @click=${toggle}>
      <span class=${chosen.length > 0 ? 'select-text' : 'select-text empty'}>${text}</span>
      ${busy ? html`<span class="dots"><i></i><i></i><i></i></span>` : icon('chevron', 20)}
    </button>
    ${open ? listView(app, props, choices, open.values) : nothing}
  </div>`
}

function listView(app: App, props: SelectProps, choices: readonly Choice[], values: readonly string[]): TemplateResult {
  const many = (props.select.max_values ?? 1) > 1
  return html`<div class="backdrop" @click=${() => close(app, props, true)}></div>
    <div class="select-list" role="listbox" id="list-${props.key}" aria-multiselectable=${many ? 'true' : 'false'}
      aria-label=${props.select.placeholder ?? 'Choices'}>
      ${choices.map((choice) => {
        const isChosen = values.includes(choice.value)
        return html`<button type="button" role="option" class="select-option" aria-selected=${isChosen ? 'true' : 'false'}
          @click=${() => choose(app, props, choice.value, many)}>
          ${choice.emoji ? html`<span class="button-emoji">${choice.emoji}</span>` : nothing}
          <span class="select-option-text"><span>${choice.label}</span>${
            choice.description ? html`<small>${choice.description}</small>` : nothing
          }</span>
          ${many ? html`<i class="tick ${isChosen ? 'on' : ''}">${isChosen ? icon('check', 14) : nothing}</i>` : nothing}
        </button>`
      })}
      ${choices.length === 0 ? html`<div class="popup-empty">Nothing to choose.</div>` : nothing}
    </div>`
}

function openSelect(app: App, key: string, values: readonly string[]): void {
  app.set({ select: { key, values, filter: '' } })
  requestAnimationFrame(() =>
    requestAnimationFrame(() => {
      document.getElementById(`list-${key}`)?.scrollIntoView({ block: 'nearest' })
    }),
  )
}

function choose(app: App, props: SelectProps, value: string, many: boolean): void {
  const open = app.state.select
  if (!open) return
  if (!many) {
    app.set({ select: null })
    props.onChosen([value])
    return
  }
  const max = props.select.max_values ?? 1
  const without = open.values.filter((known) => known !== value)
  const next = without.length < open.values.length ? without : [...open.values, value].slice(0, max)
  app.set({ select: { ...open, values: next } })
}

/** Closing sends what was chosen of several, when it is enough and anything changed. */
function close(app: App, props: SelectProps, send: boolean): void {
  const open = app.state.select
  app.set({ select: null })
  if (!open || !send || (props.select.max_values ?? 1) <= 1) return
  const before = props.chosen ?? defaultsOf(props.select)
  const changed = open.values.length !== before.length || open.values.some((value) => !before.includes(value))
  if (changed && open.values.length >= (props.select.min_values ?? 1)) props.onChosen(open.values)
}

function onKey(app: App, props: SelectProps, event: KeyboardEvent): void {
  if (app.state.select?.key !== props.key) return
  if (event.key === 'Escape') {
    event.stopPropagation()
    close(app, props, false)
  }
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
  event.preventDefault()
  const options = [...(document.getElementById(`list-${props.key}`)?.querySelectorAll('button') ?? [])]
  // Asked whether it is one of them: another element is at -1.
  const at = options.indexOf(document.activeElement as HTMLButtonElement)
  const step = event.key === 'ArrowDown' ? 1 : -1
  options[(at + step + options.length) % options.length]?.focus()
}

/** What the component itself says is chosen. */
export function defaultsOf(select: SelectComponent): readonly string[] {
  if (select.type === 3) return select.options.filter((option) => option.default).map((option) => option.value)
  return (select.default_values ?? []).map((value) => value.id)
}

function choicesOf(app: App, select: SelectComponent): readonly Choice[] {
  const { world, channels } = app.state
  const plain = (value: string, label: string): Choice => ({ value, label, description: null, emoji: null })
  const users = [...(world?.users.values() ?? [])].map((user) => plain(user.id, user.displayName))
  const roles = [...(world?.roles.values() ?? [])].map((role) => plain(role.id, `@${role.name.replace(/^@/, '')}`))
  switch (select.type) {
    case 3:
      return select.options.map(({ value, label, description, emoji }) => ({
        value,
        label,
        description: description ?? null,
        emoji: emoji ? (emoji.id ? `:${emoji.name}:` : (emoji.name ?? null)) : null,
      }))
    case 5:
      return users
    case 6:
      return roles
    case 7:
      return [...users, ...roles]
    default:
      return [...channels.values()].filter((c) => c.kind === 'text').map((c) => plain(c.id, `#${c.name}`))
  }
}
