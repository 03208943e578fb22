/** Another site's page must not act here: browsers tell where a request comes from. */
import type { IncomingMessage } from 'node:http'

/** True for requests of this server's own page, and of programs, which name no origin. */
export function isSameOrigin(request: IncomingMessage): boolean {
  const { origin, host } = request.headers
  if (origin === undefined) return true
  try {
    return new URL(origin).host === host
  } catch {
    return false
  }
}
