/** An armed account whose requests two persons decide: the worker's commands without a worker. */
import { applyApproved } from '../../src/queue/apply-approved.ts'
import { controlCampaign } from '../../src/queue/control-campaign.ts'
import type { CommandJob, CommandResult } from '../../src/queue/jobs.ts'
import { limitCampaign } from '../../src/queue/limit-campaign.ts'
import { startCampaign } from '../../src/queue/start-campaign.ts'
import type { Campaign } from '../../src/session/campaign.ts'
import type { Actor, EventOf, JournalEvent } from '../../src/session/events.ts'
import type { SessionMode } from '../../src/session/mode.ts'
import { createSession, type SessionState } from '../../src/session/state.ts'
import { type Commit, type CommitResult, EVENTS_ALONE } from '../../src/store/port.ts'
import { ACTOR, startJob, type World, world } from './command-world.ts'
import { ACCOUNT, FRIDAY } from './preflight-samples.ts'

export const AMIR: Actor = { id: 'u2', name: 'Amir', via: 'discord' }

export interface ApprovalDesk extends World {
  control(id: string, mode: SessionMode, actor?: Actor): Promise<CommandResult>
  limit(
    id: string,
    limit: Extract<CommandJob, { kind: 'limit' }>['limit'],
    value: number,
    actor?: Actor,
  ): Promise<CommandResult>
  decide(approvalId: string, decision: 'approved' | 'denied' | 'expired', actor: Actor | null): Promise<boolean>
  apply(approvalId: string): Promise<CommandResult>
  campaign(): Promise<Campaign>
  session(over: Partial<SessionState>): Promise<void>
  events(): Promise<readonly JournalEvent[]>
  requests(): Promise<readonly EventOf<'approval_requested'>[]>
  commit(events: readonly JournalEvent[], once?: string): Promise<boolean>
  /** Of the wall; durations are counted by the other. */
  clock: { now_ms: number; monotonic_ms: number }
}

export async function armedDesk(): Promise<ApprovalDesk> {
  const made = world()
  const clock = { now_ms: made.deps.wall.now_ms(), monotonic_ms: 0 }
  const deps = {
    ...made.deps,
    wall: { ...made.deps.wall, now_ms: () => clock.now_ms, monotonic_ms: () => clock.monotonic_ms },
  }
  const { sessions } = made
  await startCampaign(startJob('1'), deps)
  const job = (id: string, actor: Actor) => ({ id, actor, requestedAt_ms: clock.now_ms, profile: '25k' }) as const
  const events = async () => (await sessions.journal(ACCOUNT.id, FRIDAY.date)).map(({ event }) => event)
  const write = (change: Partial<Commit>): Promise<CommitResult> =>
    sessions.commit({
      accountId: ACCOUNT.id,
      profile: '25k',
      source: ACCOUNT.source,
      date: FRIDAY.date,
      atMarket_ms: clock.now_ms,
      atWall_ms: clock.now_ms,
      ...EVENTS_ALONE,
      events: [],
      ...change,
    })
  const commit: ApprovalDesk['commit'] = async (events, once) =>
    (await write({ events, ...(once === undefined ? {} : { once }) })).ok
  const campaign: ApprovalDesk['campaign'] = async () => {
    const { value } = await sessions.campaign(ACCOUNT.id)
    if (value === null) throw new Error('expected a campaign, got none')
    return value
  }
  return {
    deps,
    sessions,
    clock,
    commit,
    campaign,
    events,
    control: (id, mode, actor = ACTOR) =>
      controlCampaign({ ...job(id, actor), kind: 'control', mode, reason: 'x' }, deps),
    limit: (id, limit, value, actor = ACTOR) =>
      limitCampaign({ ...job(id, actor), kind: 'limit', limit, value, reason: 'a calm day' }, deps),
    decide: (approvalId, decision, actor) =>
      commit([{ type: 'approval_decided', approvalId, decision, actor }], `decided-${approvalId}`),
    apply: (approvalId) =>
      applyApproved(
        {
          id: `apply-${approvalId}`,
          actor: AMIR,
          requestedAt_ms: clock.now_ms,
          kind: 'approved',
          profile: null,
          accountId: ACCOUNT.id,
          date: FRIDAY.date,
          approvalId,
        },
        deps,
      ),
    async session(over) {
      const stored = await sessions.session(ACCOUNT.id, FRIDAY.date)
      const value = { ...(stored.value ?? createSession(await campaign())), ...over }
      const result = await write({ session: { expectedSeq: stored.seq, value } })
      if (!result.ok) throw new Error(`expected a session, got ${result.reason}`)
    },
    requests: async () => (await events()).filter((event) => event.type === 'approval_requested'),
  }
}
