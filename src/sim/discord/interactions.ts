/**
 * The life of interactions, from a person's act to the bot's answers.
 *
 * 1. The first answer comes within `FIRST_ANSWER_WITHIN_MS`, once; later it is 10062, twice it is 40060.
 * 2. Edits and follow-ups work for `INTERACTION_LIFE_MS` after the act; later the token is invalid (50027).
 * 3. Autocomplete is answered with choices only, and only other interactions with a message, an update or a modal.
 *
 * Entry points: `begin` (a person acts), `callback` (first answer), `original`, `editMessage`, `followUp` (later ones).
 */
import { randomBytes } from 'node:crypto'
import type { APIMessage, APIModalInteractionResponseCallbackData } from 'discord.js'
import { z } from 'zod'
import { apiErrors } from './errors.ts'
import type { Upload } from './files.ts'
import { applicationOf } from './fixtures.ts'
import { type Act, ANSWER, fits, INTERACTION_TYPE, type Interaction } from './interaction.ts'
import { answerFields, callbackJson, payloadJson } from './interaction-json.ts'
import { MESSAGE_TYPE, NOTHING, type StoredMessage } from './message.ts'
import { OpenModals } from './open-modals.ts'
import { FIRST_ANSWER_WITHIN_MS, INTERACTION_LIFE_MS } from './page-api.ts'
import { list, parseForm, text } from './schema/form.ts'
import { FLAG_COMPONENTS_V2, FLAG_EPHEMERAL, FLAG_LOADING, parseMessage } from './schema/message.ts'
import { modalInput } from './schema/modal.ts'
import type { World } from './world.ts'

const INTERACTIONS_MAX = 5_000

const callbackBody = z.object({ type: z.literal([1, 4, 5, 6, 7, 8, 9, 12]), data: z.unknown().optional() })
const choicesBody = z.object({
  choices: list(
    z.object({
      name: text(1, 100),
      value: z.union([text(0, 100), z.number()]),
      name_localizations: z.unknown().optional(),
    }),
    0,
    25,
  ),
})

const isEphemeral = (flags: number | undefined): boolean => ((flags ?? 0) & FLAG_EPHEMERAL) !== 0

export class Interactions {
  private readonly byId = new Map<string, Interaction>()
  readonly modals: OpenModals
  private readonly world: World

  constructor(world: World) {
    this.world = world
    this.modals = new OpenModals(world.nextId, world.time)
  }

  /** Sends the act to the bot and watches its deadline. */
  begin(act: Act): Interaction {
    const id = this.world.nextId()
    const interaction: Interaction = {
      ...act,
      id,
      application: applicationOf(act.applicationId ?? act.opener?.application.user.id ?? act.source?.author.id ?? ''),
      token: `${id}.${randomBytes(48).toString('base64url')}`,
      begun_ms: this.world.time.now_ms(),
      state: 'waiting',
      originalId: null,
      isLoading: false,
      cancels: [],
    }
    this.byId.set(interaction.id, interaction)
    for (const [id, oldest] of this.byId) {
      if (this.byId.size <= INTERACTIONS_MAX) break
      for (const cancel of oldest.cancels) cancel()
      this.byId.delete(id)
    }
    interaction.cancels.push(this.world.time.after(FIRST_ANSWER_WITHIN_MS, () => this.failFirst(interaction)))
    interaction.cancels.push(this.world.time.after(INTERACTION_LIFE_MS, () => this.end(interaction)))
    act.actor.state(interaction.id, 'pending', null)
    const applicationId = interaction.application.user.id
    this.world.hub.emit({ type: 'interaction_create', applicationId, payload: payloadJson(this.world, interaction) })
    return interaction
  }

  /** The bot's first answer. Answers what the API answers with `with_response`. */
  callback(id: string, token: string, body: unknown, uploads: readonly Upload[]): object {
    const interaction = this.byId.get(id)
    if (interaction === undefined || interaction.token !== token || interaction.state === 'dead') {
      throw apiErrors.unknownInteraction()
    }
    if (interaction.state === 'answered') throw apiErrors.alreadyAcknowledged()
    const form = parseForm(callbackBody, body)
    if (!fits(form.type, interaction)) {
      throw apiErrors.form([
        {
          path: ['type'],
          code: 'INTERACTION_CALLBACK_TYPE_INVALID',
          message: `Callback type ${form.type} does not fit an interaction of type ${interaction.kind}`,
        },
      ])
    }
    const message = this.answer(interaction, form.type, form.data, uploads)
    interaction.state = 'answered'
    interaction.actor.state(interaction.id, interaction.isLoading ? 'thinking' : 'done', null)
    if (interaction.modalId !== undefined) this.modals.delete(interaction.modalId)
    return callbackJson(this.world, interaction, form.type, message)
  }

  /** The living, answered interaction of a token. Throws 10015 or 50027. */
  byToken(token: string): Interaction {
    const interaction = this.byId.get(token.split('.')[0] ?? '')
    if (interaction === undefined || interaction.token !== token || interaction.state === 'waiting')
      throw apiErrors.unknownWebhook()
    if (this.world.time.now_ms() - interaction.begun_ms >= INTERACTION_LIFE_MS) throw apiErrors.invalidWebhookToken()
    if (interaction.state === 'dead') throw apiErrors.unknownWebhook()
    return interaction
  }

