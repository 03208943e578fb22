/**
 * Interaction → handler. Entry point: `createRouter`.
 *
 * 1. Authorisation comes first, for every kind of interaction, from what the interaction itself carries.
 * 2. The deferral comes next, before any I/O of ours: Discord waits three seconds for it.
 * 3. One catch for everything: the person gets a reply that fits the interaction's state, the log gets the cause. An
 *    interaction that Discord no longer knows, or that is answered already, is dropped.
 */
import {
  type AutocompleteInteraction,
  type ButtonInteraction,
  type ChatInputCommandInteraction,
  DiscordAPIError,
  type Interaction,
  type InteractionEditReplyOptions,
  MessageFlags,
  type ModalSubmitInteraction,
  RESTJSONErrorCodes,
} from 'discord.js'
import type { Logger } from 'pino'
import type { Refusal } from '../session/refusal.ts'
import { type AccessPolicy, type Authority, allowed } from './access.ts'
import type { Desk, Request } from './desk.ts'
import { actorOf, factsOf } from './facts.ts'
import type { ButtonHandler, Command, Handlers, ModalHandler, Visibility } from './handlers.ts'
import { brokenReply, type Reply, refusalReply } from './reply.ts'

type Answerable = ChatInputCommandInteraction | ButtonInteraction | ModalSubmitInteraction

const CHOICES_MAX = 25
/** Discord: unknown interaction (too late), and interaction already acknowledged. */
const GONE: ReadonlySet<string | number> = new Set([
  RESTJSONErrorCodes.UnknownInteraction,
  RESTJSONErrorCodes.InteractionHasAlreadyBeenAcknowledged,
])

export interface Router {
  /** Answers an interaction; never rejects. */
  handle(interaction: Interaction): Promise<void>
  /** From now on, says that the bot restarts. Resolves when the work under way is done, at most after `timeout_ms`. */
  close(timeout_ms: number): Promise<void>
}

export function createRouter(handlers: Handlers, policy: AccessPolicy, desk: Desk, log: Logger): Router {
  const commands = new Map(handlers.commands.map((command) => [command.definition.name, command]))
  const buttons = new Map(handlers.buttons.map((button) => [button.name, button]))
  const modals = new Map(handlers.modals.map((modal) => [modal.name, modal]))
  const running = new Set<Promise<void>>()
  let closing = false

  const refusalFor = (interaction: Interaction, authority: Authority): Refusal | null =>
    allowed(authority, policy)(factsOf(interaction))

  async function command(interaction: ChatInputCommandInteraction, handler: Command, request: Request): Promise<void> {
    await interaction.deferReply(deferral(handler.visibility))
    await interaction.editReply(payload(await handler.run(interaction, desk, request)))
  }

  async function button(interaction: ButtonInteraction, handler: ButtonHandler, request: Request): Promise<void> {
    if (handler.answer === 'update') await interaction.deferUpdate()
    else if (handler.answer !== 'own') await interaction.deferReply(deferral(handler.answer))
    const reply = await handler.run(interaction, desk, request)
    if (reply !== null) await interaction.editReply(payload(reply))
  }

  async function modal(interaction: ModalSubmitInteraction, handler: ModalHandler, request: Request): Promise<void> {
    await interaction.deferReply(deferral(handler.answer))
    await interaction.editReply(payload(await handler.run(interaction, desk, request)))
  }

  async function autocomplete(interaction: AutocompleteInteraction): Promise<void> {
    const handler = commands.get(interaction.commandName)
    const open = handler !== undefined && refusalFor(interaction, handler.authority) === null && !closing
    const choices = open ? (handler.complete?.(interaction, desk) ?? []) : []
    await interaction.respond(choices.slice(0, CHOICES_MAX))
  }

  /** Checks, then works; a refusal is the first and only answer. */
  async function answer<H extends { readonly authority: Authority }>(
    interaction: Answerable,
    handler: H | undefined,
    request: Request,
    work: (handler: H) => Promise<void>,
  ): Promise<void> {
    const refusal = closing ? RESTARTING : handler === undefined ? UNKNOWN : refusalFor(interaction, handler.authority)
    if (refusal === null && handler !== undefined) return work(handler)
    request.log.info({ refusal: refusal?.code }, 'interaction refused')
    await interaction.reply({ ...payload(refusalReply(refusal ?? UNKNOWN)), flags: MessageFlags.Ephemeral })
  }

  async function dispatch(interaction: Interaction, request: Request): Promise<void> {
    if (interaction.isAutocomplete()) return autocomplete(interaction)
    if (interaction.isChatInputCommand()) {
      const handler = commands.get(interaction.commandName)
      return answer(interaction, handler, request, (found) => command(interaction, found, request))
    }
    if (interaction.isButton()) {
      const handler = buttons.get(nameOf(interaction.customId))
      return answer(interaction, handler, request, (found) => button(interaction, found, request))
    }
    if (interaction.isModalSubmit()) {
      const handler = modals.get(nameOf(interaction.customId))
      return answer(interaction, handler, request, (found) => modal(interaction, found, request))
    }
    request.log.warn({ type: interaction.type }, 'an interaction of a kind the bot does not have')
  }

  async function handle(interaction: Interaction): Promise<void> {
    const request: Request = {
      id: interaction.id,
      actor: actorOf(interaction),
      log: log.child({ interaction: interaction.id, user: interaction.user.id, what: whatOf(interaction) }),
    }
    try {
      await dispatch(interaction, request)
    } catch (error) {
      await failed(interaction, error, request)
    }
  }

  return {
    handle(interaction) {
      const work = handle(interaction).finally(() => running.delete(work))
      running.add(work)
      return work
    },
    async close(timeout_ms) {
      closing = true
      const deadline = new AbortController()
      await Promise.race([Promise.allSettled([...running]), desk.wall.sleep(timeout_ms, deadline.signal)])
      deadline.abort()
    },
  }
}

