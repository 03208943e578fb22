import { describe, expect, test } from 'vitest'
import { SimProcess } from '../../src/chaos/time/sim-process.ts'
import { VirtualTime } from '../../src/chaos/time/virtual-time.ts'

const EPOCHS = { wall_ms: 1000, market_ms: 5000, marketEnd_ms: 5500 }

describe('virtual time', () => {
  test('events come in the order of their time, then of their planning', async () => {
    const time = new VirtualTime()
    const seen: string[] = []
    time.at(20, () => seen.push('c'))
    time.at(10, () => seen.push('a'))
    time.at(10, () => seen.push('b'))
    await time.run(20)
    expect(seen).toEqual(['a', 'b'])
    await time.run(21)
    expect(seen).toEqual(['a', 'b', 'c'])
  })

  test('everything that follows from an event happens before the next one', async () => {
    const time = new VirtualTime()
    const seen: string[] = []
    const manyTurns = async () => {
      for (let turn = 0; turn < 500; turn += 1) await null
      seen.push(`settled at ${time.now_ms}`)
    }
    time.at(1, () => void manyTurns())
    time.at(2, () => seen.push('next'))
    await time.run(3)
    expect(seen).toEqual(['settled at 1', 'next'])
  })

  test('prop_any_events_come_in_order', async () => {
    const fc = await import('fast-check')
    const plan = fc.array(fc.nat(50), { maxLength: 60 })
    await fc.assert(
      fc.asyncProperty(plan, async (moments) => {
        const time = new VirtualTime()
        const seen: number[] = []
        for (const at_ms of moments) time.at(at_ms, () => seen.push(at_ms))
        await time.run(100)
        expect(seen).toEqual([...moments].sort((a, b) => a - b))
      }),
      { numRuns: 50 },
    )
  })

  test('a run that stands still ends with an error', async () => {
    const time = new VirtualTime()
    const again = (): void => void time.after(0, again)
    again()
    await expect(time.run(1)).rejects.toThrow('expected time to move on')
  })

  test('an error in an event ends the run', async () => {
    const time = new VirtualTime()
    time.at(1, () => {
      throw new Error('broken')
    })
    await expect(time.run(2)).rejects.toThrow('broken')
  })
})

describe('a simulated process', () => {
  const started = () => {
    const time = new VirtualTime()
    return { time, process: new SimProcess('p', time, EPOCHS) }
  }

  test('sleeps on both clocks, and until a market time', async () => {
    const { time, process } = started()
    const seen: string[] = []
    const note = (what: string) => () => void seen.push(`${what} ${process.wall.now_ms()} ${process.market.now_ms()}`)
    void process.wall.sleep(30).then(note('slept'))
    void process.market.until(5020, new AbortController().signal).then(note('reached'))
    await time.run(1000)
    expect(seen).toEqual(['reached 1020 5020', 'slept 1030 5030'])
    // The night: the market's clock stands still, what comes later is not reached.
    expect(process.market.now_ms()).toBe(5030)
    time.at(900, () => undefined)
    await time.run(1000)
    expect(process.market.now_ms()).toBe(5500)
  })

  test('a wait ends at once when its signal aborts, and once only', async () => {
    const { time, process } = started()
    const stopping = new AbortController()
    const ended: number[] = []
    void process.sleep(100, stopping.signal).then(() => ended.push(time.now_ms))
    void process.sleep(10, stopping.signal).then(() => ended.push(time.now_ms))
    time.at(50, () => stopping.abort())
    await time.run(1000)
    expect(ended).toEqual([10, 50])
  })

  test('nothing reaches it once it is killed', async () => {
    const { time, process } = started()
    let woke = false
    void process.sleep(10).then(() => {
      woke = true
    })
    time.at(5, () => process.kill())
    await time.run(1000)
    expect(woke).toBe(false)
  })

  test('what comes while it hangs comes when it goes on', async () => {
    const { time, process } = started()
    const woke: number[] = []
    void process.sleep(10).then(() => woke.push(time.now_ms))
    time.at(5, () => process.pause(40))
    await time.run(1000)
    expect(woke).toEqual([45])
  })
})
