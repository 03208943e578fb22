/**
 * The paper-only guard: nothing in the process reaches a broker host that is not allow-listed.
 *
 * Entry points: `assertPaperOnly` (at construction), `guardFetch` (every REST request), `guardSocketUrl` (every
 * connection).
 *
 * 1. Which hosts and keys are allowed is said in `broker/hosts.ts`, once.
 * 2. A request to an origin that was not configured is refused before it is sent, as `ForbiddenHostError`.
 */
import { brokerAddressProblem, brokerKeyProblem } from './hosts.ts'

export class ForbiddenHostError extends Error {
  override readonly name = 'ForbiddenHostError'
}

function assertAllowed(url: string): URL {
  const problem = brokerAddressProblem(url)
  if (problem === null) return new URL(url)
  throw new ForbiddenHostError(
    `expected a broker address of the paper side or on loopback, but ${shown(url)} ${problem}`,
  )
}

/** Without what may be a secret in it. */
function shown(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : null
  return parsed === null ? `"${url}"` : `${parsed.protocol}//${parsed.host}`
}

/**
 * Refuses a configuration that could reach anything but a paper account.
 * @throws ForbiddenHostError that says which URL or key, and what was expected.
 */
export function assertPaperOnly(urls: readonly string[], keyId: string): void {
  for (const url of urls) {
    assertAllowed(url)
    const problem = brokerKeyProblem(keyId, url)
    if (problem === null) continue
    throw new ForbiddenHostError(
      `expected a paper key (its id begins with PK) for ${shown(url)}, but the key ${problem}: create one on the paper side of the Alpaca dashboard`,
    )
  }
}

export type Fetch = (url: string, init: RequestInit) => Promise<Response>

/** A `fetch` that sends to the origins of `baseUrls` and nowhere else. */
export function guardFetch(baseUrls: readonly string[], send: Fetch): Fetch {
  const origins = new Set(baseUrls.map((url) => assertAllowed(url).origin))
  return async (url, init) => {
    const origin = URL.canParse(url) ? new URL(url).origin : null
    if (origin !== null && origins.has(origin)) return send(url, init)
    throw new ForbiddenHostError(`refused to send a request to ${shown(url)}: expected ${[...origins].join(' or ')}`)
  }
}

/** Checks a stream's URL right before its socket is opened. */
export function guardSocketUrl(url: string): string {
  assertAllowed(url)
  return url
}
