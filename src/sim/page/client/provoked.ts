/** What is provoked now, as the panel shows it: which button is on, and for how long. Pure. */
import type { ProvocationName } from './desk.ts'
import type { AppState, Provoked } from './state.ts'

interface Running {
  /** The button that it belongs to. */
  readonly name: ProvocationName
  /** What is left of it, e.g. `17 s` or `2 left`. */
  readonly left: string
}

const NOTHING: Provoked = { shock: null, rejections: null, mute: [], refused: [], outages: [] }

/** In the order of the buttons. `marketNow_ms`: market time, in which a shock runs. */
export function runningOf(state: AppState, marketNow_ms: number | null): readonly Running[] {
  const { shock, rejections, mute, outages } = state.market.view?.provoked ?? NOTHING
  const { outageUntil_ms } = state.desk
  const running: Running[] = []
  if (shock !== null && marketNow_ms !== null && Date.parse(shock.until) > marketNow_ms) {
    running.push({ name: shock.pct < 0 ? 'shockDown' : 'shockUp', left: 'moving' })
  }
  if (rejections !== null) running.push({ name: 'rejectOrders', left: `${rejections.left} left` })
  add('muteStreams', latest(mute))
  add('brokerOutage', latest(outages))
  add('discordOutage', outageUntil_ms)
  return running

  function add(name: ProvocationName, until_ms: number | null): void {
    if (until_ms === null || until_ms <= state.now_ms) return
    running.push({ name, left: `${Math.ceil((until_ms - state.now_ms) / 1000)} s` })
  }
}

function latest(ends: readonly { readonly until: string }[]): number | null {
  return ends.length === 0 ? null : Math.max(...ends.map(({ until }) => Date.parse(until)))
}
