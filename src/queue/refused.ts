/** A command's refusal as its answer. */
import type { Refusal, RefusalCode } from '../session/refusal.ts'

export type Refused = { readonly ok: false; readonly refusal: Refusal }

export function refused(code: RefusalCode, message: string, numbers: Refusal['numbers'] = {}): Refused {
  return { ok: false, refusal: { code, message, numbers } }
}
