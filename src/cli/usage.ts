/** How commands end: 0 done, 1 the answer is no, 2 bad usage or input. */
import { codeOf } from '../config/reason.ts'

export const EXIT = { done: 0, no: 1, usage: 2 } as const

/** What `--json` prints where the answer is no: the shape of a refused command. */
export function refusalDocument(code: string, message: string): object {
  return { ok: false, refusal: { code, message, numbers: {} } }
}

/**
 * Says that the answer is no, and why: a document on `out` where one was asked for, a line on `err`. The exit status.
 */
export function refuse(
  { out, err, json }: { readonly out: TextOutput; readonly err: TextOutput; readonly json: boolean | undefined },
  code: string,
  message: string,
): number {
  if (json === true) out.write(`${JSON.stringify(refusalDocument(code, message))}\n`)
  err.write(`phase4d: ${message}\n`)
  return EXIT.no
}

interface TextOutput {
  write(text: string): unknown
}

/** Bad usage or input; `message` says what was expected and what to do. Exit status 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** A port that another program listens on, as bad usage of `--port`; any other error as it is. */
export function asPortUsage(error: unknown, port: number): unknown {
  if (codeOf(error) !== 'EADDRINUSE') return error
  return new UsageError(`port ${port} is in use: stop what uses it, or choose another with --port`)
}
