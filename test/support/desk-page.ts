/**
 * A desk on the local page shortly before the rules enter, its clock stopped: for tests that go on where the one before
 * ended. To be called once in a `describe`: `useDeskPage`.
 */
import { afterAll, beforeAll } from 'vitest'
import { startTestChat, type TestChat, type TestChatOptions } from './chat-in-test.ts'
import { postTo, slowOnceHeld, startTestDesk, type TestDesk } from './desk-in-test.ts'
import { useVisitors } from './page-visitor.ts'
import type { Visitor } from './visitor.ts'

const TRADING_DATE = '2026-11-23'
/** The rules enter on this seed within minutes. */
const SHORTLY_BEFORE_ENTRY = `${TRADING_DATE}T09:40:00-05:00`
/** Slow enough for the decision of each minute. */
const SPEED = 240
/** For the market to reach the entry, on a busy machine. */
const ENTRY_MS_MAX = 60_000

interface DeskPage {
  readonly desk: TestDesk
  readonly chat: TestChat
  readonly olivia: Visitor
}

interface DeskPages {
  readonly current: DeskPage
  /** Lets the market run, and slows it down once a position is held. */
  enter(): Promise<void>
}

export function useDeskPage(options: TestChatOptions = {}): DeskPages {
  const visitors = useVisitors()
  let page: DeskPage | null = null
  const current = (): DeskPage => {
    if (page === null) throw new Error('expected to be in a test')
    return page
  }
  beforeAll(async () => {
    const source = { kind: 'seed', seed: '7', startDate: TRADING_DATE } as const
    const desk = await startTestDesk({ source, speed: 1, paused: true })
    await desk.addWorker()
    await desk.beginAt(SHORTLY_BEFORE_ENTRY)
    const chat = await startTestChat(desk, { hasPage: true, ...options })
    page = { desk, chat, olivia: await visitors.visit(chat.sim.url) }
  })
  afterAll(async () => {
    await page?.chat.close()
    await page?.desk.close()
  })
  return {
    get current() {
      return current()
    },
    async enter() {
      const { desk } = current()
      await postTo(desk.sim.clockUrl, { speed: SPEED })
      await slowOnceHeld(desk, ENTRY_MS_MAX)
    },
  }
}
