/** Which hosts and keys the desk may use: Alpaca's paper side, or a simulator on loopback. Never a live account. */

const PAPER_HOSTS: ReadonlySet<string> = new Set([
  'paper-api.alpaca.markets',
  'data.alpaca.markets',
  'stream.data.alpaca.markets',
])

export const LOOPBACK_HOST = '127.0.0.1'

export function isLoopback(address: string): boolean {
  const host = new URL(address).hostname.replace(/^\[|\]$/g, '')
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host)
}

/** Null when the address may be used as a broker, else what is wrong with it. */
export function brokerAddressProblem(address: string): string | null {
  const url = new URL(address)
  if (url.username !== '' || url.password !== '')
    return 'holds a user name or password: keys have variables of their own'
  if (isLoopback(address)) return null
  if (url.hostname === 'api.alpaca.markets') return "is Alpaca's live host: this desk trades on paper only"
  if (!PAPER_HOSTS.has(url.hostname)) return "is neither one of Alpaca's paper hosts nor loopback"
  if (url.protocol !== 'https:' && url.protocol !== 'wss:') return 'would send the keys unencrypted'
  return null
}

/** Null when the key may be used with that trading host, else what is wrong with it. Says nothing of the key itself. */
export function brokerKeyProblem(keyId: string, tradingUrl: string): string | null {
  if (keyId.startsWith('AK')) return 'is a live key (AK…): this desk trades on paper only'
  if (!isLoopback(tradingUrl) && !keyId.startsWith('PK')) return 'is no paper key (they begin with PK)'
  return null
}
