/** What several kinds of components have. */
import { z } from 'zod'
import { optional, snowflake, text } from './form.ts'

export const componentId = optional(z.int().min(0))
export const customId = text(1, 100)

export const emoji = z.object({
  id: optional(snowflake),
  name: z
    .string()
    .nullish()
    .transform((value) => value ?? ''),
  animated: optional(z.boolean()),
})
