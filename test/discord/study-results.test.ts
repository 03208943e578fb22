import { describe, expect, test } from 'vitest'
import { OLIVIA } from '../../src/sim/discord/fixtures.ts'
import type { Middleware } from '../../src/sim/discord/rest/route.ts'
import { readTried } from '../../src/store/tried-runs.ts'
import { closing, desk, person, saw } from '../support/bot-bench.ts'
import { startBot, startSim } from '../support/bot-in-test.ts'
import { type ChatUser, textOf } from '../support/chat-user.ts'
import { ended, endsBeyond, result, results, TWO_DAYS, useStudyBench } from '../support/study-bench.ts'
import { until } from '../support/waits.ts'

const bench = useStudyBench()
const studying = () => desk({ parts: { studies: bench.current().ports } })

describe('the result', () => {
  const asked = async (user: ChatUser, options: Record<string, string | number> = {}) => {
    bench.current().addDataSet('july', TWO_DAYS)
    await user.slash('backtest', { fills: 'touch', data: 'july', ...options })
    return saw(user, 'Backtest: waiting')
  }
  test('is posted once, by a bot that was not there when it was asked for', async () => {
    const sim = closing(await startSim())
    const before = await startBot({ sim, parts: { studies: bench.current().ports } })
    const user = await person(before, OLIVIA.id)
    const message = await asked(user)
    await before.stop()
    bench.current().addWorker()
    const states = async () => (await bench.current().ports.store.all()).map(({ run }) => run?.state)
    await until('it to be done', async () => (await states())[0] === 'done')
    const after = await startBot({ sim, parts: { studies: bench.current().ports } })
    closing({ close: () => after.stop() })
    await result(user)
    expect((await ended(user, 'done')).id).toBe(message.id)
    expect(results(user)).toHaveLength(1)
  })

  test('is posted once by a bot that died right after it sent it', async () => {
    const { store } = bench.current().ports
    let deaths = 0
    const dying = {
      ...store,
      savePosted: async (...[id, posted, epoch]: Parameters<typeof store.savePosted>) => {
        if (posted.messageId === null || deaths > 0) return store.savePosted(id, posted, epoch)
        deaths++
        throw new Error('the bot died')
      },
    }
    const { user } = await desk({ parts: { studies: { ...bench.current().ports, store: dying } } })
    await asked(user)
    bench.current().addWorker()
    await ended(user, 'done')
    expect(deaths).toBe(1)
    expect(results(user)).toHaveLength(1)
  })

  test('that may not be posted for a while is posted once it may; one that Discord does not take is said', async () => {
    const statuses = [403, 404]
    const refusing: Middleware = async (call, next) => {
      const isResult = call.method === 'POST' && JSON.stringify(call.body ?? '').includes('result of study')
      const status = isResult ? statuses.shift() : undefined
      return status === undefined ? next() : { status, body: { code: 0, message: 'not now' } }
    }
    const { user } = await desk({ parts: { studies: bench.current().ports }, middleware: [refusing] })
    bench.current().addWorker()
    await asked(user)
    await result(user)
    await ended(user, 'done')
    expect(statuses).toEqual([])
    expect(results(user)).toHaveLength(1)
    statuses.push(413)
    await asked(user, { from: '2026-07-17' })
    expect(textOf(await ended(user, 'failed'))).toContain('could not be posted')
  })

  test('comes from another worker when the one that had the study leaves, and is recorded once', async () => {
    const { user } = await studying()
    const first = bench.current().addWorker()
    await user.slash('backtest', { fills: 'touch', days: 40, sweep: 'vixMax=15,20,25' })
    await ended(user, 'running')
    await first.stop()
    bench.current().addWorker()
    await result(user)
    await ended(user, 'done')
    expect(results(user)).toHaveLength(1)
    const places = { dataDir: bench.current().folder, store: bench.current().store, say: () => undefined }
    expect(await readTried(places)).toHaveLength(1)
  })

  test('a study beyond its bound of time ends, and says what to do', () =>
    endsBeyond(bench.current(), { timeMax_ms: 300 }, 'not done', 'it took longer than'))

  test.each([
    ['job stalled more than allowable limit', 'two workers died of it'],
    ['Redis does not answer\nat line 7', 'it failed each time: Redis does not answer.'],
    ['', 'the queue gave it up without a reason'],
  ])('what the queue lost is put there again, what it gave up is said with its reason: %j', async (reason, said) => {
    const { store, queue } = bench.current().ports
    const states: ('absent' | 'failed')[] = []
    const added: string[] = []
    const lossy = {
      ...queue,
      add: async ({ id }: { readonly id: string }) => void added.push(id),
      stateOf: async () => ({ state: states.shift() ?? 'failed', reason }),
    }
    states.push('absent')
    const { user } = await desk({ parts: { studies: { ...bench.current().ports, queue: lossy } } })
    const message = await asked(user)
    const failed = await ended(user, 'failed')
    expect(failed.id).toBe(message.id)
    expect(textOf(failed)).toContain(said)
    expect(added.length).toBeGreaterThan(1)
    expect((await store.all())[0]?.run?.state).toBe('failed')
  })
})
