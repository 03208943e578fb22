/** The body of a message create or edit, of an interaction's answer and of a follow-up. Entry point: `parseMessage`. */
import { z } from 'zod'
import { apiErrors } from '../errors.ts'
import { componentsV1, componentsV2 } from './components.ts'
import { embeds } from './embeds.ts'
import { lengthOf, list, optional, parseForm, snowflake, text } from './form.ts'

export const FLAG_SUPPRESS_EMBEDS = 1 << 2
export const FLAG_HAS_THREAD = 1 << 5
export const FLAG_EPHEMERAL = 1 << 6
export const FLAG_LOADING = 1 << 7
export const FLAG_SUPPRESS_NOTIFICATIONS = 1 << 12
export const FLAG_COMPONENTS_V2 = 1 << 15

const CONTENT_MAX = 2_000
const FILES_MAX = 10

const mentions = z
  .object({
    parse: optional(z.array(z.enum(['users', 'roles', 'everyone']))),
    users: optional(list(snowflake, 0, 100)),
    roles: optional(list(snowflake, 0, 100)),
    replied_user: optional(z.boolean()),
  })
  .superRefine((value, context) => {
    for (const kind of ['users', 'roles'] as const) {
      if (value.parse?.includes(kind) && (value[kind]?.length ?? 0) > 0) {
        context.addIssue({
          code: 'custom',
          message: `parse:["${kind}"] and ${kind}: [ids...] are mutually exclusive.`,
          params: { code: 'MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE' },
        })
      }
    }
  })

const attachment = z.object({
  id: snowflake,
  filename: optional(text(1, 1024)),
  description: optional(text(0, 1024)),
  title: optional(text(0, 1024)),
})

const body = z.object({
  content: z
    .string()
    .nullish()
    .transform((value) => (typeof value === 'string' ? value.trim() : value))
    .superRefine((value, context) => {
      if (typeof value === 'string' && lengthOf(value) > CONTENT_MAX) {
        context.addIssue({
          code: 'custom',
          message: `Must be ${CONTENT_MAX} or fewer in length.`,
          params: { code: 'BASE_TYPE_MAX_LENGTH' },
        })
      }
    }),
  embeds: embeds.nullish(),
  flags: optional(z.int().min(0)),
  tts: optional(z.boolean()),
  allowed_mentions: mentions.nullish(),
  attachments: list(attachment, 0, FILES_MAX).nullish(),
  nonce: optional(z.union([text(0, 25), z.int()])),
  enforce_nonce: optional(z.boolean()),
  message_reference: optional(
    z.object({
      message_id: optional(snowflake),
      channel_id: optional(snowflake),
      fail_if_not_exists: optional(z.boolean()),
    }),
  ),
  sticker_ids: optional(list(snowflake, 0, 3)),
})

/** `undefined`: not given; `null` or empty: taken away (in an edit). */
export type MessageInput = z.output<typeof body> & {
  readonly components: readonly unknown[] | null | undefined
  readonly isV2: boolean
}

const legacyIssue = (field: string) => ({
  path: [field],
  code: 'MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2',
  message: `The '${field}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2`,
})

/**
 * Checks a message's body against every limit. `wasV2`: the edited message has components V2, which stay for good.
 * `prefix` is where the message stands in the form (`['data']` in an interaction's answer). Throws 50035.
 */
export function parseMessage(input: unknown, wasV2: boolean, prefix: readonly string[] = []): MessageInput {
  const given = input ?? {}
  const parsed = parseForm(body, given, prefix)
  const isV2 = wasV2 || ((parsed.flags ?? 0) & FLAG_COMPONENTS_V2) !== 0
  if (isV2) {
    const issues = [
      ...(parsed.content ? [legacyIssue('content')] : []),
      ...((parsed.embeds ?? []).length > 0 ? [legacyIssue('embeds')] : []),
    ]
    if (issues.length > 0) throw apiErrors.form(issues.map((issue) => ({ ...issue, path: [...prefix, ...issue.path] })))
  }
  // `parseForm` has taken it as an object; its components are checked here.
  const raw = (given as Record<string, unknown>).components
  const components =
    raw === null || raw === undefined
      ? raw
      : parseForm<readonly unknown[]>(isV2 ? componentsV2 : componentsV1, raw, [...prefix, 'components'])
  return { ...parsed, components, isV2 }
}
