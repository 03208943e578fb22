/**
 * Which hosts and keys the desk may use: Alpaca's paper side, or a simulator on loopback. Never a live account. The one
 * rule for both places that hold to it: the configuration, and the broker's guard right before anything is sent.
 *
 * 1. Allowed are Alpaca's paper, data and data-stream hosts over TLS on their own port, and the loopback interface.
 * 2. A live key (AK…) is refused everywhere; beyond loopback only a paper key (PK…) is taken.
 */

const PAPER_HOST = 'paper-api.alpaca.markets'
const LIVE_HOST = 'api.alpaca.markets'
const ALLOWED_HOSTS: ReadonlySet<string> = new Set([PAPER_HOST, 'data.alpaca.markets', 'stream.data.alpaca.markets'])
const SECURE: ReadonlySet<string> = new Set(['https:', 'wss:'])
const PLAIN: ReadonlySet<string> = new Set(['http:', 'ws:'])

export const LOOPBACK_HOST = '127.0.0.1'

export function isLoopback(address: string): boolean {
  const { hostname } = new URL(address)
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname)
}

/** Null when the address may be used as a broker, else what is wrong with it. */
export function brokerAddressProblem(address: string): string | null {
  if (!URL.canParse(address)) return `is no address like https://${PAPER_HOST}`
  const url = new URL(address)
  if (url.username !== '' || url.password !== '')
    return 'holds a user name or password: keys have variables of their own'
  if (!SECURE.has(url.protocol) && !PLAIN.has(url.protocol)) return 'is neither http(s) nor ws(s)'
  if (isLoopback(address)) return null
  if (url.hostname === LIVE_HOST) return "is Alpaca's live host: this desk trades on paper only"
  if (!ALLOWED_HOSTS.has(url.hostname))
    return `is neither one of Alpaca's paper hosts (${[...ALLOWED_HOSTS].join(', ')}) nor loopback`
  if (!SECURE.has(url.protocol)) return 'would send the keys unencrypted'
  if (url.port !== '') return `names a port that is not Alpaca's`
  return null
}

/** Null when the key may be used with that trading host, else what is wrong with it. Says nothing of the key itself. */
export function brokerKeyProblem(keyId: string, tradingUrl: string): string | null {
  if (keyId.startsWith('AK')) return 'is a live key (AK…): this desk trades on paper only'
  if (!isLoopback(tradingUrl) && !keyId.startsWith('PK')) return 'is no paper key (they begin with PK)'
  return null
}
