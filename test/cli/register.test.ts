import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DEFINITIONS } from '../../commands/index.ts'
import { inviteText, runRegister } from '../../src/cli/register.ts'
import { parseConfig } from '../../src/config/env.ts'
import { permissionBits } from '../../src/discord/permissions.ts'
import { BOT_TOKEN, CHANNEL_ID, GUILD_ID, OPERATOR_ROLE_ID } from '../../src/sim/discord/fixtures.ts'
import type { DiscordSim } from '../../src/sim/discord/server.ts'
import { startBot, startSim } from '../support/bot-in-test.ts'

describe('phase4d register', () => {
  let sim: DiscordSim
  beforeAll(async () => {
    sim = await startSim()
  })
  afterAll(() => sim.close())

  async function register(over: Record<string, string> = {}) {
    let text = ''
    const config = parseConfig({
      DISCORD_TOKEN: BOT_TOKEN,
      DISCORD_GUILD_ID: GUILD_ID,
      DISCORD_CHANNEL_ID: CHANNEL_ID,
      DISCORD_OPERATOR_ROLE_IDS: OPERATOR_ROLE_ID,
      DISCORD_API_URL: sim.apiUrl,
      ...over,
    })
    const status = await runRegister(config, {
      write: (part) => {
        text += part
      },
    })
    return { status, text }
  }

  it('registers what is missing, invites nobody to a simulator, and has nothing to do the second time', async () => {
    const first = await register()
    expect(first.status).toBe(0)
    expect(first.text).toContain(`added ${DEFINITIONS.map(({ name }) => `/${name}`).join(' ')}`)
    expect(first.text).toContain(`Discord is simulated here (${sim.apiUrl})`)
    expect(first.text).not.toContain('discord.com')
    const second = await register()
    expect(second.text).toContain('Slash commands are up to date')
  })

  it('prints the link of a real application with exactly the permissions it uses', () => {
    const text = inviteText({ id: '1191893689958400001', name: 'Desk' }, GUILD_ID)
    expect(text).toContain('https://discord.com/')
    expect(text).toContain(`permissions=${permissionBits()}`)
    expect(text).toContain('client_id=1191893689958400001')
  })

  it('says what to do about a refused token and an unreachable Discord', async () => {
    const refused = await register({ DISCORD_TOKEN: `${BOT_TOKEN}x` })
    expect(refused).toMatchObject({ status: 1, text: expect.stringContaining('Discord refused DISCORD_TOKEN') })
    const away = await register({ DISCORD_API_URL: 'http://127.0.0.1:1/api' })
    expect(away).toMatchObject({ status: 1, text: expect.stringContaining('cannot be reached') })
  })

  it('ends the bot with what to do when the token is refused', async () => {
    await expect(startBot({ sim, discord: { token: `${BOT_TOKEN}x` } })).rejects.toThrow('Copy the token again')
  })
})
