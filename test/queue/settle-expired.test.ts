/** Positions held past a close, settled by the worker: the store in memory, the broker by hand. */
import { describe, expect, test } from 'vitest'
import type { Broker } from '../../src/broker/port.ts'
import { type ControlCommand, controlCampaign } from '../../src/queue/control-campaign.ts'
import { proveDay } from '../../src/queue/prove-day.ts'
import { notSettled, settleDay, settleExpired } from '../../src/queue/settle-expired.ts'
import type { SessionState } from '../../src/session/state.ts'
import { type SessionStore, UnreadableDocument } from '../../src/store/port.ts'
import { addDays } from '../../src/strategy/newyork-time.ts'
import { DAY_MS, MINUTE_MS } from '../../src/time/units.ts'
import { armedCampaign, saveCampaign } from '../support/armed-campaign.ts'
import { ACTOR, world } from '../support/command-world.ts'
import { ACCOUNT, no, ok } from '../support/preflight-samples.ts'
import { at, DATE, holdingDesk } from '../support/session.ts'

const own = { accountId: ACCOUNT.id, source: ACCOUNT.source } as const

const RESUME: ControlCommand = {
  kind: 'control',
  id: '1',
  actor: ACTOR,
  requestedAt_ms: 0,
  profile: '25k',
  mode: 'ACTIVE',
  reason: 'all is well',
}

/** A session of Friday that ended with its spread open, under a campaign whose next session is Monday's. */
async function left(broker: Partial<Broker>, source: SessionState['source'] = ACCOUNT.source) {
  const asked = { closes: 0 }
  const clock: { now_ms: number | null } = { now_ms: at('16:31') }
  const { deps: given, sessions } = world({
    activities: async () => ok([]),
    officialClose: async () => {
      asked.closes += 1
      return ok(741.5)
    },
    ...broker,
  })
  const deps = { ...given, clock: { ...given.clock, now_ms: () => clock.now_ms } }
  const value: SessionState = { ...holdingDesk().tick('16:00').state, ...own, source }
  await sessions.commit({
    ...{ accountId: ACCOUNT.id, profile: '25k', source, date: DATE, atMarket_ms: at('16:00'), atWall_ms: 0 },
    ...{ events: [], epoch: null, campaign: null, openGuard: null, session: { expectedSeq: 0, value } },
  })
  const control = { seq: 1, mode: 'HALTED', actor: ACTOR, reason: 'a position was open at the close' } as const
  const days = { session: value.next ?? value.session, next: null }
  const campaign = { ...armedCampaign(0), ...own, ...days, control }
  await saveCampaign(sessions, campaign)
  const waits = async () => (await notSettled(campaign, deps))?.refusal.numbers.date ?? null
  const types = async () => (await sessions.journal(ACCOUNT.id, DATE)).map(({ event }) => event.type)
  return { deps, sessions, campaign, clock, asked, types, value, waits, once: () => settleDay(ACCOUNT.id, DATE, deps) }
}

