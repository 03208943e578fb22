/**
 * Bots and people of one test file: made by the tests, closed after each of them. Import it once at the top of a file;
 * the closing registers itself.
 */
import type { APIMessage } from 'discord.js'
import { afterEach } from 'vitest'
import { BOT_TOKEN, CHANNEL_ID, OLIVIA } from '../../src/sim/discord/fixtures.ts'
import type { Answer, Call } from '../../src/sim/discord/rest/route.ts'
import { type BotInTest, type BotInTestOptions, startBot } from './bot-in-test.ts'
import { ChatUser, textOf } from './chat-user.ts'

export { deprecations } from './discord-wire.ts'

const open: { close(): void | Promise<void> }[] = []
afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.close()
})

/** Closed after the test, in the reverse order. */
export function closing<T extends { close(): void | Promise<void> }>(thing: T): T {
  open.push(thing)
  return thing
}

/** A bot of its own, and somebody in its channel. */
export async function desk(
  options: BotInTestOptions = {},
  userId = OLIVIA.id,
): Promise<{ bot: BotInTest; user: ChatUser }> {
  const bot = await startBot(options)
  closing({ close: () => bot.stop() })
  return { bot, user: await person(bot, userId) }
}

export async function person(bot: Pick<BotInTest, 'sim'>, userId: string): Promise<ChatUser> {
  return closing(await ChatUser.connect(bot.sim.url, userId))
}

/** The first message that contains `text`, there already or to come. */
export const saw = (user: ChatUser, text: string): Promise<APIMessage> =>
  user.waitFor((message) => textOf(message).includes(text))

/** Alternative texts of the files that the bot sent. */
export class SeenFiles {
  readonly descriptions: string[] = []
  readonly middleware = (call: Call, next: () => Promise<Answer>): Promise<Answer> => {
    const body = call.body as { attachments?: { description?: string }[] } | undefined
    for (const { description } of body?.attachments ?? [])
      if (description !== undefined) this.descriptions.push(description)
    return next()
  }
}

/** A message of the bot with these buttons, as an older version of it may have left one. */
export async function postAsBot(apiUrl: string, buttons: readonly object[]): Promise<void> {
  const answer = await fetch(`${apiUrl}/v10/channels/${CHANNEL_ID}/messages`, {
    method: 'POST',
    headers: { authorization: `Bot ${BOT_TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({ content: 'old', components: [{ type: 1, components: buttons }] }),
  })
  if (!answer.ok) throw new Error(`expected the message to be taken, got ${answer.status} ${await answer.text()}`)
}
