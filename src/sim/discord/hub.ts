/** What happened in the simulated server, told to the gateway and to the pages; a closed union. */
import type { APIMessage } from 'discord.js'

export type SimEvent =
  /** `audience`: the only user who sees an ephemeral message; null for everybody. */
  | { readonly type: 'message_create'; readonly message: APIMessage; readonly audience: string | null }
  | { readonly type: 'message_update'; readonly message: APIMessage; readonly audience: string | null }
  | {
      readonly type: 'message_delete'
      readonly channelId: string
      readonly messageId: string
      readonly audience: string | null
    }
  | { readonly type: 'thread_create' | 'thread_update'; readonly threadId: string }
  | { readonly type: 'thread_delete'; readonly threadId: string; readonly parentId: string }
  | { readonly type: 'pins_update'; readonly channelId: string; readonly lastPin: string | null }
  | { readonly type: 'typing'; readonly channelId: string; readonly userId: string }
  | { readonly type: 'commands_update' }
  | { readonly type: 'presence'; readonly botOnline: boolean }
  | { readonly type: 'outage'; readonly until_ms: number | null }
  /** For the gateway only: the payload of INTERACTION_CREATE. */
  | {
      readonly type: 'interaction_create'
      readonly applicationId: string
      readonly payload: Readonly<Record<string, unknown>>
    }

type Listener = (event: SimEvent) => void

const LISTENERS_MAX = 1_000

/** Calls listeners in the order of their subscription, in the order of the events. */
export class Hub {
  private readonly listeners = new Set<Listener>()

  on(listener: Listener): () => void {
    if (this.listeners.size >= LISTENERS_MAX) throw new Error(`expected at most ${LISTENERS_MAX} listeners`)
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  emit(event: SimEvent): void {
    for (const listener of [...this.listeners]) listener(event)
  }
}
