/**
 * Positions that were held past a close: settled as soon as it is known what became of them. Entry points: `settleDay`
 * (right after a session), `settleExpired` (again and again, whatever was missed), `notSettled` (does a resume wait for
 * one?).
 *
 * 1. Exactly once: state and journal change together, on top of the very state that was settled and under a name taken
 *    once.
 * 2. What the broker does not tell is asked for again, for days; then a person is told, and decides.
 * 3. Whoever resumes an account waits for it: what was held yesterday is known before anything is opened.
 */
import type { Logger } from 'pino'
import type { Broker } from '../broker/port.ts'
import type { Campaign } from '../session/campaign.ts'
import { foundAfterClose, mayBeFilledYet } from '../session/held-past-close.ts'
import { lateOpening } from '../session/reopened.ts'
import { type ExpiryFacts, isUnsettled, SETTLED_WITHIN_DAYS, settleExpiry } from '../session/settlement.ts'
import type { SessionState } from '../session/state.ts'
import { type CommitResult, EVENTS_ALONE, type SessionStore, StoreUnreachable } from '../store/port.ts'
import { addDays, newYorkDate } from '../strategy/newyork-time.ts'
import { DAY_MS, MINUTE_MS } from '../time/units.ts'
import { forEachAccount, profileOf } from './each-account.ts'
import { keptControl } from './kept-control.ts'
import { readableSession } from './readable-session.ts'
import { type Refused, refused } from './refused.ts'
import type { CampaignDeps } from './start-campaign.ts'

/** Days before today in which a session may have left something to be settled. */
const LOOK_BACK_DAYS = 8
const GIVEN_UP_AFTER_MS = SETTLED_WITHIN_DAYS * DAY_MS
/** The consolidated close is out, and readable without a subscription. */
const CLOSE_PUBLISHED_AFTER_MS = 30 * MINUTE_MS

type SettleDeps = Pick<CampaignDeps, 'brokers' | 'store' | 'clock' | 'wall'> & { readonly log: Logger }
type Settled = 'nothing' | 'not_yet' | 'settled'

/** Throws `StoreUnreachable`. */
export async function settleDay(accountId: string, date: string, deps: SettleDeps): Promise<Settled> {
  const { store, clock, brokers, log } = deps
  const { seq, value: ended } = await store.session(accountId, date)
  const now_ms = clock.now_ms()
  if (ended !== null && mayBeFilledYet(ended)) return lookForFill({ seq, ended, now_ms }, deps)
  if (ended === null || !isUnsettled(ended)) return 'nothing'
  if (now_ms === null || now_ms < settledFrom_ms(ended)) return 'not_yet'
  const broker = brokers.of(ended.plan.profile)
  const facts = broker === null ? null : await readFacts(ended, broker)
  const step = facts === null ? null : settleExpiry(ended, facts)
  if (step === null) {
    if (isGivenUp(ended, now_ms)) await tellGivenUp(ended, now_ms, deps)
    return 'not_yet'
  }
  const committed = await commit(ended, now_ms, deps, {
    events: step.events,
    session: { expectedSeq: seq, value: step.state },
    once: `settled/${date}`,
  })
  log.info({ accountId, date, committed: committed.ok }, 'what was held past the close is settled')
  return committed.ok ? 'settled' : 'not_yet'
}

interface Looked {
  readonly seq: number
  readonly ended: SessionState
  readonly now_ms: number | null
}

/**
 * An opening that nobody saw arrive is looked for until the broker's books of the day are final. Filled, it is a
 * position held past the close, and the account is held back in the same commit, whatever day it is at.
 */
async function lookForFill({ seq, ended, now_ms }: Looked, deps: SettleDeps): Promise<Settled> {
  const { accountId, session } = ended
  // Until then its session is opened again for it.
  if (now_ms === null || now_ms < session.close_ms) return 'not_yet'
  const broker = deps.brokers.of(ended.plan.profile)
  const facts = broker === null ? null : await readFacts(ended, broker)
  if (facts === null) return 'not_yet'
  const late = lateOpening(ended, facts.orders)
  if (late === null) {
    if (now_ms < settledFrom_ms(ended)) return 'not_yet'
    await commit(ended, now_ms, deps, { events: [], session: { expectedSeq: seq, value: { ...ended, givenUp: null } } })
    return 'nothing'
  }
  const found = foundAfterClose(ended, facts.orders)
  if (found === null) return 'not_yet'
  const known = await deps.store.campaign(accountId)
  const control = known.value === null ? null : keptControl(known.value.control, found.state)
  const campaign = known.value === null || control === null ? null : { ...known.value, control }
  const committed = await commit(ended, now_ms, deps, {
    events: found.events,
    session: { expectedSeq: seq, value: found.state },
    campaign: campaign === null ? null : { expectedSeq: known.seq, value: campaign },
    once: `found/${session.date}`,
  })
  deps.log.error({ accountId, order: late.clientOrderId, committed: committed.ok }, 'a fill was found after the close')
  return committed.ok ? settleDay(accountId, session.date, deps) : 'not_yet'
}

