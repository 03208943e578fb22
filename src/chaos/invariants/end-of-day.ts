/** What must hold once the market has closed, the faults are over and everything had time to come to rest. */
import type { JournalEntry } from '../../session/events.ts'
import type { SessionState } from '../../session/state.ts'
import { MINUTE_MS } from '../../time/units.ts'
import type { DayMarket } from '../broker/day-market.ts'
import type { World } from '../desk/world.ts'

/** Minutes in which a whole day may open: each has its decision where no call failed. */
const ENTRY_MINUTES = 285
/** Of them where calls failed: outages and deaths cost some, never so many. */
const UNDISTURBED_DECISIONS_MIN = 240
const FULL_DAY_MS = 390 * MINUTE_MS

export interface DayEnd {
  /** A position was open when the market closed. */
  readonly wasOpen: boolean
  readonly startCashCents: number
}

export function checkEndOfDay(world: World, { wasOpen, startCashCents }: DayEnd): void {
  const { checks, store, accountId, market, broker } = world
  const { date } = market.session
  const state = store.sessions.session(accountId, date).value
  if (state === null) {
    // A store that lost its data with nothing open is left empty: nothing of the day has to be known.
    const isLeftOpen = wasOpen && !checks.orders.isHandTraded
    if (world.loss.lastFeedNo === null || isLeftOpen) checks.fail('I4', 'the day has no session')
    return
  }
  if (checks.orders.isHandTraded) checkHandTraded(world, state)
  else if (world.loss.lastFeedNo !== null) checkBooksAfterLoss(world, state, startCashCents)
  else checkBooks(world, state, startCashCents)
  checkSettled(world, state, wasOpen)
  if (wasOpen && !broker.refusesCloses && !checks.orders.isHandTraded) {
    checks.fail('I4', `a position was open at the close; the session is ${state.phase}, ${state.mode}`)
  }
  if (state.phase !== 'ended') checks.fail('I4', `the session is ${state.phase} after the close`)
  const least = world.counts.faults === 0 ? ENTRY_MINUTES : UNDISTURBED_DECISIONS_MIN
  if (isUndisturbed(world) && checks.journal.decisions < least) {
    checks.fail(
      'I4',
      `a whole day that nothing stopped has ${checks.journal.decisions} decisions, of ${least} at least`,
    )
  }
  checkCampaign(world, state)
  checkFeed(world)
  if (!broker.account.isFlat) checks.fail('I4', 'positions are left after their expiry')
}

/** I4, I16: what no broker would close was held past the close, told, halted, and settled once. */
function checkSettled({ checks, broker, loss }: World, state: SessionState, wasOpen: boolean): void {
  if (state.trade !== null) checks.fail('I4', 'what was held past the close is not settled')
  if (!wasOpen || !broker.refusesCloses || checks.orders.isHandTraded) return
  if (state.mode !== 'HALTED') checks.fail('I16', `a position was held past the close; the session is ${state.mode}`)
  if (state.settlementCents === undefined) checks.fail('I3', 'a position was held past the close, and none is settled')
  if (loss.lastFeedNo !== null) return
  if (!checks.journal.alerts.has('position_at_close')) checks.fail('I4', 'nobody was told of a position at the close')
  const settled = checks.journal.closed.filter(({ settlement }) => settlement !== undefined)
  if (settled.length !== 1) checks.fail('I10', `a position held past the close was settled ${settled.length} times`)
}

export const isFullDay = ({ session }: DayMarket): boolean => session.close_ms - session.open_ms === FULL_DAY_MS

/** A whole day that nobody stopped, without an opening: by the rules every minute of its window has a decision. */
export function isUndisturbed({ checks, market }: World): boolean {
  return isFullDay(market) && checks.isUndisturbed && checks.journal.intents.size === 0
}

/** I3: every order and fill of the broker stands in the journal, and the money agrees to the cent. */
function checkBooks({ checks, broker }: World, state: SessionState, startCashCents: number): void {
  for (const { request, filledQty } of broker.allOrders()) {
    const { clientOrderId } = request
    if (!checks.journal.intents.has(clientOrderId)) {
      checks.fail('I3', `the broker has ${clientOrderId}, the journal has no such intent`)
    }
    const counted = checks.journal.filledQty.get(clientOrderId) ?? 0
    if (counted !== filledQty) {
      checks.fail('I3', `the broker filled ${filledQty} of ${clientOrderId}, the journal has ${counted}`)
    }
  }
  const cents = broker.account.cashCents - startCashCents
  if (cents !== state.brokerPnlCents || cents !== checks.journal.brokerPnlCents) {
    checks.fail(
      'I3',
      `the account has made ${cents} cents, the session counts ${state.brokerPnlCents}, its trades ${checks.journal.brokerPnlCents}`,
    )
  }
}

