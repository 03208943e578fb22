/** Components of a message, the first kind (rows of buttons and selects) and the second (containers, sections, …). */
import type { APIButtonComponent, APIMessage, APIMessageTopLevelComponent } from 'discord.js'
import { html, nothing, type TemplateResult } from 'lit'
import type { App } from '../app.ts'
import { cssColor, type Pending } from '../state.ts'
import { resolveUrl } from './embed.ts'
import { icon } from './icons.ts'
import { markup } from './markup.ts'
import { fileView, isWebAddress, pictureView } from './media.ts'
import { type SelectComponent, selectView } from './select.ts'

type Component = APIMessageTopLevelComponent

export function componentsView(app: App, message: APIMessage, scope: string): TemplateResult | typeof nothing {
  const components = message.components ?? []
  if (components.length === 0) return nothing
  const failure = pendingOf(app, message.id).find((pending) => pending.failure !== null)?.failure
  return html`<div class="components">
    ${components.map((component, i) => componentView(app, message, component, `${scope}/${message.id}/${i}`))}
    ${failure ? html`<div class="interaction-failed" role="alert">${icon('alert', 16)} ${failure}</div>` : nothing}
  </div>`
}

const pendingOf = (app: App, messageId: string): readonly Pending[] =>
  [...app.state.pending.values()].filter((p) => p.what.kind === 'component' && p.what.messageId === messageId)

function isBusy(app: App, messageId: string, customId?: string): boolean {
  return pendingOf(app, messageId).some(
    (p) =>
      p.failure === null && p.what.kind === 'component' && (customId === undefined || p.what.customId === customId),
  )
}

function componentView(app: App, message: APIMessage, component: Component, key: string): TemplateResult {
  switch (component.type) {
    case 1:
      return html`<div class="action-row">${component.components.map((child) =>
        child.type === 2 ? buttonView(app, message, child) : choiceView(app, message, child, key),
      )}</div>`
    case 9:
      return html`<div class="section"><div class="section-text">${component.components.map((text, i) =>
        markup(app, text.content, `${key}/${i}`),
      )}</div>${accessoryView(app, message, component.accessory)}</div>`
    case 10:
      return markup(app, component.content, key)
    case 12:
      return html`<div class="gallery items-${Math.min(4, component.items.length)}">${component.items.map((item) =>
        pictureView(
          app,
          { ...item.media, url: resolveUrl(message, item.media.url), alt: item.description ?? '' },
          'tile',
        ),
      )}</div>`
    case 13: {
      const file = message.attachments.find(
        (a) => a.url === component.file.url || component.file.url.endsWith(a.filename),
      )
      const url = resolveUrl(message, component.file.url)
      return fileView(file?.filename ?? url.split('/').at(-1) ?? 'file', url, file?.size)
    }
    case 14:
      return html`<hr class="separator ${component.spacing === 2 ? 'large' : ''} ${component.divider === false ? 'blank' : ''}" />`
    case 17: {
      const accent = component.accent_color
      const color = accent === null || accent === undefined ? nothing : `--accent:${cssColor(accent)}`
      return html`<div class="container" style=${color}>${component.components.map((child, i) =>
        componentView(app, message, child, `${key}/${i}`),
      )}</div>`
    }
    default:
      return html``
  }
}

type Accessory = Extract<Component, { type: 9 }>['accessory']

function accessoryView(app: App, message: APIMessage, accessory: Accessory): TemplateResult {
  if (accessory.type === 2) return buttonView(app, message, accessory)
  const picture = {
    ...accessory.media,
    url: resolveUrl(message, accessory.media.url),
    alt: accessory.description ?? '',
  }
  return html`<div class="section-thumbnail">${pictureView(app, picture, 'thumbnail')}</div>`
}

function choiceView(app: App, message: APIMessage, select: SelectComponent, key: string): TemplateResult {
  const busy = isBusy(app, message.id, select.custom_id)
  return selectView(app, {
    key: `${key}/${select.custom_id}`,
    select,
    busy,
    chosen: null,
    onChosen: (values) => app.chooseValues(message.channel_id, message.id, select.custom_id, values),
  })
}

const STYLES: Readonly<Record<number, string>> = {
  1: 'primary',
  2: 'secondary',
  3: 'success',
  4: 'danger',
  5: 'link',
  6: 'primary',
}

function buttonView(app: App, message: APIMessage, button: APIButtonComponent): TemplateResult {
  const label = 'label' in button ? (button.label ?? '') : ''
  const emoji =
    'emoji' in button && button.emoji ? (button.emoji.id ? `:${button.emoji.name}:` : button.emoji.name) : null
  const inside = html`${emoji ? html`<span class="button-emoji">${emoji}</span>` : nothing}${label}`
  if (button.style === 5) {
    const href = isWebAddress(button.url) ? button.url : nothing
    return html`<a class="button link" href=${href} target="_blank" rel="noopener noreferrer">${inside} ${icon('external', 16)}</a>`
  }
  if (!('custom_id' in button)) return html``
  const busy = isBusy(app, message.id, button.custom_id)
  const disabled = button.disabled === true || isBusy(app, message.id)
  return html`<button type="button" class="button ${STYLES[button.style] ?? 'secondary'} ${busy ? 'busy' : ''}"
    ?disabled=${disabled} aria-busy=${busy ? 'true' : nothing}
    @click=${() => app.pressButton(message.channel_id, message.id, button.custom_id)}>
    <span class="button-inside">${inside}</span>${busy ? html`<span class="dots"><i></i><i></i><i></i></span>` : nothing}</button>`
}
