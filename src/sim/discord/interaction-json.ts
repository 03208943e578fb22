/** Interactions in the shapes of Discord's API: what the bot is told, and what its answers carry. */
import { dropUndefined } from './compose.ts'
import { findUser, memberWithUserJson, userJson } from './directory.ts'
import { FILE_BYTES_MAX } from './files.ts'
import { GUILD_ID } from './fixtures.ts'
import { ANSWER, INTERACTION_TYPE, type Interaction } from './interaction.ts'
import type { StoredMessage } from './message.ts'
import type { World } from './world.ts'

function metadata(interaction: Interaction): Record<string, unknown> {
  const { opener, source } = interaction
  return dropUndefined({
    id: interaction.id,
    type: interaction.kind,
    user: userJson(interaction.user),
    authorizing_integration_owners: { '0': GUILD_ID },
    ...(interaction.kind === INTERACTION_TYPE.component ? { interacted_message_id: source?.id } : {}),
    ...(opener === undefined ? {} : { triggering_interaction_metadata: metadata(opener) }),
  })
}

/** What a message has that answers an interaction. */
export function answerFields(interaction: Interaction, repliesTo: string | null): Record<string, unknown> {
  const name = interaction.commandName ?? interaction.opener?.commandName
  const reference = { type: 0, channel_id: interaction.channel.id, message_id: repliesTo, guild_id: GUILD_ID }
  return dropUndefined({
    application_id: interaction.application.user.id,
    webhook_id: interaction.application.user.id,
    interaction_metadata: metadata(interaction),
    interaction:
      interaction.kind === INTERACTION_TYPE.command && name !== undefined
        ? { id: interaction.id, type: interaction.kind, name, user: userJson(interaction.user) }
        : undefined,
    message_reference: repliesTo === null ? undefined : reference,
  })
}

/** What the API answers to a first answer with `with_response`. */
export function callbackJson(
  world: World,
  interaction: Interaction,
  type: number,
  message: StoredMessage | null,
): object {
  // As documented: the message comes only with an answer that is one, not with a deferral.
  const shows = message !== null && (type === ANSWER.message || type === ANSWER.update)
  return {
    interaction: dropUndefined({
      id: interaction.id,
      type: interaction.kind,
      channel_id: interaction.channel.id,
      guild_id: GUILD_ID,
      response_message_id: message?.id,
      response_message_loading: message === null ? undefined : interaction.isLoading,
      response_message_ephemeral: message === null ? undefined : message.audience !== null,
    }),
    ...(shows ? { resource: { type, message: world.messages.json(message) } } : {}),
  }
}

/** INTERACTION_CREATE's data. */
export function payloadJson(world: World, interaction: Interaction): Record<string, unknown> {
  const { user, channel, source } = interaction
  const permissions = world.directory.permissionBits(user).toString()
  return dropUndefined({
    id: interaction.id,
    application_id: interaction.application.user.id,
    type: interaction.kind,
    token: interaction.token,
    version: 1,
    guild_id: GUILD_ID,
    guild: { id: GUILD_ID, locale: 'en-US', features: [] },
    guild_locale: 'en-US',
    channel_id: channel.id,
    channel: { ...world.channels.json(channel), permissions },
    member: { ...memberWithUserJson(findUser(user.id) ?? user), permissions },
    locale: 'en-US',
    app_permissions: world.directory.permissionBits(interaction.application.user).toString(),
    entitlements: [],
    entitlement_sku_ids: [],
    authorizing_integration_owners: { '0': GUILD_ID },
    context: 0,
    attachment_size_limit: FILE_BYTES_MAX,
    data: interaction.data,
    message: source === undefined ? undefined : world.messages.json(source),
  })
}
