/**
 * The paper-only guard: nothing in the process reaches a broker host that is not allow-listed.
 *
 * Entry points: `assertPaperOnly` (at construction), `guardFetch` (every REST request), `guardSocketUrl` (every connection).
 *
 * 1. Allowed are Alpaca's paper, data and data-stream hosts over TLS, and the loopback interface over anything.
 * 2. Against the paper host only a paper key (PK…) is used; loopback takes any key.
 * 3. A request to an origin that was not configured is refused before it is sent, as `ForbiddenHostError`.
 */

const PAPER_HOST = 'paper-api.alpaca.markets'
const LIVE_HOST = 'api.alpaca.markets'
const PAPER_KEY_PREFIX = 'PK'
const ALLOWED_HOSTS: ReadonlySet<string> = new Set([PAPER_HOST, 'data.alpaca.markets', 'stream.data.alpaca.markets'])
const SECURE: ReadonlySet<string> = new Set(['https:', 'wss:'])
const PLAIN: ReadonlySet<string> = new Set(['http:', 'ws:'])

export class ForbiddenHostError extends Error {
  override readonly name = 'ForbiddenHostError'
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname)
}

function parseUrl(url: string): URL {
  try {
    return new URL(url)
  } catch {
    throw new ForbiddenHostError(`expected a broker URL such as https://${PAPER_HOST}, got "${url}"`)
  }
}

function assertAllowed(url: string): URL {
  const parsed = parseUrl(url)
  if (parsed.username !== '' || parsed.password !== '') {
    throw new ForbiddenHostError(`expected a broker URL without a user name or password, got one for ${parsed.host}`)
  }
  if (isLoopback(parsed.hostname)) {
    if (SECURE.has(parsed.protocol) || PLAIN.has(parsed.protocol)) return parsed
  } else if (ALLOWED_HOSTS.has(parsed.hostname) && SECURE.has(parsed.protocol) && parsed.port === '') {
    return parsed
  }
  const live = parsed.hostname === LIVE_HOST ? `${LIVE_HOST} is the live host, this desk trades on paper only; ` : ''
  throw new ForbiddenHostError(
    `${live}expected ${[...ALLOWED_HOSTS].join(', ')} over TLS, or a loopback address, got ${parsed.protocol}//${parsed.host}`,
  )
}

/**
 * Refuses a configuration that could reach anything but a paper account.
 * @throws ForbiddenHostError that says which URL or key, and what was expected.
 */
export function assertPaperOnly(urls: readonly string[], keyId: string): void {
  for (const url of urls) {
    const parsed = assertAllowed(url)
    if (isLoopback(parsed.hostname) || keyId.startsWith(PAPER_KEY_PREFIX)) continue
    const shown = `${keyId.slice(0, 2)}…`
    throw new ForbiddenHostError(
      `expected a paper key (its id begins with ${PAPER_KEY_PREFIX}) for ${parsed.host}, got ${shown}: create one on the paper side of the Alpaca dashboard`,
    )
  }
}

export type Fetch = (url: string, init: RequestInit) => Promise<Response>

/** A `fetch` that sends to the origins of `baseUrls` and nowhere else. */
export function guardFetch(baseUrls: readonly string[], send: Fetch): Fetch {
  const origins = new Set(baseUrls.map((url) => assertAllowed(url).origin))
  return async (url, init) => {
    const { origin } = parseUrl(url)
    if (origins.has(origin)) return send(url, init)
    throw new ForbiddenHostError(`refused to send a request to ${origin}: expected ${[...origins].join(' or ')}`)
  }
}

/** Checks a stream's URL right before its socket is opened. */
export function guardSocketUrl(url: string): string {
  assertAllowed(url)
  return url
}
