/** Pictures and files of messages. A picture is a button that opens it large; a file is a link that downloads it. */
import type { APIAttachment } from 'discord.js'
import { html, nothing, type TemplateResult } from 'lit'
import type { App } from '../app.ts'
import { icon } from './icons.ts'

const SHOWN_WIDTH_MAX = 550
const SHOWN_HEIGHT_MAX = 350

export interface Picture {
  readonly url: string
  readonly alt: string
  readonly width?: number | null | undefined
  readonly height?: number | null | undefined
}

export function pictureView(app: App, picture: Picture, place: '' | 'tile' | 'thumbnail' = ''): TemplateResult {
  const { url, alt } = picture
  if (!isWebAddress(url)) return html``
  const box = place === 'thumbnail' ? null : shownSize(picture)
  // A tile takes the width of its gallery.
  const width = place === 'tile' ? '100%' : `${box?.width}px`
  const open = () => app.set({ lightbox: { url, alt } })
  return html`<button type="button" class="picture ${place}" aria-label=${alt ? `Open picture: ${alt}` : 'Open picture'}
    title=${alt || nothing} style=${box ? `aspect-ratio:${box.width}/${box.height};width:${width}` : nothing} @click=${open}>
    <img src=${url} alt=${alt} loading="lazy" />
  </button>`
}

/** Size at which a picture is shown, known before it is loaded so that nothing jumps. */
function shownSize({ width, height }: Picture): { width: number; height: number } | null {
  if (!width || !height) return null
  const scale = Math.min(1, SHOWN_WIDTH_MAX / width, SHOWN_HEIGHT_MAX / height)
  return { width: Math.round(width * scale), height: Math.round(height * scale) }
}

export function attachmentView(app: App, attachment: APIAttachment): TemplateResult {
  const type = attachment.content_type ?? ''
  if (isPicture(attachment)) {
    const { url, width, height, description, filename } = attachment
    return html`<div class="attachment">${pictureView(app, { url, alt: description ?? filename, width, height })}</div>`
  }
  if (type.startsWith('video/')) return html`<video class="attachment" controls src=${attachment.url}></video>`
  if (type.startsWith('audio/')) return html`<audio class="attachment" controls src=${attachment.url}></audio>`
  return fileView(attachment.filename, attachment.url, attachment.size)
}

export function fileView(name: string, url: string, size: number | undefined): TemplateResult {
  const href = isWebAddress(url) ? url : nothing
  return html`<div class="attachment file">
    ${icon('file', 30)}
    <span class="file-text">
      <a href=${href} download=${name} target="_blank" rel="noopener">${name}</a>
      ${size === undefined ? nothing : html`<small>${formatBytes(size)}</small>`}
    </span>
    <a class="file-download" href=${href} download=${name} target="_blank" rel="noopener" aria-label="Download ${name}">
      ${icon('download', 22)}</a>
  </div>`
}

const isPicture = (attachment: APIAttachment): boolean =>
  (attachment.content_type ?? '').startsWith('image/') || /\.(png|jpe?g|gif|webp|svg)$/i.test(attachment.filename)

/** Only such addresses are loaded or linked; `javascript:` and the like never are. */
export const isWebAddress = (url: string): boolean => /^https?:\/\//i.test(url)

function formatBytes(size: number): string {
  if (size < 1_024) return `${size} bytes`
  return size < 1_048_576 ? `${(size / 1_024).toFixed(2)} KB` : `${(size / 1_048_576).toFixed(2)} MB`
}

export function lightboxView(app: App): TemplateResult | typeof nothing {
  const picture = app.state.lightbox
  if (!picture) return nothing
  const close = () => app.set({ lightbox: null })
  return html`<div class="overlay lightbox" role="dialog" aria-modal="true" aria-label=${picture.alt || 'Picture'} @click=${close}>
    <figure @click=${(e: Event) => e.stopPropagation()}>
      <img src=${picture.url} alt=${picture.alt} />
      <figcaption>${picture.alt ? html`<span>${picture.alt}</span>` : nothing}
        <a href=${picture.url} target="_blank" rel="noopener">Open in browser</a></figcaption>
    </figure>
    <button type="button" class="lightbox-close icon-button" aria-label="Close picture" @click=${close}>${icon('close', 26)}</button>
  </div>`
}
