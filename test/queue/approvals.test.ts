/** What the worker does of what two persons decide; the store in memory. */
import { beforeEach, describe, expect, test } from 'vitest'
import { APPLY_WITHIN_MS } from '../../src/approval/approvals.ts'
import { APPROVAL_EXPIRES_MS } from '../../src/queue/ask-approval.ts'
import { auditTerminal } from '../../src/queue/audit-terminal.ts'
import { startCampaign } from '../../src/queue/start-campaign.ts'
import { stopCampaign } from '../../src/queue/stop-campaign.ts'
import { AMIR, type ApprovalDesk, armedDesk } from '../support/approval-desk.ts'
import { ACTOR, codeOf, startJob, world } from '../support/command-world.ts'
import { ACCOUNT, ok, SIM_SOURCE } from '../support/preflight-samples.ts'

let desk: ApprovalDesk
beforeEach(async () => {
  desk = await armedDesk()
})

const campaign = () => desk.campaign()
const types = async () => (await desk.events()).map(({ type }) => type)

describe('resuming', () => {
  test('after a plain pause asks nobody', async () => {
    await desk.control('2', 'REDUCING')
    expect(await desk.control('3', 'ACTIVE')).toMatchObject({ ok: true, message: '25k may open again.' })
    expect((await campaign()).control).toMatchObject({ mode: 'ACTIVE', seq: 2 })
    expect(await types()).not.toContain('approval_requested')
  })

  test('what is so already is said, and is no second event; a halt is set again', async () => {
    await desk.control('2', 'REDUCING')
    expect(await desk.control('3', 'REDUCING')).toMatchObject({ ok: true, message: '25k is paused already.' })
    await desk.control('4', 'ACTIVE')
    expect(await desk.control('5', 'ACTIVE')).toMatchObject({ message: '25k is not held back: it may open already.' })
    expect((await types()).filter((type) => type === 'control_set')).toHaveLength(2)
    await desk.control('6', 'HALTED')
    await desk.control('7', 'HALTED')
    expect((await types()).filter((type) => type === 'control_set')).toHaveLength(4)
  })

  test('a pause on top of what the desk holds back by itself is set', async () => {
    await desk.session({ mode: 'REDUCING', modeReason: 'the books differ' })
    await desk.control('2', 'REDUCING')
    expect((await campaign()).control.mode).toBe('REDUCING')
    expect(await desk.control('3', 'ACTIVE')).toMatchObject({ approvals: [{ approvalId: '3-25k' }] })
  })

  test('after a halt is asked about, and done once a second person agreed, once', async () => {
    await desk.control('2', 'HALTED')
    const asked = await desk.control('3', 'ACTIVE')
    expect(asked).toMatchObject({
      ok: true,
      approvals: [{ approvalId: '3-25k', expires_wall_ms: desk.clock.now_ms + APPROVAL_EXPIRES_MS }],
    })
    expect((await campaign()).control.mode).toBe('HALTED')
    expect(await desk.requests()).toMatchObject([
      { requester: ACTOR, subject: { kind: 'resume', cause: 'halt', why: 'x' } },
    ])
    await desk.decide('3-25k', 'approved', AMIR)
    expect(codeOf(await desk.apply('3-25k'))).toBe('done')
    expect(codeOf(await desk.apply('3-25k'))).toBe('done')
    expect((await campaign()).control).toMatchObject({ mode: 'ACTIVE', seq: 2 })
    const resumed = (await desk.events()).filter((event) => event.type === 'control_set' && event.mode === 'ACTIVE')
    expect(resumed).toMatchObject([{ actor: ACTOR, approver: AMIR }])
    expect((await types()).filter((type) => type === 'approval_applied')).toHaveLength(1)
  })

  test('after a breach is asked about; a pause in between changes nothing of that', async () => {
    await desk.session({ phase: 'done', mode: 'REDUCING', modeReason: 'the daily loss limit', breachedDay: true })
    await desk.control('2', 'REDUCING')
    expect(await desk.control('3', 'ACTIVE')).toMatchObject({ approvals: [{ approvalId: '3-25k' }] })
    expect(await desk.requests()).toMatchObject([{ subject: { cause: 'breach' } }])
  })

  test('the same command asks once, another one while it is open is refused', async () => {
    await desk.control('2', 'HALTED')
    const first = await desk.control('3', 'ACTIVE')
    expect(await desk.control('3', 'ACTIVE')).toEqual(first)
    expect(codeOf(await desk.control('4', 'ACTIVE'))).toBe('already_requested')
    desk.clock.now_ms += APPROVAL_EXPIRES_MS
    expect(await desk.control('5', 'ACTIVE')).toMatchObject({ approvals: [{ approvalId: '5-25k' }] })
    expect(await desk.requests()).toHaveLength(2)
  })

  test('from a terminal after a halt says where there are two persons', async () => {
    await desk.control('2', 'HALTED')
    const answer = await desk.control('3', 'ACTIVE', { id: 'root', name: 'root', via: 'cli' })
    expect(answer).toMatchObject({ ok: false, refusal: { code: 'needs_approval' } })
    expect(JSON.stringify(answer)).toContain('type /resume in the channel')
    expect((await campaign()).control.mode).toBe('HALTED')
  })

  test('pausing what is halted leaves it halted', async () => {
    await desk.control('2', 'HALTED')
    expect(await desk.control('3', 'REDUCING')).toMatchObject({
      ok: true,
      message: expect.stringContaining('is halted'),
    })
    expect((await campaign()).control.mode).toBe('HALTED')
  })
})

