/** Discord is away while the desk trades. */
import { afterEach, expect, test } from 'vitest'
import { dayWithoutChat } from '../support/chat-outage.ts'

const opened: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const thing of opened.splice(0).reverse()) await thing.close()
})

test('a day traded without Discord is posted when it is back: in order, once, without gaps', async () => {
  const { late } = await dayWithoutChat(opened)
  const text = late.join('\n')
  for (const part of ['Sold', 'Bought']) expect(text).toContain(part)
  expect(late.length).toBeGreaterThan(3)
}, 200_000)
