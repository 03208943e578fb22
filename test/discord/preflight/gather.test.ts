import { PermissionFlagsBits } from 'discord.js'
import { afterEach, describe, expect, it } from 'vitest'
import { DEFINITIONS } from '../../../commands/index.ts'
import type { DiscordConfig } from '../../../src/config/config.ts'
import { discordLines } from '../../../src/discord/preflight/checks.ts'
import { gatherDiscord, restClient } from '../../../src/discord/preflight/gather.ts'
import { BOT_ROLE_ID, CHANNEL_ID, GUILD_ID } from '../../../src/sim/discord/fixtures.ts'
import type { Middleware } from '../../../src/sim/discord/rest/route.ts'
import { startSim } from '../../support/bot-in-test.ts'
import { simulatedServer } from '../../support/simulated-server.ts'

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.close()
})

/** What is not right, as `id: found`. */
async function problems(
  change: Partial<DiscordConfig> = {},
  middleware: readonly Middleware[] = [],
): Promise<string[]> {
  const sim = await startSim({ middleware })
  open.push(sim)
  const config = { ...simulatedServer(sim.apiUrl), approverRoleIds: [], ...change }
  const client = restClient(config)
  open.push({ close: () => client.destroy() })
  const lines = discordLines(await gatherDiscord(client, config, DEFINITIONS))
  return lines.filter(({ status }) => status !== 'pass').map(({ id, found }) => `${id}: ${found}`)
}

/** Changes the JSON that a route answers. */
const rewriting =
  (route: string, change: (body: Record<string, unknown>) => unknown): Middleware =>
  async (call, next) => {
    const answer = await next()
    if (call.route !== route || answer.status !== 200) return answer
    return { ...answer, body: change(structuredClone(answer.body) as Record<string, unknown>) }
  }

const NOT_REGISTERED = `discord_commands: missing ${DEFINITIONS.map(({ name }) => `/${name}`).join(' ')}`

describe('gathering at Discord, without a connection to the gateway', () => {
  it('finds nothing wrong but commands that no bot has registered yet', async () => {
    expect(await problems()).toEqual([NOT_REGISTERED])
  })

  it('reads every server and channel of the lists', async () => {
    const found = await problems({ guildIds: [GUILD_ID, '999'], channelIds: [CHANNEL_ID, '998'] })
    expect(found).toEqual([
      expect.stringContaining('discord_guild: the bot is not in server 999'),
      expect.stringContaining('discord_channel: the bot does not see channel 998'),
      NOT_REGISTERED,
    ])
  })

  it('sees a permission that the channel takes from the bot', async () => {
    const deny = String(PermissionFlagsBits.AttachFiles | PermissionFlagsBits.EmbedLinks)
    const overwrite = { id: BOT_ROLE_ID, type: 0, allow: '0', deny }
    const denied = rewriting('/channels/:channel', (body) => ({ ...body, permission_overwrites: [overwrite] }))
    const found = (await problems({}, [denied])).filter((line) => line.startsWith('discord_permissions'))
    expect(found).toEqual([
      'discord_permissions: missing: Embed Links (posts are embeds), Attach Files (charts and reports are files)',
    ])
  })

  it('sees roles, channels and servers that are not there', async () => {
    const gone = '1192618465689600099'
    expect(await problems({ operatorRoleIds: [gone] })).toContainEqual(
      `discord_roles: operator: ${gone} (not there); approver: whoever manages the server; viewer: Viewer`,
    )
    expect(await problems({ alertRoleIds: [gone] })).toContainEqual(
      `discord_paging: nobody is paged: ${gone} (not there)`,
    )
    expect(await problems({ operatorRoleIds: [] })).toContainEqual(
      'discord_paging: nobody is paged: there are no alert roles and no operator roles',
    )
    expect(await problems({ channelId: gone })).toContainEqual(
      `discord_channel: the bot does not see channel ${gone} (Unknown Channel, code 10003)`,
    )
    expect(await problems({ guildId: gone })).toEqual([
      `discord_guild: the bot is not in server ${gone} (Unknown Guild, code 10004)`,
    ])
  })

  it('tells a refused token from an outage', async () => {
    const [refused] = await problems({ token: 'x'.repeat(40) })
    expect(refused).toMatch(/^discord_token: Discord refuses the token: 401/)
    const [away] = await problems({}, [async () => ({ status: 503 })])
    expect(away).toMatch(/^discord_token: Discord cannot be reached at 127\.0\.0\.1:\d+: /)
  })
})