describe('what nobody approved is not done', () => {
  beforeEach(async () => {
    await desk.control('2', 'HALTED')
    await desk.control('3', 'ACTIVE')
  })
  const refused = async (why: string, code = 'needs_approval') => {
    expect(codeOf(await desk.apply('3-25k')), why).toBe(code)
    expect((await campaign()).control.mode).toBe('HALTED')
  }

  test('undecided, denied, expired, or approved by nobody, by whoever asked, or too late', async () => {
    await refused('undecided')
    for (const [decision, actor] of [
      ['denied', AMIR],
      ['expired', null],
      ['approved', null],
      ['approved', ACTOR],
    ] as const) {
      desk = await armedDesk()
      await desk.control('2', 'HALTED')
      await desk.control('3', 'ACTIVE')
      await desk.decide('3-25k', decision, actor)
      await refused(decision)
    }
    desk = await armedDesk()
    await desk.control('2', 'HALTED')
    await desk.control('3', 'ACTIVE')
    desk.clock.now_ms += APPROVAL_EXPIRES_MS
    await desk.decide('3-25k', 'approved', AMIR)
    await refused('too late')
  })

  test('halted again since it was asked for', async () => {
    await desk.control('4', 'HALTED')
    await desk.decide('3-25k', 'approved', AMIR)
    await refused('halted again', 'approval_outdated')
    expect((await desk.events()).at(-1)).toMatchObject({ type: 'approval_applied', ok: false })
  })

  test('of a halt, where the daily loss limit was reached since', async () => {
    await desk.session({ phase: 'done', mode: 'HALTED', modeReason: 'x', breachedDay: true })
    await desk.decide('3-25k', 'approved', AMIR)
    await refused('breached since', 'approval_outdated')
  })

  test('approved while no worker was there, and found much later', async () => {
    await desk.decide('3-25k', 'approved', AMIR)
    desk.clock.now_ms += APPLY_WITHIN_MS + 1
    await refused('late', 'approval_outdated')
  })

  test('decided once: what comes second changes nothing', async () => {
    expect(await desk.decide('3-25k', 'denied', AMIR)).toBe(true)
    expect(await desk.decide('3-25k', 'approved', AMIR)).toBe(false)
    await refused('denied first')
  })
})

