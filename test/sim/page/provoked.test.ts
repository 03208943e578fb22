import { beforeEach, describe, expect, it } from 'vitest'
import { runningOf } from '../../../src/sim/page/client/provoked.ts'
import { applyFrame } from '../../../src/sim/page/client/reduce.ts'
import { type AppState, createState, type MarketView, type Provoked } from '../../../src/sim/page/client/state.ts'

const WALL_MS = Date.parse('2026-11-22T19:00:00Z')
const MARKET_MS = Date.parse('2026-07-17T14:00:00Z')
const in_s = (from_ms: number, seconds: number): string => new Date(from_ms + seconds * 1000).toISOString()

let state: AppState
const provoked = (part: Partial<Provoked>) => {
  const nothing: Provoked = { shock: null, rejections: null, mute: [], refused: [], outages: [] }
  state.market.view = { provoked: { ...nothing, ...part } } as MarketView
}
const running = () => runningOf(state, MARKET_MS).map(({ name, left }) => `${name}: ${left}`)

beforeEach(() => {
  state = createState(WALL_MS, true)
})

describe('what is provoked now', () => {
  it('is nothing before the market was read, and with a market that says nothing of it', () => {
    expect(running()).toEqual([])
    state.market.view = {} as MarketView
    expect(running()).toEqual([])
  })

  it('counts seconds of wall time, orders, and a shock in market time', () => {
    provoked({
      shock: { pct: -1, until: in_s(MARKET_MS, 5) },
      rejections: { left: 2 },
      mute: [{ stream: 'stock', until: in_s(WALL_MS, 3) }],
      outages: [
        { host: 'trading', until: in_s(WALL_MS, 9.2) },
        { host: 'data', until: in_s(WALL_MS, 4) },
      ],
    })
    applyFrame(state, { type: 'outage', until_ms: WALL_MS + 20_000 })
    expect(running()).toEqual([
      'shockDown: moving',
      'rejectOrders: 2 left',
      'muteStreams: 3 s',
      'brokerOutage: 10 s',
      'discordOutage: 20 s',
    ])
  })

  it('ends by the clock, also between readings', () => {
    provoked({ shock: { pct: 1, until: in_s(MARKET_MS, 0) }, mute: [{ stream: 'stock', until: in_s(WALL_MS, 3) }] })
    expect(running()).toEqual(['muteStreams: 3 s'])
    state.now_ms += 3_000
    expect(running()).toEqual([])
  })

  it('tells a rise from a fall, and not a shock without a clock', () => {
    provoked({ shock: { pct: 1, until: in_s(MARKET_MS, 1) } })
    expect(running()).toEqual(['shockUp: moving'])
    expect(runningOf(state, null)).toEqual([])
  })

  it('is over for Discord when the server says so', () => {
    applyFrame(state, { type: 'outage', until_ms: WALL_MS + 20_000 })
    applyFrame(state, { type: 'outage', until_ms: null })
    expect(running()).toEqual([])
  })
})
