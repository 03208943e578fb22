/**
 * The feed's channel in memory. As on Discord, a nonce is honoured for some minutes only: what is sent again after that
 * stands twice, and can be found by its footer alone.
 */
import { type FeedChannel, NotSent, type PostRef, PostRefused } from '../../feed/port.ts'
import type { Post } from '../../feed/post.ts'
import type { Gate } from '../faults/gate.ts'
import type { VirtualTime } from '../time/virtual-time.ts'

const CHANNEL_ID = '7'
const NONCE_KEPT_MS = 120_000
/** A part of the failures is a refusal of the content, for good. */
const REFUSED_FROM = 0.9

export interface SimMessage {
  readonly id: number
  readonly nonce: string
  readonly footer: string
  readonly at_ms: number
}

export class SimChat {
  readonly #time: VirtualTime
  readonly #onPost: (message: SimMessage) => void
  readonly messages: SimMessage[] = []

  constructor(time: VirtualTime, onPost: (message: SimMessage) => void) {
    this.#time = time
    this.#onPost = onPost
  }

  send(post: Post, nonce: string): PostRef {
    const at_ms = this.#time.now_ms
    const known = this.messages.findLast((message) => message.nonce === nonce && at_ms - message.at_ms < NONCE_KEPT_MS)
    if (known !== undefined) return refOf(known)
    const message = { id: this.messages.length + 1, nonce, footer: post.embed.footer?.text ?? '', at_ms }
    this.messages.push(message)
    this.#onPost(message)
    return refOf(message)
  }

  find(footer: string, after: string | null): PostRef | null {
    const found = this.messages.slice(Number(after ?? 0)).find((message) => message.footer === footer)
    return found === undefined ? null : refOf(found)
  }

  newestMessageId(): string | null {
    return this.messages.length === 0 ? null : String(this.messages.length)
  }
}

const refOf = ({ id }: SimMessage): PostRef => ({ channelId: CHANNEL_ID, messageId: String(id) })

export function chatPorts(chat: SimChat, gate: Gate): FeedChannel {
  const fail = (): never => {
    throw new Error('Discord does not answer (HTTP 503)')
  }
  const refuse = (variant: number): never => {
    if (variant < REFUSED_FROM) return fail()
    throw new PostRefused(new Error('Invalid form body'))
  }
  return {
    id: CHANNEL_ID,
    send: (post, nonce, _chart, mayGoOut) => {
      const perform = (): PostRef => {
        if (mayGoOut?.() === false) throw new NotSent()
        return chat.send(post, nonce)
      }
      return gate.reach({ site: 'chat.send', perform, fail, refuse })
    },
    find: ({ footer, after }) => gate.reach({ site: 'chat.find', perform: () => chat.find(footer, after), fail }),
    newestMessageId: () => gate.reach({ site: 'chat.newest', perform: () => chat.newestMessageId(), fail }),
  }
}
