/** Every reason for which a command is refused before anything was done; the store in memory, the broker by hand. */
import { pino } from 'pino'
import { describe, expect, test } from 'vitest'
import { start } from '../../commands/start.ts'
import { systemWallClock } from '../../src/config/wall-clock.ts'
import type { Desk, Request } from '../../src/discord/desk.ts'
import { reportReply } from '../../src/discord/views/report-reply.ts'
import { statusReply } from '../../src/discord/views/status-reply.ts'
import { controlCampaign } from '../../src/queue/control-campaign.ts'
import { preflightRefusal } from '../../src/queue/preflight.ts'
import { startCampaign } from '../../src/queue/start-campaign.ts'
import { stopCampaign } from '../../src/queue/stop-campaign.ts'
import { accountRefusal } from '../../src/session/account-check.ts'
import { ACTOR, codeOf, startJob, world } from '../support/command-world.ts'
import { ACCOUNT, FACTS, FRIDAY, no, ok } from '../support/preflight-samples.ts'

describe('/start', () => {
  test('arms, and the journal knows before the answer does', async () => {
    const { deps, sessions } = world()
    expect(codeOf(await startCampaign(startJob('1'), deps))).toBe('done')
    const journal = await sessions.journal(ACCOUNT.id, FRIDAY.date)
    expect(journal.map(({ event }) => event.type)).toEqual(['campaign_armed'])
  })

  test('twice is refused; the same command again is the same answer', async () => {
    const { deps } = world()
    const first = await startCampaign(startJob('1'), deps)
    expect(codeOf(await startCampaign(startJob('2'), deps))).toBe('already_running')
    // The preflight that went before it is not made again.
    const { preflight: _preflight, ...answer } = first.ok ? first : { ...first, preflight: null }
    expect(await startCampaign(startJob('1'), deps)).toEqual(answer)
  })

  test('keeps when the market stood where: minutes before it are nobody’s', async () => {
    const { deps, sessions } = world()
    await startCampaign(startJob('1'), deps)
    const [campaign] = await sessions.campaigns()
    expect(campaign?.armedAtMarket_ms).toBe(deps.clock.now_ms())
  })

  test('says nothing was armed when somebody else came first', async () => {
    const { deps, sessions } = world()
    const late = { ...deps, store: { ...sessions, commit: async () => ({ ok: false, reason: 'conflict' }) as const } }
    expect(codeOf(await startCampaign(startJob('1'), late))).toBe('already_running')
  })

  test.each([
    ['without keys', {}, false, 'no_credentials'],
    ['with keys that the broker refuses', { account: async () => no('unauthorised') }, true, 'unauthorised'],
    ['with a host that is not allowed', { account: async () => no('forbidden_host') }, true, 'live_credentials'],
    ['without an answer of the broker', { account: async () => no('unavailable') }, true, 'broker_unreachable'],
    ['without a trading day ahead', { calendar: async () => ok([]) }, true, 'no_trading_day'],
    ['without a calendar', { calendar: async () => no('unavailable') }, true, 'preflight'],
    ['with a snapshot that cannot be read', { snapshot: async () => no('unavailable') }, true, 'preflight'],
  ] as const)('%s arms nothing', async (_what, over, keys, code) => {
    const { deps, sessions } = world(over, { keys })
    const result = codeOf(await startCampaign(startJob('1'), deps))
    if (code !== 'preflight') expect(result).toBe(code)
    else expect(result).not.toBe('done')
    expect(await sessions.campaigns()).toEqual([])
  })

  test('of an account that the desk does not have is refused before any job', async () => {
    const interaction = { options: { getString: () => '99k' } }
    const desk = { commands: { submit: () => Promise.reject(new Error('expected no job')) }, wall: systemWallClock }
    const reply = await start.run(interaction as never, desk as never, { id: '1', actor: ACTOR } as never)
    expect(JSON.stringify(reply)).toContain('Expected one of the accounts')
  })
})

