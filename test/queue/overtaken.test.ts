/** A breach between the look at an account and the commit, or between the commit and the session's hearing of it. */
import { beforeEach, describe, expect, test } from 'vitest'
import { APPROVAL_EXPIRES_MS } from '../../src/queue/ask-approval.ts'
import { controlCampaign } from '../../src/queue/control-campaign.ts'
import { drillCampaign } from '../../src/queue/drill-campaign.ts'
import type { Actor } from '../../src/session/events.ts'
import type { SessionState } from '../../src/session/state.ts'
import { transition } from '../../src/session/transition.ts'
import { AMIR, type ApprovalDesk, armedDesk } from '../support/approval-desk.ts'
import { ACTOR, codeOf } from '../support/command-world.ts'
import { ACCOUNT, FRIDAY } from '../support/preflight-samples.ts'

let desk: ApprovalDesk
beforeEach(async () => {
  desk = await armedDesk()
  await desk.session({ phase: 'watching' })
})

const BREACH = { phase: 'done', breachedDay: true } as const
const storedControl = async () => {
  const { value } = await desk.sessions.campaign(ACCOUNT.id)
  if (value === null) throw new Error('expected a campaign')
  return value.control
}
/** The session after it has heard of the switch. */
async function heard(): Promise<SessionState> {
  const { value } = await desk.sessions.session(ACCOUNT.id, FRIDAY.date)
  if (value === null) throw new Error('expected a session')
  const now = { market_ms: desk.clock.now_ms, wall_ms: desk.clock.now_ms }
  const view = { now, latency_s: 0, spot: null, legs: [], lastBar_ms: null }
  const { state } = transition(value, { kind: 'control', control: await storedControl() }, view)
  await desk.session(state)
  return state
}
/** Right before the command's first commit that changes the account, the session changes: what was read is old. */
function between(change: () => Promise<void>): void {
  const { store } = desk.deps
  const { commit } = store
  let isFirst = true
  Object.assign(desk.deps, {
    store: {
      ...store,
      async commit(one: Parameters<typeof commit>[0]) {
        if (isFirst && one.campaign !== null) {
          isFirst = false
          await change()
        }
        return commit.call(store, one)
      },
    },
  })
}
const drill = (step: 'begin' | 'restore') => {
  const job = { id: `drill-${step}`, actor: ACTOR, requestedAt_ms: desk.clock.now_ms, profile: '25k' } as const
  return drillCampaign({ ...job, kind: 'drill', drillId: 'd1', step }, desk.deps)
}

describe('a breach that nobody could know of', () => {
  test('outlives a resume that was on its way', async () => {
    await desk.control('2', 'REDUCING')
    await heard()
    between(() => desk.session(BREACH))
    expect(codeOf(await desk.control('3', 'ACTIVE'))).toBe('done')
    expect(await storedControl()).toMatchObject({ mode: 'ACTIVE', lifts: [] })
    expect(await heard()).toMatchObject({ mode: 'REDUCING', breachedDay: true })
    expect(await desk.control('4', 'ACTIVE')).toMatchObject({ approvals: [{}] })
  })

  test('outlives a resume that two persons decided on before it', async () => {
    await desk.control('2', 'HALTED')
    await heard()
    await desk.control('3', 'ACTIVE')
    await desk.decide('3-25k', 'approved', AMIR)
    between(() => desk.session(BREACH))
    expect(codeOf(await desk.apply('3-25k'))).toBe('done')
    expect(await heard()).toMatchObject({ breachedDay: true })
    expect((await heard()).mode).not.toBe('ACTIVE')
    expect(await desk.control('4', 'ACTIVE')).toMatchObject({ approvals: [{}] })
  })

  test('outlives the end of a drill', async () => {
    await drill('begin')
    await heard()
    between(() => desk.session(BREACH))
    expect(codeOf(await drill('restore'))).toBe('done')
    expect(await heard()).toMatchObject({ mode: 'REDUCING', breachedDay: true })
    expect(await desk.control('4', 'ACTIVE')).toMatchObject({ approvals: [{}] })
  })

  test('is asked about where another change of the account made the command look again', async () => {
    await desk.control('2', 'REDUCING')
    await heard()
    between(async () => {
      await desk.session(BREACH)
      await desk.limit('l', 'max_daily_loss', 1200)
    })
    expect(await desk.control('3', 'ACTIVE')).toMatchObject({ approvals: [{ approvalId: '3-25k' }] })
    expect(await desk.requests()).toMatchObject([{ subject: { cause: 'breach' } }])
    expect(await storedControl()).toMatchObject({ mode: 'REDUCING' })
  })
})

