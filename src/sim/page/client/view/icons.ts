/** The page's line icons, drawn in the current text colour. */
import { html, svg, type TemplateResult } from 'lit'

const PATHS = {
  hash: 'M9 3 7 21M17 3l-2 18M4 8.5h17M3 15.5h17',
  thread: 'M4 5h16v10H11l-4 4v-4H4zM8 9h8M8 12h5',
  members:
    'M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM2.5 20c0-4 3-6 6.5-6s6.5 2 6.5 6M16 4.3a3.5 3.5 0 0 1 0 6.4M18 14.4c2.2.8 3.5 2.7 3.5 5.6',
  pin: 'm14 3 7 7-3 1-4 4 .5 4L12 21l-4-4-5 4 4-5-4-4 2-2.5 4 .5 4-4z',
  chart: 'M3 20h18M4 15l5-6 4 4 7-9M15 4h5v5',
  play: 'M7 4.5v15l12-7.5z',
  pause: 'M8 5v14M16 5v14',
  close: 'm6 6 12 12M18 6 6 18',
  menu: 'M4 7h16M4 12h16M4 17h16',
  back: 'M15 5l-7 7 7 7',
  chevron: 'm6 9 6 6 6-6',
  right: 'm9 6 6 6-6 6',
  download: 'M12 4v11m-5-4.5 5 5 5-5M5 20h14',
  file: 'M6 3h8l4 4v14H6zM14 3v5h4',
  external: 'M14 5h5v5M19 5l-9 9M17 14v5H5V7h5',
  eye: 'M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12ZM12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6Z',
  slash: 'M9 20 15 4M4 4h16v16H4z',
  lock: 'M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3',
  swap: 'M7 4 3 8l4 4M3 8h14M17 12l4 4-4 4M21 16H7',
  down: 'M12 5v14m-6-6 6 6 6-6',
  alert: 'M12 4 2.5 20h19zM12 10v4.5M12 17.2v.1',
  fall: 'M3 6l6 6 4-4 8 9M21 11v6h-6',
  rise: 'M3 18l6-6 4 4 8-9M15 7h6v6',
  block: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM5.7 5.7l12.6 12.6',
  mute: 'M4 10v4h4l5 4V6l-5 4zM17 10l4 4m0-4-4 4',
  unplug: 'M9 3v5M15 3v5M6 8h12v3a6 6 0 0 1-12 0zM12 17v4',
  skull: 'M12 3a8 8 0 0 0-5 14v3h10v-3a8 8 0 0 0-5-14ZM9 11.5v.1M15 11.5v.1M11 20v-2.5M13 20v-2.5',
  check: 'm5 12.5 4.5 4.5L19 7.5',
} as const

export type IconName = keyof typeof PATHS

export function icon(name: IconName, size = 20): TemplateResult {
  return html`<svg class="icon" width=${size} height=${size} viewBox="0 0 24 24" aria-hidden="true">
    ${svg`<path d=${PATHS[name]}></path>`}
  </svg>`
}
