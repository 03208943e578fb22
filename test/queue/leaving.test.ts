import type { Worker } from 'bullmq'
import { expect, test } from 'vitest'
import { createLogger } from '../../src/config/logger.ts'
import { systemWallClock } from '../../src/config/wall-clock.ts'
import { leaveSessions } from '../../src/queue/leaving.ts'
import type { SessionHandle } from '../../src/session/runner/runner.ts'

test('a session that is flat but cannot be saved, as Redis is away, is not told as open', {
  timeout: 20_000,
}, async () => {
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
    wall: systemWallClock,
    log: await createLogger({ level: 'silent', name: 'test' }),
  })
  expect([isSafe, told]).toEqual([true, null])
})

test('the last worker leaves what is flat at once: nothing is opened while the rest is being closed', {
  timeout: 20_000,
}, async () => {
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
    wall: systemWallClock,
    log: await createLogger({ level: 'silent', name: 'test' }),
  })
  expect(done).toEqual(['flat is left', 'open is closed', 'open is left'])
})
