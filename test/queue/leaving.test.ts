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
