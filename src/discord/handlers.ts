/** The kinds of things the bot answers: each is one object in one file, listed in an index. */
import type {
  AutocompleteInteraction,
  ButtonInteraction,
  ChatInputCommandInteraction,
  ModalSubmitInteraction,
  RESTPostAPIChatInputApplicationCommandsJSONBody,
} from 'discord.js'
import type { Refusal } from '../session/refusal.ts'
import type { Authority } from './access.ts'
import type { Choice } from './choice.ts'
import type { Desk, Request } from './desk.ts'
import type { Reply } from './reply.ts'

/** Whether everybody sees the answer, or only who asked: decided before anything is known, at the deferral. */
export type Visibility = 'public' | 'ephemeral'

export interface Command {
  readonly definition: RESTPostAPIChatInputApplicationCommandsJSONBody
  readonly authority: Authority
  readonly visibility: Visibility
  run(interaction: ChatInputCommandInteraction, desk: Desk, request: Request): Promise<Reply>
  /** Answers from memory: no waiting here. At most 25 choices are shown. */
  complete?(interaction: AutocompleteInteraction, desk: Desk): readonly Choice[]
}

/**
 * A button, found by the first part of its custom id: `name:rest`. `update` rewrites the message it is on; `own`
 * answers by itself (a modal must be the first answer).
 */
export interface ButtonHandler {
  readonly name: string
  readonly authority: Authority
  readonly answer: Visibility | 'update' | 'own'
  /** Asked before anything is answered: who is refused is told alone, and the message stays as it is. */
  refuse?(interaction: ButtonInteraction, desk: Desk, request: Request): Refusal | null
  run(interaction: ButtonInteraction, desk: Desk, request: Request): Promise<Reply | null>
}

export interface ModalHandler {
  readonly name: string
  readonly authority: Authority
  readonly answer: Visibility
  run(interaction: ModalSubmitInteraction, desk: Desk, request: Request): Promise<Reply>
}

export interface Handlers {
  readonly commands: readonly Command[]
  readonly buttons: readonly ButtonHandler[]
  readonly modals: readonly ModalHandler[]
}

const CUSTOM_ID_MAX = 100

/** `name:part:part`; the parts must be short and hold no colon. */
export function customId(name: string, ...parts: readonly string[]): string {
  const id = [name, ...parts].join(':')
  if (id.length > CUSTOM_ID_MAX)
    throw new Error(`expected a custom id of at most ${CUSTOM_ID_MAX} characters, got "${id}"`)
  return id
}

/**
 * As it may be logged and journalled: further parts can hold what somebody answered, like a review that is still blind.
 */
export const idForRecords = (id: string): string => id.split(':').slice(0, 3).join(':')

export const partsOf = (id: string): readonly string[] => id.split(':').slice(1)
