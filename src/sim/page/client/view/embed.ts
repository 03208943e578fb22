/** An embed: the frame, its author and colour by discord-components, the rest slotted in. */
import '@skyra/discord-components-core/discord-embed.js'
import '@skyra/discord-components-core/discord-embed-description.js'
import type { APIEmbed, APIEmbedField, APIMessage } from 'discord.js'
import { html, nothing, type TemplateResult } from 'lit'
import type { App } from '../app.ts'
import { cssColor } from '../state.ts'
import { placeFields } from '../text/embed-fields.ts'
import { formatHeader } from '../text/timestamps.ts'
import { inlineMarkup, markup } from './markup.ts'
import { isWebAddress, pictureView } from './media.ts'

export function embedView(app: App, message: APIMessage, embed: APIEmbed, index: number): TemplateResult {
  const key = `${message.id}/embed${index}`
  const image = embed.image ? resolveUrl(message, embed.image.url) : null
  const thumbnail = embed.thumbnail ? resolveUrl(message, embed.thumbnail.url) : null
  const color = embed.color === undefined ? nothing : cssColor(embed.color)
  return html`<discord-embed class="embed" role="group" aria-label=${embed.title ?? 'Embed'} color=${color}
    author-url=${safe(embed.author?.url)} author-image=${safe(embed.author?.icon_url)} author-name=${embed.author?.name ?? nothing}>
    ${thumbnail ? html`<div slot="description" class="embed-thumbnail">${pictureView(app, { url: thumbnail, alt: altOf(embed.thumbnail) }, 'thumbnail')}</div>` : nothing}
    ${embed.title ? titleView(app, embed, key) : nothing}
    ${
      embed.description
        ? html`<discord-embed-description slot="description">${markup(app, embed.description, key)}</discord-embed-description>`
        : nothing
    }
    ${embed.fields?.length ? html`<div slot="fields" class="embed-fields">${fieldsView(app, embed.fields, key)}</div>` : nothing}
    ${
      image
        ? html`<div slot="fields" class="embed-image">${pictureView(app, {
            url: image,
            alt: altOf(embed.image) || (embed.title ?? ''),
            width: embed.image?.width,
            height: embed.image?.height,
          })}</div>`
        : nothing
    }
    ${embed.footer || embed.timestamp ? footerView(app, embed) : nothing}
  </discord-embed>`
}

const safe = (url: string | undefined): string | typeof nothing => (url && isWebAddress(url) ? url : nothing)

/** The alt text of the file that the picture was sent as. */
const altOf = (picture: object | undefined): string =>
  picture !== undefined && 'description' in picture && typeof picture.description === 'string'
    ? picture.description
    : ''

/** `attachment://name` names a file of the same message. */
export function resolveUrl(message: APIMessage, url: string): string {
  if (!url.startsWith('attachment://')) return url
  const name = url.slice('attachment://'.length)
  return message.attachments.find((attachment) => attachment.filename === name)?.url ?? ''
}

function titleView(app: App, embed: APIEmbed, key: string): TemplateResult {
  const text = inlineMarkup(app, embed.title ?? '', `${key}/title`)
  const title =
    embed.url && isWebAddress(embed.url)
      ? html`<a href=${embed.url} target="_blank" rel="noopener noreferrer">${text}</a>`
      : text
  return html`<div slot="description" class="embed-title">${title}</div>`
}

function fieldsView(app: App, fields: readonly APIEmbedField[], key: string): readonly TemplateResult[] {
  return placeFields(fields).map(
    ({ field, column }, i) => html`<div class="embed-field ${field.inline ? 'inline' : ''}" style="--column:${column}">
      <div class="embed-field-name">${inlineMarkup(app, field.name, `${key}/name${i}`)}</div>
      <div class="embed-field-value">${markup(app, field.value, `${key}/field${i}`)}</div>
    </div>`,
  )
}

function footerView(app: App, embed: APIEmbed): TemplateResult {
  const time = embed.timestamp ? formatHeader(Date.parse(embed.timestamp), app.state.now_ms) : null
  const picture = embed.footer?.icon_url && isWebAddress(embed.footer.icon_url) ? embed.footer.icon_url : null
  return html`<div slot="footer" class="embed-footer">
    ${picture ? html`<img src=${picture} alt="" />` : nothing}
    <span>${embed.footer?.text ?? ''}${embed.footer?.text && time ? html`<i>•</i>` : nothing}${time ?? ''}</span>
  </div>`
}
