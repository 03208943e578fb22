/** Discord is away while the desk trades. */
import { afterEach, expect, test } from 'vitest'
import { dayWithoutChat } from '../support/chat-outage.ts'

const opened: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const thing of opened.splice(0).reverse()) await thing.close()
})

test('what is traded without Discord is posted when it is back: in order, once, without gaps', async () => {
  const { late } = await dayWithoutChat(opened, 'fill')
  expect(late.join('\n')).toContain('Sold')
}, 200_000)
