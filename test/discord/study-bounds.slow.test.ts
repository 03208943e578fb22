import { describe, expect, test } from 'vitest'
import { desk } from '../support/bot-bench.ts'
import { endsBeyond, useStudyBench } from '../support/study-bench.ts'
import { until } from '../support/waits.ts'

const bench = useStudyBench()
const studying = () => desk({ parts: { studies: bench.current().ports } })

describe('studies of a desk', () => {
  test('of two workers one runs a study, the other waits', async () => {
    const { user } = await studying()
    bench.current().addWorker()
    bench.current().addWorker()
    for (const seed of ['a', 'b']) await user.slash('backtest', { fills: 'touch', days: 60, seed })
    let together = 0
    const states = async () => (await bench.current().ports.store.all()).map(({ run }) => run?.state)
    await until('both to be done', async () => {
      const now = await states()
      together = Math.max(together, now.filter((state) => state === 'running').length)
      return now.length === 2 && now.every((state) => state === 'done')
    })
    expect(await states()).toEqual(['done', 'done'])
    expect(together).toBe(1)
  })

  test.each([
    ['memory', { memoryMax_mb: 20 }, 'not done', 'it needed more than 20 MB'],
    ['a heap it dies of', { heapMax_mb: 8 }, 'failed', 'its process failed twice'],
  ])('a study beyond its bound of %s ends, and says what to do', (_, bounds, word, reason) =>
    endsBeyond(bench.current(), bounds, word, reason),
  )
})
