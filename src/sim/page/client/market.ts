/** Reads the market simulator through the page's own origin and sets its clock. */
import { MARKET_PROXY_PATH } from '../../discord/page-api.ts'
import type { MarketState, MarketView } from './state.ts'

const READ_EVERY_MS = 1_000
const READ_AGAIN_AFTER_FAILURE_MS = 5_000
/** While the server has not said that there is a market. */
const ASK_AGAIN_MS = 100
const TIMEOUT_MS = 4_000
const FLASH_MS = 500

export interface Market {
  setClock(change: { speed?: number; paused?: boolean }): Promise<void>
  /** Reads at once, beside the regular readings. */
  readNow(): void
}

/** Reads on for ever; `changed` is called after every reading that there is something to draw of. */
export function watchMarket(market: MarketState, now_ms: () => number, changed: () => void): Market {
  const read = async () => {
    let wait_ms = READ_EVERY_MS
    if (!market.isThere) {
      setTimeout(() => void read(), ASK_AGAIN_MS)
      return
    }
    try {
      accept(market, await request<MarketView>('market'), now_ms())
      if (market.flash !== 0) setTimeout(() => settle(market, changed), FLASH_MS)
    } catch {
      market.status = 'unavailable'
      wait_ms = READ_AGAIN_AFTER_FAILURE_MS
    }
    changed()
    setTimeout(() => void read(), document.hidden ? READ_AGAIN_AFTER_FAILURE_MS : wait_ms)
  }
  void read()
  return {
    readNow() {
      if (!market.isThere) return
      request<MarketView>('market').then(
        (view) => {
          accept(market, view, now_ms())
          changed()
        },
        () => undefined,
      )
    },
    async setClock(change) {
      try {
        const clock = await request<MarketView['clock']>('clock', change)
        if (market.view) accept(market, { ...market.view, clock }, now_ms())
      } catch {
        market.status = 'unavailable'
      }
      changed()
    },
  }
}

function settle(market: MarketState, changed: () => void): void {
  market.flash = 0
  changed()
}

function accept(market: MarketState, view: MarketView, now_ms: number): void {
  const before = midOf(market.view)
  const after = midOf(view)
  market.flash = before === null || after === null ? 0 : Math.sign(after - before)
  market.view = view
  market.read_ms = now_ms
  market.status = 'available'
}

export function midOf(view: MarketView | null): number | null {
  return view?.spot ? (view.spot.bid + view.spot.ask) / 2 : null
}

/** Market time now: the clock as read, run on at its speed, but never more than one reading's worth. */
export function marketNow_ms(market: MarketState, now_ms: number): number | null {
  const clock = market.view?.clock
  if (!clock) return null
  const read_ms = Date.parse(clock.now)
  if (clock.paused) return read_ms
  return read_ms + Math.min(READ_EVERY_MS, Math.max(0, now_ms - market.read_ms)) * clock.speed
}

async function request<T>(path: string, body?: object): Promise<T> {
  const init: RequestInit = { signal: AbortSignal.timeout(TIMEOUT_MS) }
  if (body)
    Object.assign(init, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
  const answer = await fetch(`${MARKET_PROXY_PATH}/${path}`, init)
  if (!answer.ok) throw new Error(`the market answered ${answer.status}`)
  // The page’s own server answers; who asks names the shape.
  return (await answer.json()) as T
}
