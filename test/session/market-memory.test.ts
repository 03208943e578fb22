import { describe, expect, test } from 'vitest'
import { MarketMemory } from '../../src/session/runner/market-memory.ts'
import { MINUTE_MS } from '../../src/time/units.ts'
import { at, DATE } from '../support/session.ts'

const OPEN_MS = at('09:30')
const SESSION = { date: DATE, open_ms: OPEN_MS, close_ms: at('16:00') }

/** Both clocks in one, moved by hand. */
function timed() {
  const time = { now_ms: at('10:00'), wall_ms: 0 }
  const clock = { now_ms: () => time.now_ms, observe: () => undefined, speed: () => 1, until: async () => undefined }
  const wall = { now_ms: () => time.wall_ms, monotonic_ms: () => time.wall_ms, sleep: async () => undefined }
  return { time, memory: new MarketMemory(clock, wall, SESSION) }
}

const spot = (time: string) => ({ bid: 741, ask: 741, t_ms: at(time) })

describe('a mute stream', () => {
  test('is one that is connected, silent, and behind what the broker answers', () => {
    const { time, memory } = timed()
    memory.connection('stock', 'connected')
    memory.spot(spot('10:00'))
    time.wall_ms = 5000
    memory.readSpot(spot('10:00:16'))
    expect(memory.takeMute()).toBe('stock')
    expect(memory.takeMute()).toBeNull()
  })

  test('is told once, and so is its return; being connected again is none', () => {
    const { time, memory } = timed()
    const silences = () => memory.takeSilences().map(({ stream, isMute }) => `${stream} ${isMute ? 'mute' : 'back'}`)
    memory.connection('stock', 'connected')
    memory.spot(spot('10:00'))
    expect(silences()).toEqual([])
    for (const at of ['10:00:16', '10:00:32', '10:00:48']) {
      time.wall_ms += 5000
      memory.readSpot(spot(at))
      memory.connection('stock', 'connected')
    }
    expect(silences()).toEqual(['stock mute'])
    memory.spot(spot('10:01'))
    memory.spot(spot('10:01:01'))
    expect(silences()).toEqual(['stock back'])
  })

  test('is not one that is just slow behind a fast market', () => {
    const { time, memory } = timed()
    memory.connection('stock', 'connected')
    memory.spot(spot('10:00'))
    time.wall_ms = 4999
    memory.readSpot(spot('10:05'))
    expect(memory.takeMute()).toBeNull()
  })

  test('is not one whose market has no news either', () => {
    const { time, memory } = timed()
    memory.connection('options', 'connected')
    const quote = { bid: 1, ask: 1.02, t_ms: at('10:00') }
    memory.options(new Map([['A', quote]]))
    time.wall_ms = 60_000
    memory.readOptions(new Map([['A', quote]]))
    expect(memory.takeMute()).toBeNull()
  })

  test('is not one that is down: it is being connected anyway', () => {
    const { time, memory } = timed()
    memory.spot(spot('10:00'))
    memory.connection('stock', 'disconnected')
    time.wall_ms = 60_000
    memory.readSpot(spot('10:05'))
    expect(memory.takeMute()).toBeNull()
  })
})

describe('what was read and what came', () => {
  test('an older quote never replaces a newer one', () => {
    const { memory } = timed()
    memory.spot(spot('10:00:05'))
    memory.readSpot(spot('10:00:01'))
    expect(memory.view([])?.spot?.t_ms).toBe(at('10:00:05'))
  })

  test('bars are complete up to what was read, or to a streamed one that follows directly', () => {
    const { memory } = timed()
    const bar = (minute: number) => ({ t_ms: OPEN_MS + minute * MINUTE_MS, o: 1, h: 1, l: 1, c: 1 })
    memory.readBars([bar(0)], OPEN_MS + 60_000)
    memory.streamedBar(bar(2))
    expect(memory.completeUntil_ms()).toBe(OPEN_MS + 60_000)
    memory.streamedBar(bar(1))
    expect(memory.completeUntil_ms()).toBe(OPEN_MS + 120_000)
  })
})