describe("a day's limit", () => {
  test('is lowered at once, and not raised back without a second person', async () => {
    expect(codeOf(await desk.limit('2', 'max_daily_loss', 1200))).toBe('done')
    expect((await campaign()).dayLimits).toMatchObject({ date: '2026-07-17', values: { max_daily_loss: 1200 } })
    expect(await desk.limit('3', 'max_daily_loss', 1500)).toMatchObject({ approvals: [{ approvalId: '3-25k' }] })
    expect((await campaign()).dayLimits?.values).toEqual({ max_daily_loss: 1200 })
    expect((await desk.events()).at(-2)).toMatchObject({ type: 'day_limit_lowered', from: 1500, to: 1200 })
  })

  test('is raised by two, for the day, and that stands in the journal', async () => {
    await desk.limit('2', 'max_daily_loss', 2000)
    await desk.decide('2-25k', 'approved', AMIR)
    expect(codeOf(await desk.apply('2-25k'))).toBe('done')
    expect(codeOf(await desk.apply('2-25k'))).toBe('done')
    expect(await campaign()).toMatchObject({ dayLimits: { seq: 1, values: { max_daily_loss: 2000 } } })
    expect((await desk.events()).filter(({ type }) => type === 'day_limit_raised')).toMatchObject([
      { from: 1500, to: 2000, configured: 1500, requester: ACTOR, approver: AMIR, reason: 'a calm day' },
    ])
  })

  test('that was set by others meanwhile is not raised from there', async () => {
    await desk.limit('2', 'max_daily_loss', 2000)
    await desk.limit('3', 'max_daily_loss', 1100)
    await desk.decide('2-25k', 'approved', AMIR)
    expect(codeOf(await desk.apply('2-25k'))).toBe('approval_outdated')
  })

  test.each([
    ['max_daily_loss', 3000.01, 'bad_option'],
    ['max_daily_loss', 0, 'bad_option'],
    ['max_daily_loss', 999, 'bad_option'],
    ['max_daily_loss', 1500, 'bad_option'],
    ['max_loss_per_trade', 1600, 'bad_option'],
    ['max_daily_trades', 1.5, 'bad_option'],
    ['vix_max', Number.NaN, 'bad_option'],
    ['vix_max', 30, 'done'],
    ['max_daily_trades', 2, 'done'],
  ] as const)('%s of %d is answered with %s', async (limit, value, code) => {
    expect(codeOf(await desk.limit('2', limit, value))).toBe(code)
  })

  test('of a day that is over is refused', async () => {
    await desk.session({ phase: 'ended' })
    expect(codeOf(await desk.limit('2', 'vix_max', 20))).toBe('not_now')
  })
})

describe('/start on a paper account', () => {
  test('asked first arms nothing and answers with plan and preflight; confirmed, it arms once', async () => {
    const { deps, sessions } = world()
    const asking = await startCampaign({ ...startJob('9'), ask: true }, deps)
    expect(asking).toMatchObject({ ok: true, isAsking: true, plan: { profile: '25k' }, preflight: { ok: true } })
    expect(await sessions.campaigns()).toEqual([])
    const confirmed = { ...startJob('9-confirmed') }
    const armed = await startCampaign(confirmed, deps)
    expect(armed).toMatchObject({ ok: true, preflight: { ok: true } })
    expect(codeOf(await startCampaign(confirmed, deps))).toBe('done')
    expect(await sessions.journal(ACCOUNT.id, '2026-07-17')).toHaveLength(1)
  })

  test('of a simulator starts at once', async () => {
    const { deps, sessions } = world({ account: async () => ok({ ...ACCOUNT, source: SIM_SOURCE }) })
    expect(await startCampaign({ ...startJob('9'), ask: true }, deps)).not.toHaveProperty('isAsking')
    expect(await sessions.campaigns()).toHaveLength(1)
  })
})

describe('a command of a terminal', () => {
  test('leaves a line in the journal of its account, once', async () => {
    const root = { id: 'root', name: 'root', via: 'cli' } as const
    const job = { id: '5', actor: root, requestedAt_ms: 7, profile: '25k', kind: 'stop', mode: 'drain' } as const
    for (let time = 0; time < 2; time += 1) await auditTerminal(job, await stopCampaign(job, desk.deps), desk.deps)
    expect((await desk.events()).filter(({ type }) => type === 'command_audited')).toMatchObject([
      { actor: root, what: 'phase4d stop', options: { profile: '25k', mode: 'drain' }, outcome: 'done', at_wall_ms: 7 },
    ])
  })
})

describe('stopping', () => {
  const stop = (mode: 'flatten' | 'drain', id = '2') =>
    stopCampaign({ id, actor: ACTOR, requestedAt_ms: 0, profile: '25k', kind: 'stop', mode }, desk.deps)

  test('what drains can be stopped at once, and what stops at once is not made to wait', async () => {
    await stop('drain')
    expect((await campaign()).stop?.kind).toBe('drain')
    await stop('flatten', '3')
    expect((await campaign()).stop?.kind).toBe('operator')
    await stop('drain', '4')
    expect((await campaign()).stop?.kind).toBe('operator')
    const modes = (await desk.events()).flatMap((event) => (event.type === 'campaign_disarmed' ? [event.mode] : []))
    expect(modes).toEqual(['drain', undefined])
  })
})
