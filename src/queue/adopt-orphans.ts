/**
 * Positions of this desk that no running session knows: the store came back empty while no worker was there to set it
 * up again, or an opening reached the broker after its session had ended. Entry point: `adoptOrphans`.
 *
 * 1. The broker's side decides: orders of today under the desk's own ids that left something open.
 * 2. What is found gets a campaign that opens nothing; its session adopts the orders and closes them by the rules.
 * 3. A session that has ended is opened again under the campaign it had, or the one that came after it; whatever is
 *    arranged for a later day hides nothing of today, and follows.
 * 4. A worker that holds the session sets the store up again by itself: it is given the time to.
 */
import type { Broker, BrokerAccount, BrokerOrder } from '../broker/port.ts'
import { currentSession } from '../preflight/days.ts'
import type { Campaign, Control } from '../session/campaign.ts'
import { compactDate } from '../session/clockwork.ts'
import type { Actor } from '../session/events.ts'
import { lateOpening } from '../session/reopened.ts'
import { feedFloorOf } from '../session/runner/feed-floor.ts'
import type { SessionState } from '../session/state.ts'
import type { Versioned } from '../store/port.ts'
import { newYorkDate } from '../strategy/newyork-time.ts'
import { PROFILE_NAMES, type ProfileName, type SessionHours, type Structure } from '../strategy/types.ts'
import { DAY_MS } from '../time/units.ts'
import { forEachAccount } from './each-account.ts'
import { type CampaignDeps, planOf } from './start-campaign.ts'

const LOOK_AHEAD_DAYS = 14
/** Longer than a living holder takes to notice that the store lost its data, and to set it up again. */
const HOLDER_MS = 5000

const ORPHANED = 'a position of this desk was in no books'
const DESK: Actor = { id: 'desk', name: 'the desk', via: 'system' }

/**
 * Looks at every account there are keys for. Throws `StoreUnreachable`; a broker that does not answer is asked again
 * later.
 */
export async function adoptOrphans(deps: CampaignDeps): Promise<void> {
  await forEachAccount(PROFILE_NAMES, String, async (profile) => {
    const broker = deps.brokers.of(profile)
    if (broker !== null) await adoptOrphan(profile, broker, deps)
  })
}

async function adoptOrphan(profile: ProfileName, broker: Broker, deps: CampaignDeps): Promise<void> {
  const account = await broker.account()
  const now_ms = deps.clock.now_ms()
  if (!account.ok || now_ms === null) return
  const known = await deps.store.campaign(account.value.id)
  // A campaign that is at a later day runs today's session no more.
  if (known.value?.active && known.value.session.date <= newYorkDate(now_ms)) return
  const calendar = await broker.calendar(newYorkDate(now_ms), newYorkDate(now_ms + LOOK_AHEAD_DAYS * DAY_MS))
  const session = calendar.ok ? currentSession(calendar.value, now_ms) : null
  if (!calendar.ok || session === null || now_ms < session.open_ms) return
  const orders = await broker.orders(session.open_ms)
  const stored = (await deps.store.session(account.value.id, session.date)).value
  const opening = orders.ok ? orphanOf(profile, session, stored, orders.value) : null
  if (opening === null) return
  await deps.wall.sleep(HOLDER_MS)
  if ((await deps.store.campaign(account.value.id)).seq !== known.seq) return
  deps.log.error({ order: opening.clientOrderId }, 'an open order or position of this desk is in no books: adopting it')
  const days = { session, next: calendar.value.find(({ date }) => date > session.date) ?? null }
  const back = broughtBack(known.value, stored, opening, days)
  const isTaken = await take({ profile, account: account.value, opening, known, back, days, now_ms }, deps)
  // Another worker may have been first.
  if (isTaken) await deps.addSession({ accountId: account.value.id, date: session.date })
}

interface Days {
  readonly session: SessionHours
  readonly next: SessionHours | null
}

/** The opening that is in no books; null: none is. A session that has ended has them: they say what is missing. */
function orphanOf(
  profile: ProfileName,
  session: SessionHours,
  stored: SessionState | null,
  orders: readonly BrokerOrder[],
): BrokerOrder | null {
  return stored?.phase === 'ended' ? lateOpening(stored, orders) : openOrphan(profile, session, orders)
}

