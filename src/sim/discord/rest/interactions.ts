/** Answers to interactions: the first one, and by the interaction's token its edits and follow-ups. */
import { apiErrors } from '../errors.ts'
import type { Interaction } from '../interaction.ts'
import type { World } from '../world.ts'
import { type Call, NO_CONTENT, ok, type Route } from './route.ts'

const WEBHOOK = '/webhooks/:application/:token'
const bucket = { name: 'webhook', limit: 5, window_ms: 2_000 }
const major = ['token']
const followUp = { path: `${WEBHOOK}/messages/:message`, byToken: true, bucket, major } as const

function interactionOf({ params }: Call, world: World): Interaction {
  const interaction = world.interactions.byToken(params.token ?? '')
  if (params.application !== interaction.application.user.id) throw apiErrors.unknownWebhook()
  return interaction
}

const messageIdOf = (call: Call): string => call.params.message ?? ''

export const interactionRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/interactions/:interaction/:token/callback',
    byToken: true,
    run: (call, world) => {
      const { interaction = '', token = '' } = call.params
      const body = world.interactions.callback(interaction, token, call.body, call.uploads)
      return call.query.with_response === 'true' ? ok(body) : NO_CONTENT
    },
  },
  {
    method: 'POST',
    path: WEBHOOK,
    byToken: true,
    bucket,
    major,
    run: (call, world) => ok(world.interactions.followUp(interactionOf(call, world), call.body, call.uploads)),
  },
  {
    ...followUp,
    method: 'GET',
    run: (call, world) => {
      const interaction = interactionOf(call, world)
      return ok(world.messages.json(world.interactions.message(interaction, messageIdOf(call))))
    },
  },
  {
    ...followUp,
    method: 'PATCH',
    run: (call, world) => {
      const interaction = interactionOf(call, world)
      return ok(world.interactions.editMessage(interaction, messageIdOf(call), call.body, call.uploads))
    },
  },
  {
    ...followUp,
    method: 'DELETE',
    run: (call, world) => {
      world.interactions.deleteMessage(interactionOf(call, world), messageIdOf(call))
      return NO_CONTENT
    },
  },
]
