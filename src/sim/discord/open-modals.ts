/** The modals that stand open on pages, until they are answered, put away or too old. */
import type { APIModalInteractionResponseCallbackData } from 'discord.js'
import type { Interaction } from './interaction.ts'
import { INTERACTION_LIFE_MS } from './page-api.ts'
import type { SimTime } from './time.ts'

const MODALS_MAX = 1_000

export interface OpenModal {
  readonly modalId: string
  readonly opener: Interaction
  readonly data: APIModalInteractionResponseCallbackData
  readonly until_ms: number
}

export class OpenModals {
  private readonly byId = new Map<string, OpenModal>()
  private readonly nextId: () => string
  private readonly time: SimTime

  constructor(nextId: () => string, time: SimTime) {
    this.nextId = nextId
    this.time = time
  }

  /** Opens the modal on the page of the person who acted. */
  open(opener: Interaction, data: APIModalInteractionResponseCallbackData): void {
    const modalId = this.nextId()
    this.byId.set(modalId, { modalId, opener, data, until_ms: this.time.now_ms() + INTERACTION_LIFE_MS })
    for (const oldest of this.byId.keys()) {
      if (this.byId.size <= MODALS_MAX) break
      this.byId.delete(oldest)
    }
    opener.actor.modal({ modalId, data })
  }

  get(modalId: string): OpenModal | undefined {
    const modal = this.byId.get(modalId)
    return modal === undefined || modal.until_ms < this.time.now_ms() ? undefined : modal
  }

  delete(modalId: string): void {
    this.byId.delete(modalId)
  }
}
