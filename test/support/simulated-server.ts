/** How a bot reaches the simulated Discord and its one server. Entry point: `simulatedServer`. */
import type { DiscordConfig } from '../../src/config/config.ts'
import {
  APPROVER_ROLE_ID,
  BOT_TOKEN,
  CHANNEL_ID,
  GUILD_ID,
  OPERATOR_ROLE_ID,
  VIEWER_ROLE_ID,
} from '../../src/sim/discord/fixtures.ts'

export const simulatedServer = (apiUrl: DiscordConfig['apiUrl']): DiscordConfig => ({
  token: BOT_TOKEN,
  guildId: GUILD_ID,
  channelId: CHANNEL_ID,
  guildIds: [GUILD_ID],
  channelIds: [CHANNEL_ID],
  operatorRoleIds: [OPERATOR_ROLE_ID],
  approverRoleIds: [APPROVER_ROLE_ID],
  viewerRoleIds: [VIEWER_ROLE_ID],
  alertRoleIds: [],
  apiUrl,
})
