/** What clients may send to the gateway. */
import { z } from 'zod'

export const frameSchema = z.object({ op: z.int(), d: z.unknown().optional() })
export const identifySchema = z.object({
  token: z.string(),
  intents: z.int().min(0),
  properties: z.record(z.string(), z.unknown()),
  shard: z.tuple([z.int(), z.int()]).optional(),
})
export const resumeSchema = z.object({ token: z.string(), session_id: z.string(), seq: z.int() })
export const membersSchema = z.object({
  guild_id: z.string(),
  user_ids: z.union([z.string(), z.array(z.string())]).optional(),
  nonce: z.string().optional(),
})