const UNKNOWN: Refusal = {
  code: 'stale_command',
  message: 'This command or button is not known any more. Use the newest message, or type `/` to see the commands.',
  numbers: {},
}
const RESTARTING: Refusal = {
  code: 'stale_command',
  message: 'The bot is restarting; nothing was done. Try again in a few seconds.',
  numbers: {},
}

async function failed(interaction: Interaction, error: unknown, request: Request): Promise<void> {
  if (error instanceof DiscordAPIError && GONE.has(error.code)) {
    request.log.warn({ code: error.code }, 'interaction dropped: Discord no longer waits for an answer')
    return
  }
  const unreachable = error instanceof Error && error.name === 'StoreUnreachable' ? error : null
  request.log.error({ err: error }, unreachable === null ? 'interaction failed' : 'the store does not answer')
  if (!interaction.isRepliable()) return
  const reply =
    unreachable === null
      ? brokenReply(interaction.id)
      : refusalReply({ code: 'store_unreachable', message: unreachable.message, numbers: {} })
  try {
    if (interaction.deferred || interaction.replied) await interaction.editReply(payload(reply))
    else await interaction.reply({ ...payload(reply), flags: MessageFlags.Ephemeral })
  } catch (second) {
    request.log.warn({ err: second }, 'the failure could not be told')
  }
}

const nameOf = (customId: string): string => customId.split(':', 1)[0] ?? ''

function whatOf(interaction: Interaction): string {
  if (interaction.isChatInputCommand() || interaction.isAutocomplete()) return `/${interaction.commandName}`
  return 'customId' in interaction ? interaction.customId : String(interaction.type)
}

const deferral = (visibility: Visibility): { flags?: MessageFlags.Ephemeral } =>
  visibility === 'ephemeral' ? { flags: MessageFlags.Ephemeral } : {}

type Payload = Pick<InteractionEditReplyOptions, 'embeds' | 'files' | 'components' | 'allowedMentions'>

function payload(reply: Reply): Payload {
  return {
    embeds: [...reply.embeds],
    files: (reply.files ?? []).map(({ name, data, description }) => ({
      name,
      attachment: Buffer.from(data),
      ...(description === undefined ? {} : { description }),
    })),
    components: reply.buttons === undefined ? [] : [reply.buttons],
    allowedMentions: { parse: [] },
  }
}
