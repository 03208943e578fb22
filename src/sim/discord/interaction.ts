/** One interaction: a person's act and what became of it, and which answers fit it. */
import type { APIApplicationCommandOptionChoice } from 'discord.js'
import type { Channel } from './channels.ts'
import type { FixtureApplication, FixtureUser } from './fixtures.ts'
import type { StoredMessage } from './message.ts'
import type { PageModal } from './page-api.ts'

export const INTERACTION_TYPE = { command: 2, component: 3, autocomplete: 4, modal: 5 } as const
type InteractionKind = (typeof INTERACTION_TYPE)[keyof typeof INTERACTION_TYPE]
export const ANSWER = { message: 4, deferMessage: 5, deferUpdate: 6, update: 7, choices: 8, modal: 9 } as const

/** The page that acted: it alone learns what became of the act. */
export interface Actor {
  state(interactionId: string, state: 'pending' | 'thinking' | 'done' | 'failed', text: string | null): void
  modal(modal: PageModal): void
  choices(choices: readonly APIApplicationCommandOptionChoice[]): void
}

export interface Act {
  readonly kind: InteractionKind
  readonly user: FixtureUser
  readonly channel: Channel
  readonly actor: Actor
  /** `data` of the payload. */
  readonly data: Readonly<Record<string, unknown>>
  /** The message whose component was used, also when a modal came of it. */
  readonly source?: StoredMessage | undefined
  /** Whose command it is; of what was used on a message, whose message. */
  readonly applicationId?: string | undefined
  /** Name shown as "used /name". */
  readonly commandName?: string | undefined
  /** The interaction that opened the modal, and the modal. */
  readonly opener?: Interaction | undefined
  readonly modalId?: string | undefined
}

export interface Interaction extends Act {
  readonly id: string
  /** Who is to answer. */
  readonly application: FixtureApplication
  readonly token: string
  readonly begun_ms: number
  state: 'waiting' | 'answered' | 'dead'
  /** The message that `@original` names. */
  originalId: string | null
  isLoading: boolean
  readonly cancels: (() => void)[]
}

/** Which answers fit which interaction. */
export function fits(answer: number, interaction: Interaction): boolean {
  if (interaction.kind === INTERACTION_TYPE.autocomplete) return answer === ANSWER.choices
  if (answer === ANSWER.message || answer === ANSWER.deferMessage) return true
  if (answer === ANSWER.update || answer === ANSWER.deferUpdate) return interaction.source !== undefined
  return answer === ANSWER.modal && interaction.kind !== INTERACTION_TYPE.modal
}
