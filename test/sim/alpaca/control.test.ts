/** The simulator's clock over HTTP: steps, pauses, speeds, nights. */
import { describe, expect, it } from 'vitest'
import { optionsOfFlags, simAlpacaCommand } from '../../../src/cli/sim-alpaca.ts'
import { startAlpacaSim } from '../../../src/sim/alpaca/index.ts'
import { call, DATE, eventually, NEXT_DATE, QUIET_DAY, recording, startSim, step, stepTo } from './harness.ts'

describe('stepping a paused market', () => {
  it('goes book by book, with a stop at each close and each start of a day', async () => {
    const sim = await startSim({
      source: recording([QUIET_DAY, { ...QUIET_DAY, date: NEXT_DATE, books: QUIET_DAY.books.slice(0, 1) }]),
    })
    const seen: string[] = []
    for (let steps = 0; steps < 10; steps++) {
      const { now, stopped } = await step(sim, { books: 1 })
      seen.push(`${stopped} ${now.slice(5, 19)}`)
    }
    expect(seen).toEqual([
      'book 07-17T14:00:00',
      'book 07-17T14:05:00',
      'book 07-17T19:40:00',
      'book 07-17T19:50:00',
      'close 07-17T20:00:00',
      'day_start 07-20T13:20:00',
      'book 07-20T14:00:00',
      'close 07-20T20:00:00',
      'end 07-20T20:10:00',
      'end 07-20T20:10:00',
    ])
    expect((await call(sim, 'GET', '/sim/market')).body).toMatchObject({
      ended: true,
      isOpen: false,
      clock: { paused: true },
    })
  })

  it('goes by seconds of running market time and to an instant, passing over the night', async () => {
    const sim = await startSim()
    expect(await step(sim, { seconds: 600 })).toMatchObject({ now: '2026-07-17T13:30:00.000Z', stopped: 'time' })
    expect(await stepTo(sim, '16:00:00')).toMatchObject({ now: '2026-07-17T20:00:00.000Z' })
    expect(await step(sim, { seconds: 660 })).toMatchObject({ now: '2026-07-20T13:21:00.000Z' })
    expect(await stepTo(sim, '12:00:00', '2026-07-21')).toMatchObject({ now: '2026-07-21T16:00:00.000Z' })
    // In the night there is nothing: the step ends where the next day starts.
    expect(await stepTo(sim, '23:00:00', '2026-07-21')).toMatchObject({
      now: '2026-07-22T13:20:00.000Z',
      stopped: 'day_start',
    })
  })

  it('is refused while the clock runs, and where the request is not readable', async () => {
    const sim = await startSim({ paused: false, speed: 0.1 })
    expect((await call(sim, 'POST', '/sim/step', { seconds: 1 })).status).toBe(409)
    expect((await call(sim, 'POST', '/sim/clock', { paused: true })).body).toMatchObject({ paused: true, speed: 0.1 })
    for (const body of [{}, { seconds: -1 }, { books: 0 }, { to: 'noon' }, { seconds: 1, books: 1 }]) {
      expect((await call(sim, 'POST', '/sim/step', body)).status).toBe(400)
    }
    expect((await call(sim, 'POST', '/sim/clock', { speed: 20_000 })).status).toBe(400)
  })
})

