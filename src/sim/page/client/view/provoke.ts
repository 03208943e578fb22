/** The panel's buttons that provoke what a desk must handle, and what is provoked now. */
import { html, nothing, type TemplateResult } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import type { App } from '../app.ts'
import type { ProvocationName } from '../desk.ts'
import { marketNow_ms } from '../market.ts'
import { runningOf } from '../provoked.ts'
import { type IconName, icon } from './icons.ts'

interface Control {
  readonly name: ProvocationName
  readonly icon: IconName
  readonly label: string
  readonly what: string
}

const SHOCKS: readonly Control[] = [
  { name: 'shockDown', icon: 'fall', label: 'Shock −1 %', what: 'SPY falls by 1 % within 10 seconds of market time' },
  { name: 'shockUp', icon: 'rise', label: 'Shock +1 %', what: 'SPY rises by 1 % within 10 seconds of market time' },
]
const BROKER: readonly Control[] = [
  { name: 'rejectOrders', icon: 'block', label: 'Reject orders', what: 'The broker rejects the next 3 orders' },
  {
    name: 'muteStreams',
    icon: 'mute',
    label: 'Mute quotes',
    what: 'Quote streams stay connected and say nothing, 20 s',
  },
  {
    name: 'brokerOutage',
    icon: 'unplug',
    label: 'Broker outage',
    what: 'The broker answers errors and drops streams, 20 s',
  },
]
const DISCORD: Control = {
  name: 'discordOutage',
  icon: 'unplug',
  label: 'Discord outage',
  what: 'Discord drops the bot and answers errors, 20 s; this page stays',
}
const WORKER: Control = {
  name: 'killWorker',
  icon: 'skull',
  label: 'Kill the worker',
  what: 'Kills the process that trades, without warning; another takes over',
}

/** Shocks need a seeded market, faults of the broker a simulated one, and the worker a supervisor. */
function controlsOf(app: App): readonly Control[] {
  const { view, status, isThere } = app.state.market
  // Not read yet is as good as there: buttons that come later would move the others away under the pointer.
  const hasMarket = isThere && status !== 'unavailable'
  return [
    ...(hasMarket && view?.source.kind !== 'REPLAY' ? SHOCKS : []),
    ...(hasMarket ? BROKER : []),
    DISCORD,
    ...(app.state.desk.canKillWorker ? [WORKER] : []),
  ]
}

export function provokeView(app: App): TemplateResult {
  const { state } = app
  const running = runningOf(state, marketNow_ms(state.market, state.now_ms))
  const leftOf = (name: ProvocationName): string | null => running.find((one) => one.name === name)?.left ?? null
  return html`<section class="market provoke" aria-label="Provoke">
    <div class="market-head"><h2>Provoke</h2>
      ${
        running.length > 0
          ? html`<button type="button" class="text-link provoke-calm" @click=${() => calm(app)}>End all</button>`
          : html`<small>What a desk must handle</small>`
      }</div>
    <div class="provoke-buttons">${repeat(
      controlsOf(app),
      (control) => control.name,
      (control) => buttonView(app, control, leftOf(control.name)),
    )}</div>
    <div class="provoke-state" role="status" aria-label="Provoked now">${state.desk.said ?? nothing}</div>
  </section>`
}

function buttonView(app: App, control: Control, left: string | null): TemplateResult {
  const isAsking = app.state.desk.asking.has(control.name)
  return html`<button type="button" class="provoke-button ${left === null ? '' : 'on'}" title=${control.what}
    aria-pressed=${left === null ? 'false' : 'true'} ?disabled=${isAsking} @click=${() => app.provoke(control.name)}>
    ${icon(control.icon, 16)}<span>${control.label}</span>${left === null ? nothing : html`<b>${left}</b>`}</button>`
}

/** A shock goes on: what the price has done is done. */
function calm(app: App): void {
  if (app.state.market.status === 'available') app.provoke('calmMarket')
  if (app.state.desk.outageUntil_ms !== null) app.provoke('endDiscordOutage')
}
