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
  type Interaction,
  MessageFlags,
  type ModalSubmitInteraction,
} from 'discord.js'
import type { Logger } from 'pino'
import type { PostRef } from '../feed/port.ts'
import type { Refusal } from '../session/refusal.ts'
import { type AccessPolicy, type Authority, allowed } from './access.ts'
import { type Outcome, optionsOf, profileOf } from './audit.ts'
import { offered } from './choice.ts'
import type { Desk, Request } from './desk.ts'
import { actorOf, factsOf } from './facts.ts'
import { failed } from './failure.ts'
import { type ButtonHandler, type Command, type Handlers, idForRecords, type ModalHandler } from './handlers.ts'
import { settle } from './late-answer.ts'
import { deferral, payload } from './payload.ts'
import { type Reply, refusalReply } from './reply.ts'

interface Router {
  /** Answers an interaction; never rejects. */
  handle(interaction: Interaction): Promise<void>
  /** From now on, says that the bot restarts. Resolves when the work under way is done, at most after `timeout_ms`. */
  close(timeout_ms: number): Promise<void>
}

/** What every interaction is held against. */
interface Routes {
  readonly commands: ReadonlyMap<string, Command>
  readonly buttons: ReadonlyMap<string, ButtonHandler>
  readonly modals: ReadonlyMap<string, ModalHandler>
  readonly policy: AccessPolicy
  readonly desk: Desk
  readonly isClosing: () => boolean
}

