/** Who asked: a Discord user, a terminal, or the desk itself. */
import { z } from 'zod'

export const actorSchema = z.object({ id: z.string(), name: z.string(), via: z.enum(['discord', 'cli', 'system']) })
export type Actor = z.infer<typeof actorSchema>
