/**
 * After a session has ended: the broker's own records of the day beside the desk's books, and what the day ran on, once
 * into the journal. Entry point: `proveDay`.
 *
 * 1. Nothing waits for it but the next day's job, and that only for a bounded time; what it cannot read it leaves open.
 * 2. The broker's figure comes from its orders alone (quantities and prices a leg), never from the desk's fills. What
 *    somebody else traded in the desk's contracts stands beside it.
 */
import type { Logger } from 'pino'
import type { Broker, BrokerOrder } from '../broker/port.ts'
import { preflight_ms } from '../session/clockwork.ts'
import type { EventOf } from '../session/events.ts'
import { clientOrderIdPrefix } from '../session/intents.ts'
import type { SessionState } from '../session/state.ts'
import { EVENTS_ALONE } from '../store/port.ts'
import { centsOf, exact } from '../strategy/exact.ts'
import { MULTIPLIER } from '../strategy/rules.ts'
import type { CampaignDeps } from './start-campaign.ts'

/** Cash and orders may be a moment apart. */
const READINGS_MAX = 3
const READ_AGAIN_MS = 500

type Proof = EventOf<'day_proved'>['broker']
type ProofDeps = Pick<CampaignDeps, 'brokers' | 'store' | 'clock' | 'wall' | 'verdictFacts'> & { readonly log: Logger }

/** Throws `StoreUnreachable`. Does nothing where the worker has no facts to tell. */
export async function proveDay(state: SessionState, deps: ProofDeps): Promise<void> {
  const { verdictFacts, brokers, store, clock, wall, log } = deps
  const broker = brokers.of(state.plan.profile)
  if (verdictFacts === undefined || broker === null) return
  const { accountId, source, session, plan } = state
  const proof = await readProof(state, broker, deps)
  if (proof === null) log.warn('the broker could not be read after the session: its records are not compared')
  const feeds = source.kind === 'PAPER' ? verdictFacts.feeds : { option: null, stock: null }
  const committed = await store.commit({
    accountId,
    profile: plan.profile,
    source,
    date: session.date,
    atMarket_ms: clock.now_ms() ?? session.close_ms,
    atWall_ms: wall.now_ms(),
    events: [{ type: 'day_proved', strategyVersion: verdictFacts.strategyVersion, feeds, broker: proof }],
    ...EVENTS_ALONE,
    once: `day-proved/${session.date}`,
  })
  log.info({ proof, committed: committed.ok }, 'the day beside the broker’s records')
}

async function readProof(state: SessionState, broker: Broker, { wall }: ProofDeps): Promise<Proof> {
  let found: Proof = null
  for (let reading = 0; reading < READINGS_MAX; reading++) {
    if (reading > 0) await wall.sleep(READ_AGAIN_MS)
    found = (await readOnce(state, broker)) ?? found
    if (found !== null && agrees(found)) break
  }
  return found
}

const agrees = ({ brokerCents, deskCents, cashCents, otherCents = 0 }: NonNullable<Proof>): boolean =>
  brokerCents + otherCents === deskCents && (cashCents === null || cashCents === brokerCents + otherCents)

async function readOnce(state: SessionState, broker: Broker): Promise<Proof> {
  const orders = await broker.orders(preflight_ms(state))
  if (!orders.ok) return null
  const account = await broker.account()
  const prefix = clientOrderIdPrefix(state)
  const all = orders.value.filter(({ filledQty }) => filledQty > 0)
  const filled = all.filter(({ clientOrderId }) => clientOrderId.startsWith(prefix))
  const contracts = new Set(filled.flatMap(({ legs }) => legs.map(({ symbol }) => symbol)))
  const others = all.filter(
    ({ clientOrderId, legs }) => !clientOrderId.startsWith(prefix) && legs.some(({ symbol }) => contracts.has(symbol)),
  )
  return {
    orders: filled.length,
    brokerCents: filled.reduce((sum, order) => sum + proceedsCents(order), 0),
    deskCents: fillsCents(state),
    ...(others.length === 0 ? {} : { otherCents: others.reduce((sum, order) => sum + proceedsCents(order), 0) }),
    cashCents:
      account.ok && state.cashAtStart !== null ? centsOf(exact(account.value.cash).minus(state.cashAtStart)) : null,
  }
}

/** What the desk's books make of its fills: what is still open among them, and without what expiry came to. */
function fillsCents({ brokerPnlCents, settlementCents = 0, trade }: SessionState): number {
  const open = trade === null ? 0 : centsOf(exact(trade.openedNotional).minus(trade.closedNotional).times(MULTIPLIER))
  return brokerPnlCents - settlementCents + open
}

/** What an order's legs brought in, cents; negative where they cost. */
function proceedsCents({ legs }: BrokerOrder): number {
  return legs.reduce((sum, { side, filledQty, filledAvgPrice }) => {
    if (filledAvgPrice === null) return sum
    const cents = centsOf(exact(filledAvgPrice).times(filledQty).times(MULTIPLIER))
    return sum + (side === 'sell' ? cents : -cents)
  }, 0)
}
