import type { Worker } from 'bullmq'
import { describe, expect, test, vi } from 'vitest'
import { createLogger } from '../../src/config/logger.ts'
import { systemWallClock } from '../../src/config/wall-clock.ts'
import type { SessionJob } from '../../src/queue/jobs.ts'
import { type Leaving, leaveSessions } from '../../src/queue/leaving.ts'
import type { SessionHandle, SessionOutcome } from '../../src/session/runner/runner.ts'

/** The last worker has nobody to hand over to. */
const NOBODY_ELSE = { isTaken: async () => false, takeBack: async () => unused() }
const unused = (): never => {
  throw new Error('expected nothing to be taken back')
}

test('a session that is flat but cannot be saved, as Redis is away, is not told as open', async () => {
  let exposed = true
  let told: string | null = null
  const handle: Partial<SessionHandle> = {
    isExposed: () => exposed,
    flatten: () => {
      exposed = false
    },
    leaveOpen: (message) => {
      told = message
    },
    handOver: () => undefined,
    ended: new Promise(() => undefined),
  }
  const sessions: Partial<Worker> = { pause: async () => undefined }
  const isSafe = await leaveSessions({
    sessions: sessions as Worker,
    running: new Map([['account', handle as SessionHandle]]),
    leave: async () => false,
    ...NOBODY_ELSE,
    wall: systemWallClock,
    log: await createLogger({ level: 'silent', name: 'test' }),
  })
  expect([isSafe, told]).toEqual([true, null])
})

test('the last worker leaves what is flat at once: nothing is opened while the rest is being closed', async () => {
  const done: string[] = []
  const session = (name: string, isOpen: boolean): SessionHandle => {
    let exposed = isOpen
    const handle: Partial<SessionHandle> = {
      isExposed: () => exposed,
      flatten: () => {
        done.push(`${name} is closed`)
        exposed = false
      },
      handOver: () => void done.push(`${name} is left`),
      ended: Promise.resolve('handed_over'),
    }
    return handle as SessionHandle
  }
  const sessions: Partial<Worker> = { pause: async () => undefined }
  await leaveSessions({
    sessions: sessions as Worker,
    running: new Map([
      ['open', session('open', true)],
      ['flat', session('flat', false)],
    ]),
    leave: async () => false,
    ...NOBODY_ELSE,
    wall: systemWallClock,
    log: await createLogger({ level: 'silent', name: 'test' }),
  })
  expect(done).toEqual(['flat is left', 'open is closed', 'open is left'])
})

describe('what is handed over with something open', () => {
  const handle = (ended: SessionOutcome, done: string[] = []): SessionHandle => {
    let isOpen = true
    const fake: Partial<SessionHandle> = {
      isExposed: () => isOpen,
      handOver: () => void done.push('handed over'),
      flatten: () => {
        done.push('closed')
        isOpen = false
      },
      health: () => ({ accountId: 'a1', date: '2026-07-17' }) as ReturnType<SessionHandle['health']>,
      ended: Promise.resolve(ended),
    }
    return fake as SessionHandle
  }
  const leave = async (leaving: Pick<Leaving, 'leave' | 'isTaken' | 'takeBack'>, running: Map<string, SessionHandle>) =>
    leaveSessions({
      ...leaving,
      sessions: { pause: async () => undefined } as Partial<Worker> as Worker,
      running,
      wall: systemWallClock,
      log: await createLogger({ level: 'silent', name: 'test' }),
    })

  test('is left to the worker that has it', async () => {
    const isTaken = vi.fn().mockResolvedValueOnce(false).mockResolvedValue(true)
    const running = new Map([['a1', handle('handed_over')]])
    expect(await leave({ leave: async () => true, isTaken, takeBack: async () => unused() }, running)).toBe(true)
    expect(isTaken).toHaveBeenCalledTimes(2)
  })

  test('is taken back and closed where the other worker leaves as well', async () => {
    const done: string[] = []
    const running = new Map([['a1', handle('handed_over', done)]])
    const hasOthers = vi.fn().mockResolvedValueOnce(true).mockResolvedValue(false)
    const takeBack = async (session: SessionJob) => {
      done.push(`taken back: ${session.accountId} of ${session.date}`)
      running.set('a1', handle('ended', done))
    }
    expect(await leave({ leave: hasOthers, isTaken: async () => false, takeBack }, running)).toBe(true)
    expect(done).toEqual(['handed over', 'taken back: a1 of 2026-07-17', 'closed'])
  })

  /** A run that has failed: it closes nothing any more, and its position is still there. */
  const failed = (): SessionHandle => {
    const ended = Promise.reject<SessionOutcome>(new Error('the run failed'))
    ended.catch(() => undefined)
    return { ...handle('ended'), flatten: () => undefined, ended }
  }

  test('is run once more, and closed, where its run failed as the last worker was closing it', async () => {
    const done: string[] = []
    const running = new Map([['a1', failed()]])
    const takeBack = async () => void running.set('a1', handle('ended', done))
    expect(await leave({ leave: async () => false, isTaken: async () => false, takeBack }, running)).toBe(true)
    expect(done).toEqual(['closed'])
  })

  test('is not said to be closed where its run fails again and again', async () => {
    const running = new Map([['a1', failed()]])
    const takeBack = async () => void running.set('a1', failed())
    expect(await leave({ leave: async () => false, isTaken: async () => false, takeBack }, running)).toBe(false)
  })

  test('makes the worker leave with a failure where nobody has it and it cannot be taken back', async () => {
    const hasOthers = vi.fn().mockResolvedValueOnce(true).mockResolvedValue(false)
    const running = new Map([['a1', handle('lost')]])
    const takeBack = async () => Promise.reject(new Error('the store is away'))
    const isTaken = async () => Promise.reject(new Error('the store is away'))
    expect(await leave({ leave: hasOthers, isTaken, takeBack }, running)).toBe(false)
  })
})
