/**
 * Every call site at which a fault can happen, and how often one does: a share of its calls, at the usual intensity.
 * What is called rarely has a high one.
 */
import { keysOf } from '../../tables/typed-keys.ts'

/** What is away together. */
export type SiteGroup = 'broker' | 'store' | 'chat' | 'clock' | 'stream'

const RATES = {
  'broker.account': 0.006,
  'broker.activities': 0.002,
  'broker.bars': 0.02,
  'broker.calendar': 0.2,
  'broker.cancel': 0.15,
  'broker.clock': 0.05,
  'broker.optionQuotes': 0.05,
  'broker.orderByClientId': 0.1,
  'broker.orders': 0.002,
  'broker.positions': 0.002,
  'broker.snapshot': 0.006,
  'broker.submit': 0.1,
  'broker.turn': 0.1,
  'chart.draw': 0.1,
  'chat.find': 0.1,
  'chat.newest': 0.1,
  'chat.send': 0.06,
  'clock.sleep': 0.0004,
  'clock.until': 0.001,
  'feed.accounts': 0.02,
  'feed.read': 0.03,
  'feed.wait': 0.015,
  'lease.acquire': 0.08,
  'lease.release': 0.1,
  'lease.renew': 0.003,
  'posts.begin': 0.04,
  'posts.position': 0.02,
  'posts.record': 0.04,
  'report.read': 0.1,
  'runs.begin': 0.1,
  'runs.clear': 0.1,
  'store.campaign': 0.004,
  'store.campaigns': 0.02,
  'store.commit': 0.004,
  'store.journal': 0.4,
  'store.saveLive': 0.01,
  'store.session': 0.05,
  'stream.bar': 0.005,
  'stream.options': 0.005,
  'stream.orders': 0.1,
  'stream.spot': 0.005,
} as const

export type Site = keyof typeof RATES
export const SITES = keysOf(RATES)

const GROUPS: Readonly<Record<string, SiteGroup>> = {
  broker: 'broker',
  chart: 'chat',
  chat: 'chat',
  clock: 'clock',
  feed: 'store',
  lease: 'store',
  posts: 'store',
  report: 'store',
  runs: 'store',
  store: 'store',
  stream: 'stream',
}
const groups = new Map<string, SiteGroup>(SITES.map((site) => [site, GROUPS[site.split('.')[0] ?? ''] ?? 'clock']))

/** Of a site that is not listed yet; a day that meets one ends with a violation that says so. */
const RATE_UNLISTED = 0.01

export function groupOf(site: string): SiteGroup {
  return groups.get(site) ?? 'clock'
}

export function isListed(site: string): boolean {
  return groups.has(site)
}

export function rateOf(site: string): number {
  // `hasOwn` has just said that it is one.
  return Object.hasOwn(RATES, site) ? RATES[site as Site] : RATE_UNLISTED
}
