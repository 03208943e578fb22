/** A person's round picture: the one they have, else their initial on a colour that is always the same for them. */
import { html, type TemplateResult } from 'lit'
import { styleMap } from 'lit/directives/style-map.js'
import type { PageUser } from '../../../discord/page-api.ts'

const COLORS = ['#5865f2', '#3ba55c', '#d8833b', '#c9449b', '#3a94c8', '#8e5bd6', '#c65353']

export function avatar(
  user: PageUser | undefined,
  fallbackName: string,
  size: number,
  online?: boolean,
): TemplateResult {
  const name = user?.displayName ?? fallbackName
  const seed = user && /^\d+$/.test(user.id) ? Number((BigInt(user.id) >> 22n) % BigInt(COLORS.length)) : name.length
  const size_px = `${size}px`
  const style = styleMap({
    width: size_px,
    height: size_px,
    fontSize: `${Math.round(size * 0.42)}px`,
    background: user?.bot ? 'linear-gradient(145deg, #12b981, #0b6e8f)' : (COLORS[seed % COLORS.length] ?? '#5865f2'),
  })
  const picture = user?.avatarUrl
    ? html`<img src=${user.avatarUrl} alt="" />`
    : user?.bot
      ? html`<svg viewBox="0 0 24 24" width="62%" height="62%" class="bot-mark">
          <path d="M3 16.5 8.5 10l4 3.5L21 5" /><path d="M16.2 4.7 21 5l.2 4.8" />
        </svg>`
      : html`<span>${name.slice(0, 1).toUpperCase()}</span>`
  const dot = online === undefined ? '' : html`<i class="presence ${online ? 'online' : 'offline'}"></i>`
  return html`<span class="avatar" style=${style} aria-hidden="true">${picture}${dot}</span>`
}
