/** Bodies of the simulator's own API. */
import { z } from 'zod'
import { malformed } from './errors.ts'

/** @throws AlpacaError 400 that says what is wrong. */
export function readControl<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body ?? {})
  if (!parsed.success) throw malformed(z.prettifyError(parsed.error))
  return parsed.data
}
