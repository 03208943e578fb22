import { afterEach, describe, expect, test } from 'vitest'
import type { WallClock } from '../../src/config/clock.ts'
import { liveMarketClock, type RunningMarketClock, simMarketClock } from '../../src/config/market-clock.ts'

const T = Date.parse('2026-07-17T13:30:00Z')

/** Time moves only when `advance` is called. */
function handWall(start_ms = 1_000_000) {
  let elapsed_ms = 0
  const sleepers = new Set<{ until_ms: number; wake: () => void }>()
  const wall: WallClock = {
    now_ms: () => start_ms + elapsed_ms,
    monotonic_ms: () => elapsed_ms,
    sleep: (wait_ms, signal) =>
      new Promise((resolve) => {
        const sleeper = { until_ms: elapsed_ms + wait_ms, wake: resolve }
        sleepers.add(sleeper)
        signal?.addEventListener('abort', () => resolve(), { once: true })
      }),
  }
  const advance = async (by_ms: number): Promise<void> => {
    elapsed_ms += by_ms
    for (const sleeper of sleepers) {
      if (sleeper.until_ms > elapsed_ms) continue
      sleepers.delete(sleeper)
      sleeper.wake()
    }
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve()
    await new Promise((resolve) => setImmediate(resolve))
  }
  return { wall, advance }
}

const clocks: RunningMarketClock[] = []
afterEach(async () => {
  await Promise.all(clocks.splice(0).map((clock) => clock.close()))
})

function simulated() {
  const { wall, advance } = handWall()
  const answer: { now: string; speed: number; paused: boolean; status: number } = {
    now: new Date(T).toISOString(),
    speed: 390,
    paused: false,
    status: 200,
  }
  const problems: (string | null)[] = []
  const clock = simMarketClock({
    url: 'http://127.0.0.1:1/sim/clock',
    poll_ms: 100,
    wall,
    fetch: async () => new Response(JSON.stringify({ ...answer }), { status: answer.status }),
    onProblem: (problem) => problems.push(problem),
  })
  clocks.push(clock)
  return { clock, answer, advance, problems, at: (ms: number) => new Date(ms).toISOString() }
}

describe('the clock of a simulated market', () => {
  test('is unknown until it was read, and an event before that proves nothing', async () => {
    const { clock } = simulated()
    clock.observe(T + 5)
    expect(clock.now_ms()).toBeNull()
    await clock.start()
    expect(clock.now_ms()).toBe(T)
    expect(clock.speed()).toBe(390)
  })

  test('stands still between readings, whatever the wall says', async () => {
    const { clock, answer, advance } = simulated()
    await clock.start()
    await advance(99)
    expect(clock.now_ms()).toBe(T)
    answer.now = new Date(T + 39_000).toISOString()
    await advance(1)
    expect(clock.now_ms()).toBe(T + 39_000)
  })

  test('moves to the newest event and is not set back by a reading that is behind it', async () => {
    const { clock, answer, advance, at } = simulated()
    await clock.start()
    clock.observe(T + 60_000)
    clock.observe(T + 30_000)
    expect(clock.now_ms()).toBe(T + 60_000)
    answer.now = at(T + 50_000)
    await advance(100)
    expect(clock.now_ms()).toBe(T + 60_000)
  })

  test('shows a paused market as speed 0', async () => {
    const { clock, answer } = simulated()
    answer.paused = true
    await clock.start()
    expect(clock.speed()).toBe(0)
  })

  test('goes blind and says so when it jumps back: that is another market', async () => {
    const { clock, answer, advance, at, problems } = simulated()
    await clock.start()
    answer.now = at(T - 600_000)
    await advance(100)
    expect(clock.now_ms()).toBeNull()
    expect(problems.at(-1)).toContain('jumped back')
    answer.now = at(T + 600_000)
    await advance(100)
    expect(clock.now_ms()).toBeNull()
  })

  test('keeps its last time while it cannot be read, reports it once, and recovers', async () => {
    const { clock, answer, advance, at, problems } = simulated()
    await clock.start()
    answer.status = 503
    await advance(100)
    await advance(100)
    expect(clock.now_ms()).toBe(T)
    expect(problems).toEqual([expect.stringContaining('HTTP 503')])
    Object.assign(answer, { status: 200, now: at(T + 1000) })
    await advance(100)
    expect(problems.at(-1)).toBeNull()
    expect(clock.now_ms()).toBe(T + 1000)
  })

  test('refuses an answer that is no clock', async () => {
    const { clock, answer, problems } = simulated()
    answer.now = 'noon'
    await clock.start()
    expect(clock.now_ms()).toBeNull()
    expect(problems).toEqual([expect.stringContaining('no clock')])
  })
})

