/** Embeds as Discord accepts them, with the limit of 6,000 characters over all embeds of a message. */
import { z } from 'zod'
import { lengthOf, list, optional, refuse, text } from './form.ts'

const EMBEDS_MAX = 10
const CHARACTERS_MAX = 6_000

const url = (schemes: string) =>
  z
    .string()
    .max(2048)
    .refine((value) => new RegExp(`^(${schemes})://\\S+$`).test(value), {
      params: { code: 'URL_TYPE_INVALID_URL' },
      error: 'Not a well formed URL.',
    })
const link = optional(url('https?'))
const mediaUrl = url('https?|attachment')
const picture = optional(z.object({ url: mediaUrl }))

const embed = z
  .object({
    title: optional(text(0, 256)),
    description: optional(text(0, 4096)),
    url: link,
    timestamp: optional(
      z.string().refine((value) => !Number.isNaN(Date.parse(value)), {
        params: { code: 'DATE_TIME_TYPE_PARSE' },
        error: 'Could not parse the value. Should be ISO8601.',
      }),
    ),
    color: optional(z.int().min(0).max(0xffffff)),
    footer: optional(z.object({ text: text(1, 2048), icon_url: optional(mediaUrl) })),
    author: optional(z.object({ name: text(1, 256), url: link, icon_url: optional(mediaUrl) })),
    image: picture,
    thumbnail: picture,
    fields: optional(
      list(
        z.object({
          name: text(1, 256),
          value: text(1, 1024),
          inline: z
            .boolean()
            .nullish()
            .transform((value) => value ?? false),
        }),
        0,
        25,
      ),
    ),
  })
  .superRefine((value, context) => {
    const shows = value.title || value.description || value.footer || value.author || value.image || value.thumbnail
    if (!shows && (value.fields ?? []).length === 0) {
      refuse(context, ['description'], 'BASE_TYPE_REQUIRED', 'This field is required')
    }
  })

export type EmbedInput = z.output<typeof embed>

const sizeOf = (one: EmbedInput): number =>
  [
    one.title,
    one.description,
    one.footer?.text,
    one.author?.name,
    ...(one.fields ?? []).flatMap((field) => [field.name, field.value]),
  ].reduce((sum, part) => sum + lengthOf(part ?? ''), 0)

export const embeds = list(embed, 0, EMBEDS_MAX).superRefine((all, context) => {
  if (all.reduce((sum, one) => sum + sizeOf(one), 0) > CHARACTERS_MAX) {
    refuse(context, [], 'MAX_EMBED_SIZE_EXCEEDED', `Embed size exceeds maximum size of ${CHARACTERS_MAX}`)
  }
})
