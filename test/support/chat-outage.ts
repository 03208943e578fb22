/** A trading day with Discord away from its first post on. Entry point: `dayWithoutChat`. */
import { expect } from 'vitest'
import type { JournalEvent } from '../../src/session/events.ts'
import { startTestChat, type TestChat } from './chat-in-test.ts'
import { textOf } from './chat-user.ts'
import { startTestDesk, type TestDesk } from './desk-in-test.ts'
import { TRADING_DATE } from './held-desk.ts'
import { until as holds } from './waits.ts'

/** A day of 400 market minutes in some twenty seconds. */
const SPEED = 1200
const DAY_MS_MAX = 90_000
/** The bot's longest pause between two tries, a sign-in, and a busy machine. */
const POSTS_MS_MAX = 90_000
const OUTAGE_S_MAX = 600
const FEED_NUMBER = /SIM seed 7 · 25k · #(\d+)/

interface DayWithoutChat {
  readonly desk: TestDesk
  readonly chat: TestChat
  /** Texts of the posts of the day that came after the outage, in the channel's order. */
  readonly late: readonly string[]
}

/** Discord comes back when `until` is in the journal and `hold` has resolved. */
export async function dayWithoutChat(
  opened: { close(): Promise<void> }[],
  until: JournalEvent['type'],
  hold: () => Promise<void> = async () => undefined,
): Promise<DayWithoutChat> {
  const desk = await startTestDesk({ source: { kind: 'seed', seed: '7', startDate: TRADING_DATE }, speed: SPEED })
  opened.push(desk)
  await desk.addWorker()
  const chat = await startTestChat(desk)
  opened.push(chat)
  const { outage } = chat.sim.world
  await chat.olivia.slash('start', { account: '25k' })
  await chat.olivia.waitFor((message) => textOf(message).includes('Session started'), { timeout_ms: DAY_MS_MAX })
  outage.begin(OUTAGE_S_MAX)
  const before = numbersIn(chat)
  const [account] = await desk.store.reader.accounts()
  const accountId = account?.accountId ?? ''
  const events = async () => (await desk.store.sessions.journal(accountId, TRADING_DATE)).map(({ event }) => event.type)
  await holds(until, async () => (await events()).includes(until), DAY_MS_MAX)
  expect({ isOn: outage.isOn, posted: numbersIn(chat) }).toEqual({ isOn: true, posted: before })
  await hold()

  outage.end()
  const feed = (await desk.store.reader.feed(accountId, 0, 10_000)).filter(({ date }) => date === TRADING_DATE)
  const last = feed.at(-1)?.feedNo ?? 0
  await chat.olivia.until(() => numbersIn(chat).length >= last, `${last} posts`, POSTS_MS_MAX)
  const numbers = numbersIn(chat)
  expect(numbers).toEqual(numbers.map((_, index) => index + 1))
  const texts = chat.olivia.messages().map(textOf)
  const late = texts.filter((text) => {
    const feedNo = Number(FEED_NUMBER.exec(text)?.[1] ?? 0)
    return feedNo > before.length && feedNo <= last
  })
  return { desk, chat, late }
}

const numbersIn = ({ olivia }: TestChat): number[] =>
  olivia.messages().flatMap((message) => {
    const found = FEED_NUMBER.exec(textOf(message))
    return found === null ? [] : [Number(found[1])]
  })
