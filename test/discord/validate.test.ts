import { afterEach, describe, expect, it } from 'vitest'
import { pass, reportOf } from '../../src/preflight/line.ts'
import type { CommandResult } from '../../src/queue/jobs.ts'
import { OLIVIA } from '../../src/sim/discord/fixtures.ts'
import { type BotInTest, startBot } from '../support/bot-in-test.ts'
import { ChatUser, textOf } from '../support/chat-user.ts'

const open: { close(): void | Promise<void> }[] = []
afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.close()
})

async function validate(answer: CommandResult | 'pending'): Promise<{ bot: BotInTest; text: string }> {
  const bot = await startBot({ answer })
  open.push({ close: () => bot.stop() })
  const user = await ChatUser.connect(bot.sim.url, OLIVIA.id)
  open.push(user)
  await user.slash('validate', { account: '2k' })
  const post = await user.waitFor((message) => textOf(message).includes('Preflight'))
  return { bot, text: textOf(post) }
}

const preflight = reportOf(
  { account: '2k', source: { kind: 'SIM', label: '7' } },
  [pass('keys', 'there')],
  ['keys', 'bars'],
)
const DISCORD_PASSED = '✅ Discord token: the bot is Phase4D'

describe('/validate', () => {
  it("asks the worker, adds the bot's own part, and shows both", async () => {
    const { bot, text } = await validate({ ok: true, accountId: 'a', message: 'm', plan: null, preflight })
    expect(bot.commands.jobs).toMatchObject([{ kind: 'validate', profile: '2k' }])
    expect(text).toContain('✅ Preflight 2k: 9 passed, 1 not checked')
    expect(text).toContain('✅ Keys: there')
    expect(text).toContain(DISCORD_PASSED)
    expect(text).toMatch(/✅ Slash commands: all \d+ registered/)
  })

  it('says that no worker answers, and what to do, with what the bot knows itself', async () => {
    const { text } = await validate('pending')
    expect(text).toContain('❌ **Worker**: no worker has answered within 10 s\n→ Start a worker')
    expect(text).toContain(DISCORD_PASSED)
    expect(text).toContain('Not checked\nBroker answers, Redis answers')
  })

  it('says that Redis is away', async () => {
    const refusal = { code: 'store_unreachable', message: 'away', numbers: {} } as const
    const { text } = await validate({ ok: false, refusal })
    expect(text).toContain('❌ **Redis answers**: does not answer\n→ Start Redis')
  })
})
