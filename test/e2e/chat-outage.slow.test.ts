/** Discord is away for more than a minute while the desk trades. */
import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { dayWithoutChat } from '../support/chat-outage.ts'

/** From a minute on, a post says how late it is. */
const LATE_MS = 62_000

const opened: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const thing of opened.splice(0).reverse()) await thing.close()
})

test('a day traded without Discord is posted whole, and each post that is over a minute late says so', async () => {
  const { late } = await dayWithoutChat(opened, 'session_ended', () => wait(LATE_MS))
  for (const part of ['Sold', 'Bought']) expect(late.join('\n')).toContain(part)
  expect(late.length).toBeGreaterThan(3)
  for (const text of late) expect(text).toMatch(/Delivered late\n.*(min|s) after it happened/)
}, 300_000)