/**
 * The campaign that is known, at today's session again; what it has arranged for later follows when that has ended.
 * Null: there is none that could run it.
 */
function broughtBack(
  known: Campaign | null,
  stored: SessionState | null,
  opening: BrokerOrder,
  days: Days,
): Campaign | null {
  if (known === null) return null
  if (stored?.phase === 'ended') return { ...known, ...days, active: true }
  // A session of which nothing is stored is begun as the campaign says, and opens nothing.
  if (!known.active || known.strategy.structure !== structureOf(opening)) return null
  const { seq } = known.control
  const held = { seq: seq + 1, mode: 'REDUCING', actor: DESK, reason: ORPHANED } as const
  const { drill } = known.control
  // A drill's switch is put back as it was before it: what holds the account back must not go with it.
  const control = drill === undefined ? known.control : { ...drill.before, seq: seq + 1 }
  return { ...known, ...days, control: control.mode === 'ACTIVE' ? held : control }
}

interface Taking {
  readonly profile: ProfileName
  readonly account: BrokerAccount
  readonly opening: BrokerOrder
  readonly known: Versioned<Campaign>
  readonly back: Campaign | null
  readonly days: Days
  readonly now_ms: number
}

async function take(
  { profile, account, opening, known, back, days, now_ms }: Taking,
  deps: CampaignDeps,
): Promise<boolean> {
  const adopted = back ?? orphanCampaign(profile, account, opening, days, deps)
  // What was registered before stays registered.
  const registered = known.value?.registered
  const campaign = registered === undefined ? adopted : { ...adopted, registered }
  const { campaignId, plan } = campaign
  const armed = { type: 'campaign_armed', actor: DESK, campaignId, plan, next: { ...days.session } } as const
  const committed = await deps.store.commit({
    accountId: campaign.accountId,
    profile,
    source: campaign.source,
    date: days.session.date,
    atMarket_ms: now_ms,
    atWall_ms: deps.wall.now_ms(),
    events: back === null ? [armed] : [],
    epoch: null,
    session: null,
    campaign: { expectedSeq: known.seq, value: campaign },
    openGuard: null,
    feedFloor: known.seq === 0 ? await feedFloorOf(campaign.accountId, deps) : 0,
  })
  return committed.ok
}

/** The newest own opening of the day, where something of the desk is open; null: nothing is. */
function openOrphan(profile: ProfileName, session: SessionHours, orders: readonly BrokerOrder[]): BrokerOrder | null {
  const prefix = `p4d-${profile}-${compactDate(session.date)}-`
  const own = orders.filter(({ clientOrderId }) => clientOrderId.startsWith(prefix))
  const opens = own.filter(({ clientOrderId }) => clientOrderId.startsWith(`${prefix}open-`))
  const filled = (some: readonly BrokerOrder[]) => some.reduce((sum, { filledQty }) => sum + filledQty, 0)
  const working = opens.find(({ status }) => WORKING.has(status))
  const isOpen = 2 * filled(opens) > filled(own)
  return working ?? (isOpen ? (opens.at(-1) ?? null) : null)
}

const WORKING: ReadonlySet<BrokerOrder['status']> = new Set<BrokerOrder['status']>([
  'new',
  'accepted',
  'pending_new',
  'partially_filled',
  'pending_cancel',
])

const structureOf = ({ legs }: BrokerOrder): Structure => (legs.length === 2 ? 'put_spread' : 'short_put')

function orphanCampaign(
  profile: ProfileName,
  account: BrokerAccount,
  opening: BrokerOrder,
  days: Days,
  deps: CampaignDeps,
): Campaign {
  const settings = deps.settingsFor(profile)
  const structure = structureOf(opening)
  const control: Control = { seq: 1, mode: 'REDUCING', actor: DESK, reason: ORPHANED }
  return {
    campaignId: `campaign-adopted-${account.id}-${days.session.date}`,
    accountId: account.id,
    source: account.source,
    strategy: { profile: settings.profile, limits: settings.limits, width: settings.width, structure },
    engine: settings.engine,
    plan: planOf(settings, structure, account, null),
    armedBy: DESK,
    armedAt_ms: deps.wall.now_ms(),
    session: days.session,
    next: days.next,
    stop: null,
    control,
    active: true,
  }
}
