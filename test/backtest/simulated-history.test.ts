import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { runBacktest } from '../../src/backtest/backtest.ts'
import { alpacaHistory } from '../../src/cli/alpaca-history.ts'
import { loadConfig } from '../../src/config/env.ts'
import { systemWallClock } from '../../src/config/wall-clock.ts'
import { DEFAULT_ACCOUNTS } from '../../src/sim/alpaca/options.ts'
import { call, put, startSim, stepTo } from '../sim/alpaca/harness.ts'
import { config } from '../strategy/fixtures.ts'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

const SEED = { kind: 'seed', seed: '7', startDate: '2026-07-20' } as const
const bars = async (sim: Awaited<ReturnType<typeof startSim>>, path: string) => (await call(sim, 'GET', path)).body

describe("the simulated market's past", () => {
  test('is downloaded and traded like Alpaca’s, is never kept beside it, and says what it is', async () => {
    const sim = await startSim({ source: SEED })
    const folder = mkdtempSync(join(tmpdir(), 'phase4d-sim-history-'))
    folders.push(folder)
    const { keyId, secret } = DEFAULT_ACCOUNTS[0] ?? {}
    const settings = loadConfig({
      ALPACA_API_KEY_25K: keyId,
      ALPACA_SECRET_KEY_25K: secret,
      ALPACA_TRADING_URL: sim.url,
      ALPACA_DATA_URL: sim.url,
    })
    const run = () => {
      const cache = { folder, unique: '1', say: () => undefined }
      const signal = new AbortController().signal
      const range = { from: '2026-07-15', to: '2026-07-17' }
      const clock = { ...systemWallClock, now_ms: () => Date.parse('2026-07-20T12:00:00Z') }
      const source = alpacaHistory({ config: settings, cache, clock, signal }, range)
      const more = { set: [], sweep: [], workers: 1, signal, onProgress: () => undefined, remember: async () => 1 }
      return runBacktest({ source, config: config(), fills: 'mid', ...more })
    }
    const result = await run()
    expect(result.period).toEqual({ from: '2026-07-15', to: '2026-07-17', days: 3 })
    expect(result.summary.closed).toBeGreaterThan(0)
    expect(result.data.books).toBeGreaterThan(1_000)
    expect(result.source).toEqual({ kind: 'market', label: 'simulated one-minute bars (iex), trades without quotes' })
    expect(readdirSync(folder)).toEqual([])
    expect(await run()).toEqual(result)
  })

  test('has bars of days before the first, of each put on its own day, in pages, and nothing of the future', async () => {
    const sim = await startSim({ source: SEED })
    const day = 'timeframe=1Min&start=2026-07-17T13:30:00Z&end=2026-07-17T20:00:00Z'
    const spy = (await bars(sim, `/v2/stocks/bars?symbols=SPY&${day}&limit=10000`)) as {
      bars: { SPY: { c: number }[] }
    }
    expect(spy.bars.SPY).toHaveLength(390)
    const strike = Math.round(spy.bars.SPY[0]?.c ?? 0)
    const [own, next] = [put(strike, '2026-07-17'), put(strike, '2026-07-20')]
    const path = `/v1beta1/options/bars?symbols=${own},${next}&${day}`
    const all = (await bars(sim, `${path}&limit=10000`)) as { bars: Record<string, { t: string }[]> }
    expect(Object.keys(all.bars)).toEqual([own])
    const first = (await bars(sim, `${path}&limit=100`)) as { bars: typeof all.bars; next_page_token: string }
    const second = (await bars(sim, `${path}&limit=100&page_token=${first.next_page_token}`)) as typeof first
    expect([...(first.bars[own] ?? []), ...(second.bars[own] ?? [])]).toEqual(all.bars[own]?.slice(0, 200))
    await stepTo(sim, '09:33:30', '2026-07-20')
    const today = (await bars(sim, `/v1beta1/options/bars?symbols=${next}&timeframe=1Min`)) as typeof all
    expect(today.bars[next]?.map(({ t }) => t.slice(11, 16))).toEqual(['13:30', '13:31', '13:32'])
    const old = `/v2/stocks/bars?symbols=SPY&timeframe=1Min&start=2025-07-17T13:30:00Z&end=2025-07-17T20:00:00Z`
    expect(await bars(sim, old)).toEqual({ bars: {}, next_page_token: null })
  })
})