describe('the clock of the real market', () => {
  test("is the system's, corrected by the broker's", async () => {
    const { wall, advance } = handWall(T)
    const clock = liveMarketClock({ wall, brokerNow_ms: async () => T + 2_500 })
    clocks.push(clock)
    expect(clock.now_ms()).toBeNull()
    await clock.start()
    expect(clock.now_ms()).toBe(T + 2_500)
    await advance(10_000)
    expect(clock.now_ms()).toBe(T + 12_500)
  })

  test('takes the middle of the round trip', async () => {
    const { wall, advance } = handWall(T)
    const clock = liveMarketClock({
      wall,
      brokerNow_ms: async () => {
        await advance(400)
        return T + 10_200
      },
    })
    clocks.push(clock)
    await clock.start()
    expect(clock.now_ms()).toBe(T + 10_400)
  })

  test('never runs backwards when the correction shrinks', async () => {
    const { wall, advance } = handWall(T)
    let broker_ms = T + 5_000
    const clock = liveMarketClock({ wall, brokerNow_ms: async () => broker_ms, everyMin: 1 })
    clocks.push(clock)
    await clock.start()
    await advance(59_000)
    const before = clock.now_ms()
    broker_ms = T + 60_000 - 3_000
    await advance(1_000)
    expect(clock.now_ms()).toBe(before)
    await advance(20_000)
    expect(clock.now_ms()).toBe(T + 77_000)
  })

  test('asks the broker at once when the machine has slept, and again only after a pause', async () => {
    const { wall, advance } = handWall(T)
    let [slept_ms, asked, isAway] = [0, 0, false]
    const brokerNow_ms = async () => {
      asked += 1
      return isAway ? null : wall.now_ms() + slept_ms
    }
    const system_ms = () => wall.now_ms() + slept_ms
    const clock = liveMarketClock({ wall: { ...wall, system_ms }, brokerNow_ms })
    clocks.push(clock)
    await clock.start()
    await advance(10_000)
    slept_ms = 1_999
    clock.now_ms()
    expect(asked).toBe(1)
    slept_ms = 3_600_000
    isAway = true
    clock.now_ms()
    clock.now_ms()
    await advance(0)
    expect(clock.now_ms()).toBe(T + 10_000)
    expect(asked).toBe(2)
    isAway = false
    await advance(5_000)
    clock.now_ms()
    await advance(0)
    expect(clock.now_ms()).toBe(T + 15_000 + 3_600_000)
    expect(asked).toBe(3)
  })

  test('stays unknown while the broker cannot be asked, and tries again', async () => {
    const { wall, advance } = handWall(T)
    const answers: (number | null)[] = [null, T + 5_000]
    const clock = liveMarketClock({ wall, brokerNow_ms: async () => answers.shift() ?? null })
    clocks.push(clock)
    await clock.start()
    expect(clock.now_ms()).toBeNull()
    expect(clock.problem()).toContain('cannot be read')
    await advance(5_000)
    expect(clock.now_ms()).toBe(T + 5_000)
    expect(clock.problem()).toBeNull()
  })
})