describe('more than was agreed to', () => {
  test('held back for the same and for something else since: nothing is resumed', async () => {
    await desk.session({ ...BREACH, mode: 'REDUCING', modeReason: 'the daily loss limit' })
    await desk.control('3', 'ACTIVE')
    await desk.decide('3-25k', 'approved', AMIR)
    await desk.session({ mode: 'HALTED', modeReason: 'assigned' })
    expect(codeOf(await desk.apply('3-25k'))).toBe('approval_outdated')
    expect((await heard()).mode).toBe('HALTED')
  })

  test('what two persons decided on knowing of the breach is resumed', async () => {
    await desk.session({ ...BREACH, mode: 'REDUCING', modeReason: 'the daily loss limit' })
    await desk.control('3', 'ACTIVE')
    await desk.decide('3-25k', 'approved', AMIR)
    expect(codeOf(await desk.apply('3-25k'))).toBe('done')
    expect(await heard()).toMatchObject({ mode: 'ACTIVE', breachedDay: false })
  })
})

describe('an approval that can do nothing any more is settled', () => {
  beforeEach(async () => {
    await desk.control('2', 'HALTED')
    await desk.control('3', 'ACTIVE')
  })
  const settled = async () => (await desk.events()).filter(({ type }) => type === 'approval_applied')

  test('decided after its time, once', async () => {
    desk.clock.now_ms += APPROVAL_EXPIRES_MS
    await desk.decide('3-25k', 'approved', AMIR)
    expect(codeOf(await desk.apply('3-25k'))).toBe('needs_approval')
    expect(codeOf(await desk.apply('3-25k'))).toBe('needs_approval')
    expect(await settled()).toMatchObject([{ approvalId: '3-25k', ok: false, code: 'needs_approval' }])
    expect((await storedControl()).mode).toBe('HALTED')
  })

  test('of an account that the store does not know any more', async () => {
    await desk.decide('3-25k', 'approved', AMIR)
    const { store } = desk.deps
    Object.assign(desk.deps, { store: { ...store, campaign: async () => ({ seq: 0, value: null }) } })
    expect(codeOf(await desk.apply('3-25k'))).toBe('not_running')
    expect(await settled()).toMatchObject([{ approvalId: '3-25k', ok: false, code: 'not_running' }])
  })

  test('not while nobody has decided', async () => {
    expect(codeOf(await desk.apply('3-25k'))).toBe('needs_approval')
    expect(await settled()).toEqual([])
  })
})

describe('a halt in the very moment of a resume', () => {
  test('is what two persons are asked about then', async () => {
    await desk.control('2', 'REDUCING')
    await heard()
    between(async () => {
      await desk.control('9', 'HALTED')
    })
    expect(await desk.control('3', 'ACTIVE')).toMatchObject({ ok: true, approvals: [{ approvalId: '3-25k' }] })
    expect(await storedControl()).toMatchObject({ mode: 'HALTED' })
    expect(await desk.requests()).toMatchObject([{ subject: { cause: 'halt', controlSeq: 2 } }])
  })
})

