/** What a page may send, checked at the boundary. */
import { z } from 'zod'
import { MESSAGES_PER_FETCH_MAX, type PageFrame } from '../page-api.ts'

export const PAGE_FRAME_BYTES_MAX = 64 * 1024
const CONTENT_MAX = 2_000

const ref = z.string().max(100)
const id = z.string().regex(/^\d{1,20}$/)
const values = z.record(z.string().max(32), z.union([z.string().max(6000), z.number(), z.boolean()]))
const inChannel = { ref, channelId: id }
const line = z.string().min(1).max(200)
const customId = z.string().min(1).max(100)

const frame = z.discriminatedUnion('type', [
  z.object({ type: z.literal('select_user'), ref, userId: id }),
  z.object({
    type: z.literal('fetch_messages'),
    ...inChannel,
    before: id.optional(),
    limit: z.int().min(1).max(MESSAGES_PER_FETCH_MAX).optional(),
  }),
  z.object({ type: z.literal('fetch_pins'), ...inChannel }),
  z.object({ type: z.literal('slash'), ...inChannel, name: line, options: values }),
  z.object({ type: z.literal('autocomplete'), ...inChannel, name: line, options: values, focused: z.string().max(32) }),
  z.object({ type: z.literal('button'), ...inChannel, messageId: id, customId }),
  z.object({
    type: z.literal('select'),
    ...inChannel,
    messageId: id,
    customId,
    values: z.array(z.string().max(100)).max(25),
  }),
  z.object({
    type: z.literal('modal_submit'),
    ref,
    modalId: id,
    values: z.record(customId, z.union([z.string().max(4000), z.array(z.string().max(100)).max(25)])),
  }),
  z.object({ type: z.literal('modal_dismiss'), ref, modalId: id }),
  z.object({
    type: z.literal('send_message'),
    ...inChannel,
    content: z.string().trim().min(1, 'The message is empty').max(CONTENT_MAX, `At most ${CONTENT_MAX} characters`),
  }),
  z.object({ type: z.literal('dismiss'), ref, messageId: id }),
]) satisfies z.ZodType<PageFrame>

type ReadFrame =
  | { readonly ok: true; readonly frame: PageFrame }
  | { readonly ok: false; readonly ref: string | null; readonly why: string }

/** Reads one text frame; what is wrong with it is said in words for the person. */
export function readFrame(data: string): ReadFrame {
  let json: unknown
  try {
    json = JSON.parse(data)
  } catch {
    return { ok: false, ref: null, why: 'expected a JSON frame, got something else' }
  }
  const result = frame.safeParse(json)
  if (result.success) return { ok: true, frame: result.data }
  const given = ref.safeParse(typeof json === 'object' && json !== null && 'ref' in json ? json.ref : null)
  const why = result.error.issues.map((issue) => `${issue.path.join('.') || 'frame'}: ${issue.message}`).join('; ')
  return { ok: false, ref: given.success ? given.data : null, why }
}
