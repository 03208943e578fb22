/**
 * Sessions with a position each, to be watched: opened at the simulator, in the store. Entry points: `prepare`,
 * `until`.
 */
import { pino } from 'pino'
import { createAlpacaBroker } from '../../src/broker/alpaca-broker.ts'
import { simMarketClock } from '../../src/config/market-clock.ts'
import { pollUntil, systemWallClock } from '../../src/config/wall-clock.ts'
import type { Campaign } from '../../src/session/campaign.ts'
import { clientOrderId } from '../../src/session/intents.ts'
import { createSession } from '../../src/session/state.ts'
import type { Store } from '../../src/store/open-store.ts'
import type { SessionHours } from '../../src/strategy/types.ts'
import { HOUR_MS } from '../../src/time/units.ts'
import { keyOf, MARKET_SECRET, type Market, profileOf } from './market.ts'
import { benchSpread, campaignOf, holdingSession, openSpread } from './position.ts'

export const DATE = '2026-07-17'
const STRIKE_RANGE = 25

const wall = systemWallClock
const log = pino({ level: 'silent' })

/** No rule of the strategy ends these positions: they are there to be watched. */
function endless(campaign: Campaign, index: number): Campaign {
  const { strategy, plan } = campaign
  return {
    ...campaign,
    // A name of its own for each set of keys; ids of orders go by the strategy's profile.
    plan: { ...plan, profile: profileOf(index) },
    strategy: {
      ...strategy,
      profile: { ...strategy.profile, maxDailyLoss: 1_000_000, maxLossPerTrade: 1_000_000 },
      limits: { ...strategy.limits, profitTargetShare: 100 },
    },
  }
}

export async function until(what: string, limit_ms: number, holds: () => Promise<boolean>): Promise<void> {
  const limits = { timeout_ms: limit_ms, every_ms: 50 }
  if ((await pollUntil(async () => ((await holds()) ? true : null), limits)) === null) {
    throw new Error(`expected ${what} within ${limit_ms} ms, got nothing`)
  }
}

/** Positions at the simulator and their sessions in the store; `arm` then lets the workers take them. */
export async function prepare(market: Market, store: Store): Promise<{ arm(): Promise<void> }> {
  const clock = simMarketClock({ url: market.clockUrl, poll_ms: 100, wall })
  await clock.start()
  const brokerOf = (index: number) =>
    createAlpacaBroker({
      keyId: keyOf(index),
      secret: MARKET_SECRET,
      tradingUrl: market.url,
      dataUrl: market.url,
      tradingStreamUrl: market.streamUrls.trading,
      requestsPerMinute: 1_000_000,
      log,
      wallClock: wall,
      marketClock: clock,
    })
  const probe = brokerOf(0)
  const session = await hours(probe)
  await market.stepTo(session.open_ms + HOUR_MS)
  const snapshot = await probe.snapshot(session.date, STRIKE_RANGE)
  if (!snapshot.ok) throw new Error(`no snapshot: ${snapshot.error.message}`)
  const spread = benchSpread(snapshot.value, session.date)
  await until('the market clock', 5000, async () => (clock.now_ms() ?? 0) > session.open_ms)
  const campaigns: Campaign[] = []
  for (const [index, accountId] of market.accountIds.entries()) {
    const campaign = endless(campaignOf(accountId, session), index)
    const broker = brokerOf(index)
    const filled = await openSpread(broker, spread, clientOrderId(createSession(campaign), 'open', 1))
    await broker.close()
    const now = { market_ms: clock.now_ms() ?? 0, wall_ms: wall.now_ms() }
    await store.sessions.commit({
      ...envelope(campaign, now),
      session: { expectedSeq: 0, value: holdingSession(campaign, spread, filled, now, false) },
      campaign: null,
    })
    campaigns.push(campaign)
  }
  await Promise.all([probe.close(), clock.close()])
  return {
    async arm() {
      const now = { market_ms: session.open_ms, wall_ms: wall.now_ms() }
      for (const campaign of campaigns) {
        const value = { expectedSeq: 0, value: campaign }
        await store.sessions.commit({ ...envelope(campaign, now), session: null, campaign: value })
      }
    },
  }
}

function envelope(campaign: Campaign, now: { readonly market_ms: number; readonly wall_ms: number }) {
  const { accountId, source, session } = campaign
  const times = { atMarket_ms: now.market_ms, atWall_ms: now.wall_ms }
  return {
    accountId,
    profile: '25k',
    source,
    date: session.date,
    ...times,
    events: [],
    epoch: null,
    openGuard: null,
  } as const
}

async function hours(broker: ReturnType<typeof createAlpacaBroker>): Promise<SessionHours> {
  const calendar = await broker.calendar(DATE, DATE)
  const session = calendar.ok ? calendar.value[0] : undefined
  if (session === undefined) throw new Error(`expected the simulated market to have a session on ${DATE}`)
  return session
}