export function createRouter(handlers: Handlers, policy: AccessPolicy, desk: Desk, log: Logger): Router {
  const running = new Set<Promise<void>>()
  let closing = false
  const routes: Routes = {
    commands: new Map(handlers.commands.map((command) => [command.definition.name, command])),
    buttons: new Map(handlers.buttons.map((button) => [button.name, button])),
    modals: new Map(handlers.modals.map((modal) => [modal.name, modal])),
    policy,
    desk,
    isClosing: () => closing,
  }
  return {
    handle(interaction) {
      const work = answered(interaction, routes, log).finally(() => running.delete(work))
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

async function answered(interaction: Interaction, routes: Routes, log: Logger): Promise<void> {
  const request: Request = {
    id: interaction.id,
    actor: actorOf(interaction),
    log: log.child({ interaction: interaction.id, user: interaction.user.id, what: whatOf(interaction) }),
  }
  try {
    note(interaction, await dispatch(interaction, routes, request), routes, request)
  } catch (error) {
    note(interaction, { outcome: 'failed', code: null }, routes, request)
    await failed(interaction, error, request)
  }
}

/** A line in the journal for what was used or tried; typing completions is neither. */
function note(interaction: Interaction, outcome: Outcome | null, { desk }: Routes, { id, actor }: Request): void {
  if (outcome === null || interaction.isAutocomplete()) return
  const options = optionsOf(interaction)
  const what = whatOf(interaction).split(':', 1)[0] ?? ''
  const profile = profileOf(options)
  desk.audit.note({ interactionId: id, actor, what, options, ...outcome, at_wall_ms: desk.wall.now_ms(), profile })
}

const DONE: Outcome = { outcome: 'done', code: null }

/** What became of it; null: nothing that anybody did. */
async function dispatch(interaction: Interaction, routes: Routes, request: Request): Promise<Outcome | null> {
  const { commands, buttons, modals, desk } = routes
  if (interaction.isAutocomplete()) {
    await complete(interaction, routes, request)
    return null
  }
  if (interaction.isChatInputCommand()) {
    const handler = commands.get(interaction.commandName)
    return admitted(interaction, handler, routes, request, (found) => runCommand(interaction, found, routes, request))
  }
  if (interaction.isButton()) {
    const handler = buttons.get(nameOf(interaction.customId))
    return admitted(interaction, handler, routes, request, (found) => runButton(interaction, found, routes, request))
  }
  if (interaction.isModalSubmit()) {
    const handler = modals.get(nameOf(interaction.customId))
    return admitted(interaction, handler, routes, request, (found) => runModal(interaction, found, desk, request))
  }
  request.log.warn({ type: interaction.type }, 'an interaction of a kind the bot does not have')
  return null
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

/** Checks, then works; a refusal is the first and only answer. */
async function admitted<H extends { readonly authority: Authority }>(
  interaction: ChatInputCommandInteraction | ButtonInteraction | ModalSubmitInteraction,
  handler: H | undefined,
  routes: Routes,
  request: Request,
  work: (handler: H) => Promise<Outcome>,
): Promise<Outcome> {
  const refusal = refusalOf(interaction, handler, routes)
  if (refusal === null && handler !== undefined) return work(handler)
  const { code } = refusal ?? UNKNOWN
  request.log.info({ refusal: code }, 'interaction refused')
  await interaction.reply({ ...payload(refusalReply(refusal ?? UNKNOWN)), flags: MessageFlags.Ephemeral })
  return { outcome: code === 'stale_command' ? 'refused' : 'denied', code }
}

function refusalOf(
  interaction: Interaction,
  handler: { readonly authority: Authority } | undefined,
  { policy, isClosing }: Routes,
): Refusal | null {
  if (isClosing()) return RESTARTING
  return handler === undefined ? UNKNOWN : allowed(handler.authority, policy)(factsOf(interaction))
}

async function runCommand(
  interaction: ChatInputCommandInteraction,
  handler: Command,
  routes: Routes,
  request: Request,
): Promise<Outcome> {
  await interaction.deferReply(deferral(handler.visibility))
  const reply = await handler.run(interaction, routes.desk, request)
  const { id: messageId, channelId } = await interaction.editReply(payload(reply))
  await reply.onSent?.({ channelId, messageId })
  settleLater(interaction, reply, { channelId, messageId }, routes, request)
  return reply.outcome ?? DONE
}

/** Nobody waits for it: the message is made again, and a second line tells what came of it. */
function settleLater(interaction: Interaction, reply: Reply, at: PostRef, routes: Routes, request: Request): void {
  void settle(reply, at, routes.desk, routes.isClosing)
    .then((outcome) => note(interaction, outcome, routes, { ...request, id: `${request.id}-settled` }))
    .catch((error: unknown) => request.log.warn({ err: error }, 'what came of a command could not be shown'))
}

async function runButton(
  interaction: ButtonInteraction,
  handler: ButtonHandler,
  routes: Routes,
  request: Request,
): Promise<Outcome> {
  const { desk } = routes
  const refusal = handler.refuse?.(interaction, desk, request) ?? null
  if (refusal !== null) {
    await interaction.reply({ ...payload(refusalReply(refusal)), flags: MessageFlags.Ephemeral })
    return { outcome: 'refused', code: refusal.code }
  }
  if (handler.answer === 'update') await interaction.deferUpdate()
  else if (handler.answer !== 'own') await interaction.deferReply(deferral(handler.answer))
  const reply = await handler.run(interaction, desk, request)
  if (reply === null) return DONE
  await interaction.editReply(payload(reply))
  const { channelId, id: messageId } = interaction.message
  if (handler.answer === 'update') settleLater(interaction, reply, { channelId, messageId }, routes, request)
  return reply.outcome ?? DONE
}

async function runModal(
  interaction: ModalSubmitInteraction,
  handler: ModalHandler,
  desk: Desk,
  request: Request,
): Promise<Outcome> {
  await interaction.deferReply(deferral(handler.answer))
  const reply = await handler.run(interaction, desk, request)
  await interaction.editReply(payload(reply))
  return reply.outcome ?? DONE
}

/** No choices for whoever may not use the command. */
async function complete(interaction: AutocompleteInteraction, routes: Routes, { log }: Request): Promise<void> {
  const handler = routes.commands.get(interaction.commandName)
  const refusal = refusalOf(interaction, handler, routes)
  if (refusal !== null) log.info({ refusal: refusal.code }, 'interaction refused')
  const choices = refusal === null ? (handler?.complete?.(interaction, routes.desk) ?? []) : []
  await interaction.respond(offered(choices))
}

const nameOf = (customId: string): string => customId.split(':', 1)[0] ?? ''

function whatOf(interaction: Interaction): string {
  if (interaction.isChatInputCommand() || interaction.isAutocomplete()) return `/${interaction.commandName}`
  return 'customId' in interaction ? idForRecords(interaction.customId) : String(interaction.type)
}