describe('of two accounts', () => {
  const other = 'another-account'
  /** A second one, paused by whoever paused the first. */
  async function armAnother(): Promise<void> {
    const { value } = await desk.sessions.campaign(ACCOUNT.id)
    if (value === null) throw new Error('expected a campaign')
    const { plan, source, session } = value
    const campaign = { ...value, accountId: other, campaignId: 'c2', plan: { ...plan, profile: '2k' } } as const
    await desk.sessions.commit({
      ...{ accountId: other, profile: '2k', source, date: session.date, atMarket_ms: 1, atWall_ms: 1, events: [] },
      ...{ epoch: null, session: null, openGuard: null, campaign: { expectedSeq: 0, value: campaign } },
    })
  }
  const both = (id: string, mode: 'ACTIVE' | 'REDUCING', actor: Actor = ACTOR) => {
    const job = { id, actor, requestedAt_ms: desk.clock.now_ms, profile: null, reason: 'x' } as const
    return controlCampaign({ ...job, kind: 'control', mode }, desk.deps)
  }
  const modes = async () => [
    (await storedControl()).mode,
    (await desk.sessions.campaign(other)).value?.control.mode ?? null,
  ]

  test.each([
    ['was asked about already', ACTOR, 'has asked for resuming 25k'],
    [
      'is asked about from a terminal',
      { id: 'root', name: 'root', via: 'cli' } as const,
      'type /resume in the channel',
    ],
  ])('the one that %s holds up no resume of the other, and the answer says both', async (_, actor, words) => {
    await armAnother()
    await both('2', 'REDUCING')
    await desk.control('3', 'HALTED')
    if (actor === ACTOR) await desk.control('4', 'ACTIVE')
    const answer = await both('5', 'ACTIVE', actor)
    expect(answer).toMatchObject({ ok: true, message: expect.stringContaining('2k may open again.') })
    expect(JSON.stringify(answer)).toContain(words)
    expect(await modes()).toEqual(['HALTED', 'ACTIVE'])
  })

  test('both that are so already, or set, are told of one by one', async () => {
    await armAnother()
    expect(await both('2', 'ACTIVE')).toMatchObject({
      message: expect.stringMatching(/^(\w+ is not held back: it may open already\. ?){2}$/),
    })
    expect(await both('3', 'REDUCING')).toMatchObject({
      message: expect.stringMatching(/^(\w+ opens nothing new; what is open is managed as ever\. ?){2}$/),
    })
  })

  test('both refused are refused', async () => {
    await desk.control('3', 'HALTED')
    await desk.control('4', 'ACTIVE')
    expect(codeOf(await both('5', 'ACTIVE'))).toBe('already_requested')
  })
})

describe('a request journalled by the version before, which noted nothing of what is lifted', () => {
  const ask = (cause: 'breach' | 'halt', why: string, controlSeq: number) =>
    desk.commit([
      {
        type: 'approval_requested',
        approvalId: 'old',
        requester: ACTOR,
        reason: 'x',
        subject: { kind: 'resume', cause, why, controlSeq },
        expires_wall_ms: desk.clock.now_ms + APPROVAL_EXPIRES_MS,
      },
    ])

  test('is done where the account is as it was, and lifts what holds it back', async () => {
    await desk.session({ ...BREACH, mode: 'REDUCING', modeReason: 'the daily loss limit' })
    await ask('breach', `the daily loss limit was reached on ${FRIDAY.date}`, (await storedControl()).seq)
    await desk.decide('old', 'approved', AMIR)
    expect(codeOf(await desk.apply('old'))).toBe('done')
    expect(await heard()).toMatchObject({ mode: 'ACTIVE', breachedDay: false })
  })

  test('is not done where a breach came in since', async () => {
    await desk.control('2', 'HALTED')
    await heard()
    await ask('halt', 'x', (await storedControl()).seq)
    await desk.session(BREACH)
    await desk.decide('old', 'approved', AMIR)
    expect(codeOf(await desk.apply('old'))).toBe('approval_outdated')
    expect((await heard()).mode).toBe('HALTED')
  })

  test('a switch that is on and says nothing of it lifts nothing', async () => {
    await desk.session({ ...BREACH, mode: 'REDUCING', modeReason: 'the daily loss limit' })
    const { value, seq } = await desk.sessions.campaign(ACCOUNT.id)
    if (value === null) throw new Error('expected a campaign')
    const { accountId, source, session, plan } = value
    const control = { ...value.control, seq: value.control.seq + 1, mode: 'ACTIVE' } as const
    await desk.sessions.commit({
      ...{ accountId, profile: plan.profile, source, date: session.date, atMarket_ms: 1, atWall_ms: 1, events: [] },
      ...{ epoch: null, session: null, openGuard: null, campaign: { expectedSeq: seq, value: { ...value, control } } },
    })
    expect(await heard()).toMatchObject({ mode: 'REDUCING', breachedDay: true })
  })
})
