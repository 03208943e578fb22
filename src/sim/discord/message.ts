/** One message as the simulator keeps it, and what a new one is made from. */
import type { Channel } from './channels.ts'
import type { AttachmentJson, findMentions } from './compose.ts'
import type { Upload } from './files.ts'
import type { FixtureUser } from './fixtures.ts'
import type { MessageInput } from './schema/message.ts'

export const MESSAGE_TYPE = {
  default: 0,
  pinned: 6,
  threadCreated: 18,
  reply: 19,
  command: 20,
  threadStarter: 21,
} as const

export interface StoredMessage {
  readonly id: string
  readonly channelId: string
  readonly author: FixtureUser
  readonly type: number
  /** The only user who sees it; null for everybody. */
  readonly audience: string | null
  /** The interaction whose token may edit it. */
  readonly interactionId: string | null
  readonly created_ms: number
  edited_ms: number | null
  flags: number
  content: string
  embeds: readonly object[]
  components: readonly unknown[]
  /** Shown ones, and those that only embeds show. */
  attachments: readonly AttachmentJson[]
  hiddenAttachments: readonly AttachmentJson[]
  mentions: ReturnType<typeof findMentions>
  /** Fields that only some messages have: interaction, reference, webhook. */
  readonly extra: Readonly<Record<string, unknown>>
}

export interface NewMessage {
  readonly channel: Channel
  readonly author: FixtureUser
  readonly input: MessageInput
  readonly uploads: readonly Upload[]
  readonly type?: number
  readonly flags?: number
  readonly audience?: string | null
  readonly interactionId?: string | null
  readonly extra?: Readonly<Record<string, unknown>>
}

export const NOTHING: MessageInput = {
  content: undefined,
  embeds: undefined,
  flags: undefined,
  tts: undefined,
  allowed_mentions: undefined,
  attachments: undefined,
  nonce: undefined,
  enforce_nonce: undefined,
  message_reference: undefined,
  sticker_ids: undefined,
  components: undefined,
  isV2: false,
}
