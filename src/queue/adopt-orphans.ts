/**
 * Positions of this desk that no campaign knows: the store came back empty while no worker was there to set it up again.
 * Entry point: `adoptOrphans`.
 *
 * 1. The broker's side decides: orders of today under the desk's own ids that left something open.
 * 2. What is found gets a campaign that opens nothing; its session adopts the orders and closes them by the rules.
 * 3. A worker that holds the session sets the store up again by itself: it is given the time to.
 */
import type { Broker, BrokerAccount, BrokerOrder } from '../broker/port.ts'
import { currentSession } from '../preflight/days.ts'
import type { Campaign, Control } from '../session/campaign.ts'
import { compactDate } from '../session/clockwork.ts'
import type { Actor } from '../session/events.ts'
import { newYorkDate } from '../strategy/newyork-time.ts'
import { PROFILE_NAMES, type ProfileName, type SessionHours } from '../strategy/types.ts'
import { type CampaignDeps, feedFloorOf, planOf } from './start-campaign.ts'

const LOOK_AHEAD_DAYS = 14
const DAY_MS = 24 * 3600 * 1000
/** Longer than a living holder takes to notice that the store lost its data, and to set it up again. */
const HOLDER_MS = 5000

const DESK: Actor = { id: 'desk', name: 'the desk', via: 'system' }

/** Looks at every account there are keys for. Throws `StoreUnreachable`; a broker that does not answer is asked again later. */
export async function adoptOrphans(deps: CampaignDeps): Promise<void> {
  for (const profile of PROFILE_NAMES) {
    const broker = deps.brokers.of(profile)
    if (broker !== null) await adoptOrphan(profile, broker, deps)
  }
}

async function adoptOrphan(profile: ProfileName, broker: Broker, deps: CampaignDeps): Promise<void> {
  const account = await broker.account()
  const now_ms = deps.clock.now_ms()
  if (!account.ok || now_ms === null) return
  const known = await deps.store.campaign(account.value.id)
  if (known.value?.active) return
  const calendar = await broker.calendar(newYorkDate(now_ms), newYorkDate(now_ms + LOOK_AHEAD_DAYS * DAY_MS))
  const session = calendar.ok ? currentSession(calendar.value, now_ms) : null
  if (!calendar.ok || session === null || now_ms < session.open_ms) return
  const orders = await broker.orders(session.open_ms)
  const opening = orders.ok ? openOrphan(profile, session, orders.value) : null
  if (opening === null) return
  await deps.wall.sleep(HOLDER_MS)
  if ((await deps.store.campaign(account.value.id)).seq !== known.seq) return
  const next = calendar.value.find(({ date }) => date > session.date) ?? null
  const adopted = orphanCampaign(profile, account.value, opening, { session, next }, deps)
  // What was registered before stays registered.
  const registered = known.value?.registered
  const campaign = registered === undefined ? adopted : { ...adopted, registered }
  deps.log.error({ order: opening.clientOrderId }, 'an open order or position of this desk is in no books: adopting it')
  const committed = await deps.store.commit({
    accountId: campaign.accountId,
    profile,
    source: campaign.source,
    date: session.date,
    atMarket_ms: now_ms,
    atWall_ms: deps.wall.now_ms(),
    events: [
      {
        type: 'campaign_armed',
        actor: DESK,
        campaignId: campaign.campaignId,
        plan: campaign.plan,
        next: { ...session },
      },
    ],
    epoch: null,
    session: null,
    campaign: { expectedSeq: known.seq, value: campaign },
    openGuard: null,
    feedFloor: known.seq === 0 ? await feedFloorOf(campaign.accountId, deps) : 0,
  })
  // Another worker may have been first.
  if (committed.ok) await deps.addSession({ accountId: campaign.accountId, date: session.date })
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

function orphanCampaign(
  profile: ProfileName,
  account: BrokerAccount,
  opening: BrokerOrder,
  days: { readonly session: SessionHours; readonly next: SessionHours | null },
  deps: CampaignDeps,
): Campaign {
  const settings = deps.settingsFor(profile)
  const structure = opening.legs.length === 2 ? 'put_spread' : 'short_put'
  const reason = 'a position of this desk was in no books'
  const control: Control = { seq: 1, mode: 'REDUCING', actor: DESK, reason }
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