describe('what was held past the close', () => {
  test('is settled once the official close is out, once, into the journal of its day', async () => {
    const { deps, sessions, clock, asked, types, waits, once } = await left({})
    clock.now_ms = at('16:29')
    expect(await once()).toBe('not_yet')
    expect(asked.closes).toBe(0)
    expect(await waits()).toBe(DATE)
    clock.now_ms = at('16:30')
    await settleExpired(deps)
    await settleExpired(deps)
    expect(await once()).toBe('nothing')
    expect(asked.closes).toBe(1)
    expect(await types()).toEqual(['trade_closed', 'session_ended'])
    const [closed] = (await sessions.journal(ACCOUNT.id, DATE)).filter(({ event }) => event.type === 'trade_closed')
    // A half of a dollar in the money: 1.68 less 0.50, 25 spreads; commission of the opening alone.
    expect(closed).toMatchObject({ date: DATE, event: { reason: 'assigned', netPnlCents: 295_000 - 3250 } })
    expect((await sessions.session(ACCOUNT.id, DATE)).value).toMatchObject({ trade: null, phase: 'ended' })
    expect(await waits()).toBeNull()
  })

  test('two workers at once settle it once; one that died in its commit has done all of it or nothing', async () => {
    const { sessions, deps, types } = await left({})
    expect((await Promise.all([1, 2, 3].map(() => settleDay(ACCOUNT.id, DATE, deps)))).toSorted()).toEqual([
      'not_yet',
      'not_yet',
      'settled',
    ])
    expect((await types()).filter((type) => type === 'trade_closed')).toHaveLength(1)
    const other = await left({})
    const died: SessionStore = { ...other.sessions, commit: () => Promise.reject(new Error('killed')) }
    await expect(settleDay(ACCOUNT.id, DATE, { ...other.deps, store: died })).rejects.toThrow('killed')
    expect(await other.types()).toEqual([])
    // The commit went through, and its answer was lost.
    const lost: SessionStore = {
      ...other.sessions,
      commit: (given) => other.sessions.commit(given).then(() => Promise.reject(new Error('killed'))),
    }
    await expect(settleDay(ACCOUNT.id, DATE, { ...other.deps, store: lost })).rejects.toThrow('killed')
    expect(await other.once()).toBe('nothing')
    expect((await other.types()).filter((type) => type === 'trade_closed')).toHaveLength(1)
    expect((await sessions.session(ACCOUNT.id, DATE)).value?.trade).toBeNull()
  })

  test('a simulated market is asked right after its close', async () => {
    const { clock, once } = await left({}, { kind: 'SIM', label: '7' })
    clock.now_ms = at('16:00')
    expect(await once()).toBe('settled')
  })

  test('waits for a broker that does not answer, and never settles on the keys of another account', async () => {
    expect(await (await left({ orders: async () => no('unavailable') })).once()).toBe('not_yet')
    expect(await (await left({ officialClose: async () => no('refused') })).once()).toBe('not_yet')
    expect(await (await left({ account: async () => ok({ ...ACCOUNT, id: 'another' }) })).once()).toBe('not_yet')
    const lapsed = async () =>
      ok(
        (['742', '737'] as const).map((strike) => ({
          ...{ id: strike, type: 'OPEXP' as const, symbol: `SPY260717P00${strike}000`, qty: 25, date: DATE },
        })),
      )
    const listed = await left({ officialClose: async () => no('refused'), activities: lapsed })
    expect(await listed.once()).toBe('settled')
  })

  test('that cannot be found out is told once after some days, and then holds nothing up any more', async () => {
    const { clock, types, waits, once } = await left({ officialClose: async () => ok(null) })
    clock.now_ms = at('16:00') + 5 * DAY_MS
    expect(await once()).toBe('not_yet')
    expect(await types()).toEqual([])
    expect(await waits()).toBe(DATE)
    clock.now_ms = at('16:00') + 5 * DAY_MS + MINUTE_MS
    await once()
    await once()
    expect(await types()).toEqual(['engine_alert'])
    expect(await waits()).toBeNull()
  })

  test('keeps the account from being resumed until it is settled', async () => {
    const { deps, clock, once } = await left({})
    clock.now_ms = at('16:10')
    const waiting = { ok: false, refusal: { code: 'not_now', numbers: { date: DATE } } }
    expect(await controlCampaign(RESUME, deps)).toMatchObject(waiting)
    clock.now_ms = at('16:31')
    await once()
    // Two persons, as after any halt.
    expect(await controlCampaign(RESUME, deps)).toMatchObject({ ok: true, approvals: [{}] })
  })

  test('keeps it from being resumed also while nobody knows the time, and says what to do', async () => {
    const { deps, clock, waits, once } = await left({})
    clock.now_ms = null
    expect(await once()).toBe('not_yet')
    expect(await waits()).toBe(DATE)
    const answer = await controlCampaign(RESUME, deps)
    expect(answer).toMatchObject({ ok: false, refusal: { code: 'not_now', numbers: { date: DATE } } })
    expect(JSON.stringify(answer)).toMatch(
      /market's clock cannot be read.*\/validate says what is wrong.*\/resume again/,
    )
    clock.now_ms = at('16:31')
    await once()
    clock.now_ms = null
    expect(await waits()).toBeNull()
  })

  test('that fails, or is of another version, holds up no other day, and no resume', async () => {
    const { campaign, deps, sessions, value } = await left({})
    const read: SessionStore['session'] = async (_, date) => {
      if (date === addDays(DATE, -1)) throw new UnreadableDocument(date, 'another version')
      // Sums that nobody can read.
      const odd = { ...value, session: { ...value.session, date } }
      if (date === DATE)
        return { seq: 1, value: { ...odd, trade: value.trade && { ...value.trade, closedNotional: '?' } } }
      return date === addDays(DATE, -2) ? { seq: 1, value: odd } : { seq: 0, value: null }
    }
    const settledOn: string[] = []
    const commit: SessionStore['commit'] = async ({ date }) => {
      settledOn.push(date)
      return { ok: true, feedNos: [], lastFeedNo: 0 }
    }
    await settleExpired({ ...deps, store: { ...sessions, session: read, commit } })
    expect(settledOn).toEqual([addDays(DATE, -2)])
    const gone: SessionStore['session'] = async (_, date) => {
      if (date === addDays(DATE, -1)) throw new UnreadableDocument(date, 'another version')
      return { seq: 0, value: null }
    }
    expect(await notSettled(campaign, { ...deps, store: { ...sessions, session: gone } })).toBeNull()
  })

  test('is settled also where another account cannot be looked at', async () => {
    const { campaign, deps, sessions, types } = await left({})
    const other = { ...campaign, accountId: 'another', plan: { ...campaign.plan, profile: '2k' as const } }
    const store: SessionStore = {
      ...sessions,
      campaigns: async () => [other, campaign],
      session: (id, date) => (id === 'another' ? Promise.reject(new Error('odd')) : sessions.session(id, date)),
    }
    await expect(settleExpired({ ...deps, store })).rejects.toThrow('2k: odd')
    expect(await types()).toEqual(['trade_closed', 'session_ended'])
  })

  test('leaves the proof of the day’s fills as it is, before and after', async () => {
    const { deps, sessions, value, once } = await left({})
    const proofs: unknown[] = []
    const store: SessionStore = {
      ...sessions,
      commit: async ({ events }) => {
        proofs.push(...events)
        return { ok: true, feedNos: [], lastFeedNo: 0 }
      },
    }
    const triedWith = async () => ({ variants: 1, runs: 0 })
    const verdictFacts = { feeds: { option: 'indicative', stock: 'iex' }, strategyVersion: 'v1', triedWith } as const
    const proving = { ...deps, store, verdictFacts, wall: { ...deps.wall, sleep: async () => undefined } }
    await proveDay(value, proving)
    await once()
    const after = (await sessions.session(ACCOUNT.id, DATE)).value
    if (after === null) throw new Error('expected a session')
    await proveDay(after, proving)
    // 25 sold at 1.68.
    expect(proofs).toMatchObject([{ broker: { deskCents: 420_000 } }, { broker: { deskCents: 420_000 } }])
  })
})
