/** A desk with closed trades and a team that reviews them: the real bot and store, no market. */
import { createCommandBus } from '../../src/queue/commands.ts'
import type { JournalEvent } from '../../src/session/events.ts'
import { AMIR, VERA } from '../../src/sim/discord/fixtures.ts'
import type { Store } from '../../src/store/open-store.ts'
import { campaignOf, commitTo, openTestStore } from './archive.ts'
import { startTestChat, type TestChat, type TestChatOptions } from './chat-in-test.ts'
import { ChatUser, type Outcome } from './chat-user.ts'
import { DAY_EVENTS } from './desk-samples.ts'

export const REVIEW_ACCOUNT = 'account-1'
export const TRADE_ID = '2026-07-17-1'

export interface ReviewTeam {
  readonly store: Store
  readonly chat: TestChat
  readonly olivia: ChatUser
  readonly amir: ChatUser
  readonly vera: ChatUser
  close(): Promise<void>
}

/** With the sample day's trade closed, and the day still on. */
export function startReviewTeam(options: TestChatOptions = {}): Promise<ReviewTeam> {
  const events = DAY_EVENTS.filter(({ type }) => type !== 'session_ended')
  return startTeam(events, options)
}

/** `events`: what the day's journal begins with; none, and the account is not known yet. */
export async function startTeam(events: readonly JournalEvent[], options: TestChatOptions = {}): Promise<ReviewTeam> {
  const prefix = `test-${crypto.randomUUID()}`
  const store = await openTestStore(prefix)
  const bus = await createCommandBus(process.env.TEST_REDIS_URL ?? '', prefix)
  if (events.length > 0) {
    await commitTo(store, events, { campaign: { expectedSeq: 0, value: campaignOf(REVIEW_ACCOUNT) } })
  }
  const chat = await startTestChat({ store, bus, sim: null }, options)
  const [amir, vera] = await Promise.all([AMIR, VERA].map(({ id }) => ChatUser.connect(chat.sim.url, id)))
  if (amir === undefined || vera === undefined) throw new Error('expected two people')
  return {
    store,
    chat,
    olivia: chat.olivia,
    amir,
    vera,
    async close() {
      amir.close()
      vera.close()
      await chat.close()
      await bus.close()
      store.close()
    },
  }
}

interface Given {
  readonly entry?: number
  readonly exit?: number
  readonly sizing?: number
  readonly tags?: readonly string[]
  readonly note?: string
}

/** Opens the form from `/review`, as a person does: the trade's button, then the plan's answer. */
export async function openForm(user: ChatUser, plan: 'by' | 'off' = 'by', tradeId = TRADE_ID): Promise<Outcome> {
  await user.slash('trade', { id: tradeId })
  const id = `review:${REVIEW_ACCOUNT}:${tradeId}:${plan}`
  const message = await user.waitFor((candidate) => JSON.stringify(candidate.components ?? []).includes(id))
  const pressed = await user.press(message, id)
  if (pressed.modal === null) throw new Error(`expected a form, got ${pressed.state} ${pressed.text ?? ''}`)
  return pressed
}

/** Fills what is given, and leaves what the form holds already. */
export async function send(user: ChatUser, { modal }: Outcome, given: Given): Promise<Outcome> {
  if (modal === null) throw new Error('expected a form, got none')
  const { entry = 4, exit = 4, sizing = 4, tags = [], note = '' } = given
  return user.submit(modal, { entry: [String(entry)], exit: [String(exit)], sizing: [String(sizing)], tags, note })
}