describe('a running market', () => {
  it('runs at its speed, stands still while paused and changes speed', async () => {
    const sim = await startSim({ paused: false, speed: 1_000 })
    const now_ms = async () => Date.parse(String((await call(sim, 'GET', '/sim/clock')).body.now))
    const start_ms = await now_ms()
    await eventually(async () => (await now_ms()) > start_ms + 60_000)
    await call(sim, 'POST', '/sim/clock', { paused: true })
    const paused_ms = await now_ms()
    await new Promise((resolve) => setTimeout(resolve, 60))
    expect(await now_ms()).toBe(paused_ms)
    await call(sim, 'POST', '/sim/clock', { paused: false, speed: 10_000 })
    await eventually(async () => (await now_ms()) > paused_ms + 600_000)
  })

  it('passes over the night by itself and stops at the end of a recording', async () => {
    const sim = await startSim({ source: recording([QUIET_DAY, { ...QUIET_DAY, date: NEXT_DATE }]), speed: 1_000 })
    const market = async () => (await call(sim, 'GET', '/sim/market')).body
    await stepTo(sim, '16:09:00')
    await call(sim, 'POST', '/sim/clock', { paused: false })
    await eventually(() => sim.market.session.date === NEXT_DATE)
    await call(sim, 'POST', '/sim/clock', { paused: true })
    await stepTo(sim, '16:09:00', NEXT_DATE)
    await call(sim, 'POST', '/sim/clock', { paused: false })
    const ended = await eventually(async () => {
      const view = await market()
      return view.ended === true && view
    })
    expect(ended.clock).toMatchObject({ now: '2026-07-20T20:10:00.000Z', paused: true })
  })

  it('shows the page what it draws', async () => {
    const sim = await startSim()
    await stepTo(sim, '09:32:30')
    const { body } = await call(sim, 'GET', '/sim/market', undefined, null)
    expect(body).toMatchObject({
      source: { kind: 'SIM', label: 'test' },
      clock: { now: '2026-07-17T13:32:30.000Z', paused: true },
      session: { date: DATE, open: '2026-07-17T13:30:00.000Z', close: '2026-07-17T20:00:00.000Z' },
      isOpen: true,
      spot: { t: '2026-07-17T13:32:30.000Z' },
      accounts: [
        { number: 'SIM-test-25k', keyId: 'PKSIM25K', equity: 25_000 },
        { number: 'SIM-test-2k', keyId: 'PKSIM2K', equity: 2_000 },
      ],
    })
    expect(body.bars).toHaveLength(2)
  })
})

describe('starting', () => {
  it('says everything that is wrong with the options', async () => {
    await expect(
      startAlpacaSim({ port: -1, speed: 0, source: { kind: 'seed', seed: 'a b', startDate: '2026-02-30' } }),
    ).rejects.toThrow(/port[\s\S]*|speed[\s\S]*startDate/)
  })

  it('says that no recorded day is left by the dates asked for', async () => {
    await expect(
      startAlpacaSim({ port: 0, source: { ...recording([QUIET_DAY]), from: '2026-08-01' } }),
    ).rejects.toThrow('expected at least one recorded day')
  })

  it('says which days quotes and bars have where no day has both', async () => {
    const { bars: _, ...withoutBars } = QUIET_DAY
    const bars = [['10:00', 746, 747, 745, 746]] as const
    const source = { ...recording([withoutBars, { date: NEXT_DATE, books: [], bars }]), barsNeeded: true }
    await expect(startAlpacaSim({ port: 0, source })).rejects.toThrow(
      /expected at least one recorded day with quotes and bars[\s\S]*quotes: 1 day: 2026-07-17 [\s\S]*bars: 1 day: 2026-07-20 /,
    )
  })

  it('reads the flags of the command', () => {
    const command = simAlpacaCommand()
    command.parseOptions([
      '--quotes',
      'q.csv',
      '--bars',
      'b.csv',
      '--from',
      DATE,
      '--equity-2k',
      '90000',
      '--speed',
      '390',
    ])
    expect(optionsOfFlags(command.opts(), '2026-11-20', '/data')).toMatchObject({
      source: { kind: 'recorded', quotesFile: '/data/q.csv', barsFile: '/data/b.csv', from: DATE },
      speed: 390,
      accounts: [
        { profile: '25k', equity: 25_000 },
        { profile: '2k', equity: 90_000 },
      ],
    })
    command.parseOptions([])
    const alone = simAlpacaCommand()
    alone.parseOptions(['--quotes', 'q.csv'])
    expect(() => optionsOfFlags(alone.opts(), '2026-11-20', '/')).toThrow('expected both --quotes and --bars')
  })
})