  /** The message that `@original` or an id names, if the token may touch it. */
  message(interaction: Interaction, messageId: string): StoredMessage {
    const id = messageId === '@original' ? interaction.originalId : messageId
    const message = id === null ? undefined : this.world.messages.get(interaction.channel.id, id)
    if (message === undefined) throw apiErrors.unknownMessage()
    if (message.interactionId !== interaction.id && message.id !== interaction.originalId) {
      throw apiErrors.unknownMessage()
    }
    return message
  }

  editMessage(interaction: Interaction, messageId: string, body: unknown, uploads: readonly Upload[]): APIMessage {
    const message = this.message(interaction, messageId)
    this.world.refuseArchived(interaction.channel)
    const isAnswer = (message.flags & FLAG_LOADING) !== 0
    const input = parseMessage(body, (message.flags & FLAG_COMPONENTS_V2) !== 0)
    this.world.messages.edit(message, input, uploads, isAnswer)
    if (isAnswer) this.doneLoading(interaction)
    return this.world.messages.json(message)
  }

  /** A further message; right after a deferred answer it fills that answer instead, as Discord does. */
  followUp(interaction: Interaction, body: unknown, uploads: readonly Upload[]): APIMessage {
    if (interaction.isLoading) return this.editMessage(interaction, '@original', body, uploads)
    const input = parseMessage(body, false)
    const author = interaction.application.user
    this.world.wake(interaction.channel, author)
    const message = this.world.messages.create({
      channel: interaction.channel,
      author,
      input,
      uploads,
      type: interaction.originalId === null ? MESSAGE_TYPE.default : MESSAGE_TYPE.reply,
      audience: isEphemeral(input.flags) ? interaction.user.id : null,
      interactionId: interaction.id,
      extra: answerFields(interaction, interaction.originalId),
    })
    return this.world.messages.json(message)
  }

  deleteMessage(interaction: Interaction, messageId: string): void {
    const message = this.message(interaction, messageId)
    if (message.id === interaction.originalId && interaction.isLoading) this.doneLoading(interaction)
    this.world.messages.delete(message)
  }

  close(): void {
    for (const interaction of this.byId.values()) for (const cancel of interaction.cancels) cancel()
  }

  private answer(
    interaction: Interaction,
    type: number,
    data: unknown,
    uploads: readonly Upload[],
  ): StoredMessage | null {
    switch (type) {
      case ANSWER.message:
      case ANSWER.deferMessage: {
        const isDeferred = type === ANSWER.deferMessage
        const parsed = parseMessage(data, false, ['data'])
        const message = this.world.messages.create({
          channel: this.world.wake(interaction.channel, interaction.application.user),
          author: interaction.application.user,
          input: isDeferred ? NOTHING : parsed,
          uploads: isDeferred ? [] : uploads,
          type: interaction.source === undefined ? MESSAGE_TYPE.command : MESSAGE_TYPE.reply,
          flags: isDeferred ? FLAG_LOADING : 0,
          audience: isEphemeral(parsed.flags) ? interaction.user.id : null,
          interactionId: interaction.id,
          extra: answerFields(interaction, interaction.source?.id ?? null),
        })
        interaction.originalId = message.id
        interaction.isLoading = isDeferred
        return message
      }
      case ANSWER.deferUpdate:
      case ANSWER.update: {
        const { source } = interaction
        if (source === undefined) throw new Error('expected a source message, got none')
        if (type === ANSWER.update) {
          this.world.messages.edit(
            source,
            parseMessage(data, (source.flags & FLAG_COMPONENTS_V2) !== 0, ['data']),
            uploads,
          )
        }
        interaction.originalId = source.id
        return source
      }
      case ANSWER.choices: {
        const { choices } = parseForm(choicesBody, data, ['data'])
        interaction.actor.choices(choices.map(({ name, value }) => ({ name, value })))
        return null
      }
      default: {
        const modal = parseForm(modalInput, data, ['data'])
        // What the schema let through, as it would come over the wire.
        const api = JSON.parse(JSON.stringify(modal)) as APIModalInteractionResponseCallbackData
        this.modals.open(interaction, api)
        return null
      }
    }
  }

  private failFirst(interaction: Interaction): void {
    if (interaction.state !== 'waiting') return
    interaction.state = 'dead'
    if (interaction.kind === INTERACTION_TYPE.autocomplete) interaction.actor.choices([])
    const why =
      interaction.kind === INTERACTION_TYPE.component ? 'This interaction failed' : 'The application did not respond'
    interaction.actor.state(interaction.id, 'failed', why)
  }

  /** Fifteen minutes are over: an answer that never came is put away. */
  private end(interaction: Interaction): void {
    if (!interaction.isLoading || interaction.originalId === null) return
    const message = this.world.messages.get(interaction.channel.id, interaction.originalId)
    if (message !== undefined) this.world.messages.delete(message)
    interaction.isLoading = false
    interaction.actor.state(interaction.id, 'failed', 'The application did not respond')
  }

  private doneLoading(interaction: Interaction): void {
    interaction.isLoading = false
    interaction.actor.state(interaction.id, 'done', null)
  }
}