/** Every account of a campaign that traded in the last days. Throws `StoreUnreachable`. */
export async function settleExpired(deps: SettleDeps): Promise<void> {
  const now_ms = deps.clock.now_ms()
  if (now_ms === null) return
  const from = addDays(newYorkDate(now_ms), -LOOK_BACK_DAYS)
  await forEachAccount(await deps.store.campaigns(), profileOf, async ({ accountId, session }) => {
    if (session.date < from) return
    const days = await lastDays(accountId, newYorkDate(now_ms), deps.store)
    for (const day of days.filter((each) => isUnsettled(each) || mayBeFilledYet(each))) {
      await settleDay(accountId, day.session.date, deps).catch(failed(day, deps))
    }
  })
}

/** One that fails holds up no other: it is tried again. */
function failed({ accountId, session: { date } }: SessionState, { log }: SettleDeps) {
  return (error: unknown): void => {
    if (error instanceof StoreUnreachable) throw error
    log.error({ err: error, accountId, date }, 'what was held past the close could not be settled; it is tried again')
  }
}

/** Why an account cannot be resumed yet; null: it waits for no settlement. Throws `StoreUnreachable`. */
export async function notSettled(
  { accountId, plan: { profile }, session }: Pick<Campaign, 'accountId' | 'plan' | 'session'>,
  { store, clock }: Pick<CampaignDeps, 'store' | 'clock'>,
): Promise<Refused | null> {
  const now_ms = clock.now_ms()
  // Without the time nobody knows what has been given up since: whatever is unsettled waits.
  const until = now_ms === null ? session.date : newYorkDate(now_ms)
  const waits = (day: SessionState) => isUnsettled(day) && (now_ms === null || !isGivenUp(day, now_ms))
  const ended = (await lastDays(accountId, until, store)).find(waits)
  if (ended === undefined) return null
  const { date } = ended.session
  const held = `${profile} held a position past the close of ${date}, and it is not known yet what became of it: nothing is opened before.`
  const told = now_ms === null ? NO_CLOCK : UNTIL_SETTLED
  return refused('not_now', `${held} ${told}`, { date })
}

const UNTIL_SETTLED = 'The official close is out half an hour after the close; the post of the settlement says when.'
const NO_CLOCK =
  "The market's clock cannot be read, so nothing can be settled now: /validate says what is wrong with it; /resume again once the settlement is posted."

async function lastDays(
  accountId: string,
  until: string,
  store: Pick<SessionStore, 'session'>,
): Promise<readonly SessionState[]> {
  const dates = Array.from({ length: LOOK_BACK_DAYS + 1 }, (_, back) => addDays(until, -back))
  const sessions = await Promise.all(dates.map((date) => readableSession(accountId, date, store)))
  return sessions.flatMap(({ value }) => value ?? [])
}

/** A simulated market settles as it closes. */
function settledFrom_ms({ source, session: { close_ms } }: SessionState): number {
  return source.kind === 'PAPER' ? close_ms + CLOSE_PUBLISHED_AFTER_MS : close_ms
}

const isGivenUp = ({ session }: SessionState, now_ms: number): boolean => now_ms - session.close_ms > GIVEN_UP_AFTER_MS

/**
 * Null: the keys lead to another account by now, or the orders could not be read. What else is missing may not be
 * needed.
 */
async function readFacts({ accountId, session }: SessionState, broker: Broker): Promise<ExpiryFacts | null> {
  const account = await broker.account()
  if (!account.ok || account.value.id !== accountId) return null
  const [orders, activities, close] = await Promise.all([
    broker.orders(session.open_ms),
    broker.activities(session.date),
    broker.officialClose(session),
  ])
  if (!orders.ok) return null
  return {
    orders: orders.value,
    activities: activities.ok ? activities.value : [],
    officialClose: close.ok ? close.value : null,
  }
}

async function tellGivenUp(ended: SessionState, now_ms: number, deps: SettleDeps): Promise<void> {
  const { date } = ended.session
  const message = `What became of the position that was open at the close of ${date} cannot be found out: the broker gave neither its list of expiries nor the official close. Look at the broker's own statement; the day stays unsettled, and in every verdict counted against the claim.`
  const alert = { type: 'engine_alert', code: 'expiry_unsettled', message, critical: true } as const
  await commit(ended, now_ms, deps, { events: [alert], once: `unsettled-told/${date}` })
}

type Change = Pick<Parameters<SessionStore['commit']>[0], 'events' | 'once'> &
  Partial<Pick<Parameters<SessionStore['commit']>[0], 'session' | 'campaign'>>

function commit(ended: SessionState, now_ms: number, deps: SettleDeps, change: Change): Promise<CommitResult> {
  const { accountId, source, plan, session } = ended
  return deps.store.commit({
    ...{ accountId, source, profile: plan.profile, date: session.date },
    atMarket_ms: now_ms,
    atWall_ms: deps.wall.now_ms(),
    ...EVENTS_ALONE,
    ...change,
  })
}
