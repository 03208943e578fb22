/** How commands end: 0 done, 1 the answer is no, 2 bad usage or input. */

export const EXIT = { done: 0, no: 1, usage: 2 } as const

/** What `--json` prints where the answer is no: the shape of a refused command. */
export function refusalDocument(code: string, message: string): object {
  return { ok: false, refusal: { code, message, numbers: {} } }
}

/** Bad usage or input; `message` says what was expected and what to do. Exit status 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