/** The journal begins anew; the session's own books have to have everything, and to the cent. */
function checkBooksAfterLoss({ checks, broker }: World, state: SessionState, startCashCents: number): void {
  for (const { request, filledQty } of broker.allOrders()) {
    const { clientOrderId } = request
    const counted = state.orders[clientOrderId]?.filledQty ?? 0
    if (counted !== filledQty) {
      checks.fail('I3', `after the loss: ${filledQty} of ${clientOrderId} are filled, the session has ${counted}`)
    }
  }
  const cents = broker.account.cashCents - startCashCents
  if (cents !== state.brokerPnlCents) {
    checks.fail('I3', `after the loss: the account has made ${cents} cents, the session counts ${state.brokerPnlCents}`)
  }
}

/** Somebody else did something to the account: said so, nothing opened since, and the desk's own part is closed. */
function checkHandTraded(world: World, state: SessionState): void {
  const { checks, store, accountId } = world
  const isStopped = store.sessions.campaign(accountId).value?.stop != null
  const { modeAfterHand } = checks.orders
  const isKept = state.mode !== 'ACTIVE' && (modeAfterHand === 'REDUCING' || state.mode === 'HALTED')
  // The team was told, and resumed: what the desk does not know of stops it again.
  const isResumed =
    state.mode === 'ACTIVE' && state.control.actor.via !== 'system' && checks.orders.isControlledSinceHand
  const isToldOf = checks.journal.alerts.size > 0
  // A session that was stopped in the same moment did not look any more.
  if (!isKept && !isStopped && !((isResumed || isLeftToTheNext(world, state)) && isToldOf))
    checks.fail('I3', `somebody traded by hand and the session is still ${state.mode}`)
  if (state.trade !== null) checks.fail('I4', 'the desk still has a trade')
}

/** A desk that went down ended the day with the look that found it flat: the next session looked again, and opens nothing. */
function isLeftToTheNext({ store, accountId }: World, { stop, session }: SessionState): boolean {
  const date = store.sessions.campaign(accountId).value?.session.date ?? session.date
  if (stop?.kind !== 'shutdown' || date === session.date) return false
  const next = store.sessions.session(accountId, date).value
  return next !== null && next.mode !== 'ACTIVE'
}

function checkCampaign({ checks, store, accountId, market }: World, state: SessionState): void {
  const campaign = store.sessions.campaign(accountId).value
  if (campaign === null) {
    checks.fail('I4', 'the campaign is gone')
    return
  }
  const hasStopped = campaign.stop !== null
  if (hasStopped === campaign.active)
    checks.fail('I4', `stopped: ${hasStopped}, and the campaign is active: ${campaign.active}`)
  if (!hasStopped && campaign.session.date === market.session.date) checks.fail('I4', 'the next day was not arranged')
  // Somebody may have resumed since.
  const isResumed = campaign.control.seq > state.control.seq && campaign.control.actor.via !== 'system'
  const isKept = hasStopped || isResumed || state.mode === 'ACTIVE' || campaign.control.mode !== 'ACTIVE'
  if (!isKept) checks.fail('I16', `the session ended ${state.mode}, the account may open tomorrow`)
}

/** I12: nothing is left to post. */
function checkFeed({ checks, store, accountId, loss }: World): void {
  const numbers = store.sessions.feedLength(accountId)
  if (loss.lastFeedNo !== null && numbers === 0) return
  const { cursor } = store.posts.position(accountId)
  if (checks.feed.posted !== numbers || cursor !== numbers) {
    checks.fail('I12', `${numbers} feed numbers, ${checks.feed.posted} posts, ${cursor} recorded`)
  }
  const entries: readonly JournalEntry[] = store.sessions.feed(accountId, 0, numbers)
  const first = (loss.lastFeedNo ?? 0) + 1
  if (entries.some(({ feedNo }, at) => feedNo !== first + at)) checks.fail('I12', 'the feed has a gap')
}