describe('a preflight', () => {
  const report = (...ids: readonly string[]) =>
    ({ checks: ids.map((id) => ({ id, status: 'fail', found: 'x', advice: 'y', numbers: {} })) }) as never

  test.each([
    ['keys', 'no_credentials'],
    ['paper_host', 'live_credentials'],
    ['account_status', 'account_blocked'],
    ['options_level', 'options_level'],
    ['buying_power', 'buying_power'],
    ['redis_access', 'store_unreachable'],
    ['market_hours', 'no_trading_day'],
    ['clock_skew', 'preflight_failed'],
  ] as const)('whose %s fails is refused as %s', (id, code) => {
    expect(preflightRefusal({ facts: FACTS, report: report(id) })?.refusal.code).toBe(code)
  })

  test('of which several fail names them all', () => {
    const refusal = preflightRefusal({ facts: FACTS, report: report('keys', 'options_level') })?.refusal
    expect(refusal).toMatchObject({ code: 'preflight_failed', numbers: { failed: 2, checks: 'keys, options_level' } })
  })
})

describe('an account', () => {
  const plan = { structure: 'put_spread', width: 5, contracts: 25 } as const
  test.each([
    ['blocked', { blocked: true }, 'account_blocked'],
    ['not active', { status: 'ACCOUNT_CLOSED' }, 'account_blocked'],
    ['of a level too low', { optionsLevel: 2 }, 'options_level'],
    ['without buying power', { optionsBuyingPower: '12499.99' }, 'buying_power'],
  ] as const)('%s carries no plan', (_what, change, code) => {
    expect(accountRefusal({ ...ACCOUNT, ...change }, plan)?.code).toBe(code)
  })

  test('with just enough carries it', () => {
    expect(accountRefusal({ ...ACCOUNT, optionsBuyingPower: '12500', optionsLevel: 3 }, plan)).toBeNull()
  })
})

describe('what runs', () => {
  test('nothing armed: nothing to stop, pause or resume', async () => {
    const { deps } = world()
    const job = { id: '1', actor: ACTOR, requestedAt_ms: 0, profile: null } as const
    expect(codeOf(await stopCampaign({ ...job, kind: 'stop' }, deps))).toBe('not_running')
    const control = { ...job, kind: 'control', mode: 'HALTED', reason: 'x' } as const
    expect(codeOf(await controlCampaign(control, deps))).toBe('not_running')
  })

  test('the switch and the stop stand in the journal', async () => {
    const { deps, sessions } = world()
    await startCampaign(startJob('1'), deps)
    const job = { id: '2', actor: ACTOR, requestedAt_ms: 0, profile: '25k' } as const
    await controlCampaign({ ...job, kind: 'control', mode: 'REDUCING', reason: 'lunch' }, deps)
    await stopCampaign({ ...job, kind: 'stop' }, deps)
    const journal = await sessions.journal(ACCOUNT.id, FRIDAY.date)
    expect(journal.map(({ event }) => event.type)).toEqual(['campaign_armed', 'control_set', 'campaign_disarmed'])
    expect(journal[1]?.event).toMatchObject({ mode: 'REDUCING', reason: 'lunch', actor: ACTOR })
  })
})

describe('views', () => {
  const desk = { reader: { accounts: async () => [] }, wall: systemWallClock } as unknown as Desk
  const request = { id: '1', actor: ACTOR, log: pino({ level: 'silent' }) } as Request

  test('without any account say how to begin', async () => {
    expect(JSON.stringify(await statusReply(null, desk))).toContain('No account has been started yet')
  })

  test('refuse a date that is none', async () => {
    const refusedFor = async (date: string | null, to: string) =>
      JSON.stringify(await reportReply({ profile: null, date, to }, desk, request))
    expect(await refusedFor('2026-07-17', '20.7.2026')).toContain('Expected to as YYYY-MM-DD')
    expect(await refusedFor('week', '2026-07-20')).toContain('the first day of the range as date')
    expect(await refusedFor(null, '2026-07-20')).toContain('the first day of the range as date')
    expect(await refusedFor('2026-07-20', '2026-07-17')).toContain('not before 2026-07-20')
    expect(JSON.stringify(await reportReply({ profile: null, date: '17.7.2026', to: null }, desk, request))).toContain(
      'Expected a date as YYYY-MM-DD',
    )
  })
})
