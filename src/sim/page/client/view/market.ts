/** The market beside the channel: price, day's chart, clock and its speed. */
import { html, nothing, type TemplateResult } from 'lit'
import type { App } from '../app.ts'
import { marketNow_ms, midOf } from '../market.ts'
import type { MarketView } from '../state.ts'
import { formatMarketClock } from '../text/timestamps.ts'
import { chartView } from './chart.ts'
import { icon } from './icons.ts'

const SPEEDS = [1, 10, 80, 390] as const

export function marketView(app: App): TemplateResult {
  const { view, status } = app.state.market
  if (status === 'unavailable') {
    return html`<section class="market" aria-label="Market"><h2>Market</h2>
      <div class="market-none">${icon('chart', 28)}<p><b>Market panel unavailable</b></p>
        <p>No market simulator is running beside this page. Commands and posts work all the same.</p></div></section>`
  }
  if (!view)
    return html`<section class="market" aria-label="Market"><h2>Market</h2><div class="market-none">Reading the market…</div></section>`
  const now_ms = marketNow_ms(app.state.market, app.state.now_ms) ?? 0
  const mid = midOf(view)
  return html`<section class="market" aria-label="Market">
    <div class="market-head"><h2>Market</h2>${sourceBadge(view)}</div>
    ${priceView(app, view, mid)}
    ${chartView(view, now_ms, mid)}
    ${clockView(app, view, now_ms)}
  </section>`
}

function sourceBadge({ source }: MarketView): TemplateResult {
  const text = source.kind === 'SIM' ? `SIM seed ${source.label}` : `REPLAY ${source.label}`
  return html`<span class="badge ${source.kind.toLowerCase()}" title="Where these prices come from">${text}</span>`
}

function dayChange(view: MarketView, mid: number | null): { readonly points: number; readonly pct: number } | null {
  const open = view.bars[0]?.o
  if (mid === null || open === undefined) return null
  return { points: mid - open, pct: (100 * (mid - open)) / open }
}

function priceView(app: App, view: MarketView, mid: number | null): TemplateResult {
  const change = dayChange(view, mid)
  const direction = change === null ? '' : change.points >= 0 ? 'up' : 'down'
  const flash = app.state.market.flash === 0 ? '' : app.state.market.flash > 0 ? 'flash-up' : 'flash-down'
  return html`<div class="price">
    <span class="price-symbol">SPY</span>
    <span class="price-value ${flash}" aria-label="SPY price">${mid === null ? '—' : mid.toFixed(2)}</span>
    ${
      change === null
        ? nothing
        : html`<span class="price-change ${direction}">${change.points >= 0 ? '▲' : '▼'} ${Math.abs(change.points).toFixed(2)}
          <small>${signed(change.pct)} %</small></span>`
    }
  </div>
  ${view.spot ? html`<div class="price-quote">bid ${view.spot.bid.toFixed(2)} · ask ${view.spot.ask.toFixed(2)}</div>` : nothing}`
}

const signed = (value: number): string => `${value >= 0 ? '+' : '−'}${Math.abs(value).toFixed(2)}`

function clockView(app: App, view: MarketView, now_ms: number): TemplateResult {
  const { paused, speed } = view.clock
  const { date, time } = formatMarketClock(now_ms)
  return html`<div class="clock">
    <div class="clock-face">
      <span class="clock-time" role="timer" aria-label="Market time in New York">${time}</span>
      <span class="clock-date">${date} · New York</span>
    </div>
    <span class="session-state ${paused ? 'paused' : view.isOpen ? 'open' : ''}">${stateText(view, now_ms)}</span>
    <div class="clock-controls" role="group" aria-label="Market clock">
      <button type="button" class="clock-pause" aria-pressed=${paused ? 'true' : 'false'}
        aria-label=${paused ? 'Resume the market clock' : 'Pause the market clock'} @click=${() => app.setClock({ paused: !paused })}>
        ${icon(paused ? 'play' : 'pause', 18)} ${paused ? 'Resume' : 'Pause'}</button>
      ${SPEEDS.map(
        (value) => html`<button type="button" class="clock-speed" aria-pressed=${value === speed ? 'true' : 'false'}
          aria-label="Speed ${value} times" @click=${() => app.setClock({ speed: value })}>${value}×</button>`,
      )}
    </div>
  </div>`
}

function stateText(view: MarketView, now_ms: number): string {
  if (view.clock.paused) return 'Paused'
  if (view.isOpen) return 'Market open'
  if (view.session && now_ms < Date.parse(view.session.open)) return 'Before the open'
  return 'Market closed'
}

/** Price and time in the channel's header: opens and closes the panel. */
export function tickerView(app: App): TemplateResult {
  const { view, status } = app.state.market
  const isOpen = app.state.ui.side
  const toggle = () => app.setUi({ side: !isOpen })
  const mid = midOf(view)
  const now_ms = marketNow_ms(app.state.market, app.state.now_ms)
  const change = view ? dayChange(view, mid) : null
  const text =
    status === 'available' && view && now_ms !== null
      ? html`<span class="ticker-text"><b>SPY ${mid?.toFixed(2) ?? '—'}</b>
          ${change ? html`<span class=${change.points >= 0 ? 'up' : 'down'}>${change.points >= 0 ? '▲' : '▼'}</span>` : nothing}
          <span class="ticker-time">${formatMarketClock(now_ms).time.slice(0, 5)}</span></span>`
      : nothing
  return html`<button type="button" class="icon-button ticker ${isOpen ? 'on' : ''}" aria-expanded=${isOpen ? 'true' : 'false'}
    aria-label=${isOpen ? 'Hide market and members' : 'Show market and members'} @click=${toggle}>${icon('chart', 20)}${text}</button>`
}
