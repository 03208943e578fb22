/** What a drill does to an account's switch, and what it leaves alone; the store in memory. */
import { beforeEach, describe, expect, test } from 'vitest'
import { DRILL_REASON, DRILL_SWITCH_MAX_MS } from '../../src/approval/drills.ts'
import { KnownFor } from '../../src/config/known-for.ts'
import { drillCampaign, endLeftDrills } from '../../src/queue/drill-campaign.ts'
import { updateCampaign } from '../../src/queue/update-campaign.ts'
import { CONTROL_ACTIVE } from '../../src/session/campaign.ts'
import { nextSession } from '../../src/strategy/exchange-calendar.ts'
import { HOUR_MS } from '../../src/time/units.ts'
import { overridesOf } from '../../src/validation/verdict/overrides.ts'
import { type ApprovalDesk, armedDesk } from '../support/approval-desk.ts'
import { ACTOR, codeOf } from '../support/command-world.ts'

let desk: ApprovalDesk
beforeEach(async () => {
  desk = await armedDesk()
})

const campaign = () => desk.campaign()

describe('a drill', () => {
  const drill = (step: 'begin' | 'restore', drillId = 'd1') =>
    drillCampaign(
      { id: `${drillId}-${step}`, actor: ACTOR, requestedAt_ms: 0, profile: '25k', kind: 'drill', drillId, step },
      desk.deps,
    )

  test('sets the switch, and puts it back as it was', async () => {
    await desk.control('2', 'REDUCING')
    const before = (await campaign()).control
    expect(await drill('begin')).toMatchObject({ ok: true, drill: { controlSeq: 2 } })
    expect((await campaign()).control).toMatchObject({ mode: 'HALTED', reason: DRILL_REASON, drill: { id: 'd1' } })
    expect(codeOf(await drill('restore'))).toBe('done')
    expect((await campaign()).control).toEqual({ ...before, seq: 3, lifts: [] })
    expect((await desk.events()).at(-1)).toMatchObject({ type: 'drill_restored', restored: true })
  })

  test('that was over before the day changed is told as it ended, however late it is asked for again', async () => {
    await drill('begin')
    await drill('restore')
    await updateCampaign((await campaign()).accountId, desk.deps, (current) => ({
      campaign: { ...current, session: nextSession(current.session.date) },
      events: [],
    }))
    expect(await drill('restore')).toMatchObject({ ok: true, drill: { restored: true } })
  })

  test('puts the switch of an account back that was stopped meanwhile', async () => {
    await drill('begin')
    await updateCampaign((await campaign()).accountId, desk.deps, (current) => ({
      campaign: { ...current, active: false },
      events: [],
    }))
    expect(codeOf(await drill('restore'))).toBe('done')
    expect((await campaign()).control).toMatchObject({ mode: 'ACTIVE', seq: 2 })
    expect((await campaign()).control.drill).toBeUndefined()
  })

  test('whose account was halted and then stopped is over all the same: nobody goes on putting it back', async () => {
    await drill('begin')
    await desk.control('2', 'HALTED')
    await updateCampaign((await campaign()).accountId, desk.deps, (current) => ({
      campaign: { ...current, active: false },
      events: [],
    }))
    expect(codeOf(await drill('restore'))).toBe('done')
    expect((await campaign()).control).toMatchObject({ mode: 'HALTED', guard: { cause: 'halt' } })
    expect((await desk.events()).at(-1)).toEqual({ type: 'drill_restored', drillId: 'd1', restored: false })
    expect(codeOf(await drill('begin', 'd2'))).toBe('not_running')
  })

  test.each(['REDUCING', 'ACTIVE'] as const)('leaves %s alone, which somebody set meanwhile', async (mode) => {
    await drill('begin')
    await desk.control('2', mode)
    const { control } = await campaign()
    expect(control).toMatchObject({ mode, reason: 'x', seq: 2 })
    expect(await drill('restore')).toMatchObject({ ok: true, drill: { restored: false } })
    expect((await campaign()).control).toEqual(control)
  })

  test('leaves alone what somebody set, or the desk held back, meanwhile', async () => {
    await drill('begin')
    await desk.control('2', 'HALTED')
    await drill('restore')
    expect((await campaign()).control).toMatchObject({ mode: 'HALTED', guard: { cause: 'halt' } })
    expect((await desk.events()).at(-1)).toMatchObject({ type: 'drill_restored', restored: false })
    desk = await armedDesk()
    await drill('begin')
    await desk.session({ mode: 'REDUCING', modeReason: 'the daily loss limit', breachedDay: true })
    await drill('restore')
    expect((await campaign()).control.mode).toBe('REDUCING')
    expect(await desk.control('3', 'ACTIVE')).toMatchObject({ approvals: [{}] })
  })

  test.each([
    ['an order is at work', { phase: 'entering' }],
    ['a position is open on a paper account', { phase: 'holding', trade: {} as never }],
    ['the account is held back', { mode: 'REDUCING', modeReason: 'x', breachedDay: true }],
  ] as const)('is refused while %s', async (why, over) => {
    await desk.session(over)
    const answer = await drill('begin')
    expect(codeOf(answer)).toBe('not_now')
    expect(JSON.stringify(answer)).toContain(why)
    expect((await campaign()).control.seq).toBe(0)
  })

  test.each([
    ['REDUCING', { cause: 'desk' }],
    ['HALTED', { cause: 'halt' }],
  ] as const)(
    'lifts nothing for which the desk itself set %s meanwhile: two persons resume it',
    async (mode, guard) => {
      await drill('begin')
      await desk.session({ mode, modeReason: 'cash_mismatch' })
      expect(await drill('restore')).toMatchObject({ ok: true, drill: { restored: false } })
      const { control } = await campaign()
      expect(control).toMatchObject({ mode, reason: 'cash_mismatch', guard, actor: { via: 'system' } })
      expect(control.drill).toBeUndefined()
      expect(await desk.control('3', 'ACTIVE')).toMatchObject({ approvals: [{}] })
    },
  )

  test('is in nobody’s way: who pauses during it has paused, who resumes needs nobody else', async () => {
    await drill('begin')
    expect(codeOf(await desk.control('2', 'REDUCING'))).toBe('done')
    expect((await campaign()).control.guard).toBeUndefined()
    expect(await desk.control('3', 'ACTIVE')).not.toHaveProperty('approvals')
    expect((await campaign()).control.mode).toBe('ACTIVE')
  })

  test('sets no switch in the name of a person', async () => {
    await drill('begin')
    await drill('restore')
    expect(overridesOf(await desk.events())).toEqual([])
  })

  describe('that nobody ended', () => {
    /** A worker's looks, which remember what they have seen. */
    const looking = (deps = desk.deps): (() => Promise<void>) => {
      const known = new KnownFor(deps.wall)
      return () => endLeftDrills(deps, known)
    }
    const pastItsTime = async (): Promise<void> => {
      const look = looking()
      await look()
      desk.clock.monotonic_ms += DRILL_SWITCH_MAX_MS
      await look()
    }

    test('is ended by any worker, and the team is told; once, and not before its time', async () => {
      const before = (await campaign()).control
      await drill('begin')
      const [one, two] = [looking(), looking()]
      await Promise.all([one(), two()])
      desk.clock.monotonic_ms += DRILL_SWITCH_MAX_MS - 1
      await one()
      expect((await campaign()).control.mode).toBe('HALTED')
      desk.clock.monotonic_ms += 1
      await Promise.all([one(), two()])
      await one()
      expect((await campaign()).control).toEqual({ ...before, seq: 2, lifts: [] })
      const told = (await desk.events()).filter((event) => event.type === 'engine_alert')
      expect(told).toMatchObject([{ code: 'drill_left_behind', critical: false }])
      expect(JSON.stringify(told)).toContain('The switch is as it was before it.')
    })

    test.each([-HOUR_MS, HOUR_MS])(
      'has as long where the clock of another worker is %s ms from its own',
      async (off_ms) => {
        await drill('begin')
        desk.clock.now_ms += off_ms
        const look = looking()
        await look()
        desk.clock.monotonic_ms += DRILL_SWITCH_MAX_MS - 1
        await look()
        expect((await campaign()).control.mode).toBe('HALTED')
        desk.clock.monotonic_ms += 1
        await look()
        expect((await campaign()).control.mode).toBe('ACTIVE')
      },
    )

    test('is not taken for the one before it: each has its own time', async () => {
      const look = looking()
      await drill('begin')
      await look()
      await drill('restore')
      desk.clock.monotonic_ms += DRILL_SWITCH_MAX_MS
      await drill('begin', 'd2')
      await look()
      expect((await campaign()).control.mode).toBe('HALTED')
    })

    test('is ended also on an account that was stopped', async () => {
      await drill('begin')
      await updateCampaign((await campaign()).accountId, desk.deps, (current) => ({
        campaign: { ...current, active: false },
        events: [],
      }))
      await pastItsTime()
      expect((await campaign()).control.mode).toBe('ACTIVE')
    })

    test('is ended also where that of another account cannot be', async () => {
      await drill('begin')
      const { plan, control, ...own } = await campaign()
      const other = {
        ...{ ...own, accountId: 'another', plan: { ...plan, profile: '2k' as const } },
        control: { ...control, drill: { id: 'd0', before: CONTROL_ACTIVE } },
      }
      const { store } = desk.deps
      const odd: typeof store = {
        ...store,
        campaigns: async () => [other, ...(await store.campaigns())],
        campaign: async (id) => (id === other.accountId ? Promise.reject(new Error('odd')) : store.campaign(id)),
      }
      const look = looking({ ...desk.deps, store: odd })
      await look()
      desk.clock.monotonic_ms += DRILL_SWITCH_MAX_MS
      await expect(look()).rejects.toThrow('2k: odd')
      expect((await campaign()).control.mode).toBe('ACTIVE')
    })

    test('lifts no halt: a person’s stays, and the account is told of as it stands', async () => {
      await drill('begin')
      await desk.session({ mode: 'HALTED', modeReason: 'shares_held' })
      await pastItsTime()
      expect((await campaign()).control).toMatchObject({ mode: 'HALTED', reason: 'shares_held' })
      expect(JSON.stringify(await desk.events())).toContain('The switch stays as somebody or something else has set it')
      desk = await armedDesk()
      await drill('begin')
      await desk.control('2', 'HALTED')
      await pastItsTime()
      expect((await campaign()).control).toMatchObject({ mode: 'HALTED', guard: { cause: 'halt' } })
    })
  })

  test('is one at a time', async () => {
    await drill('begin')
    expect(codeOf(await drill('begin', 'd2'))).toBe('not_now')
    expect(codeOf(await drill('begin'))).toBe('done')
  })
})
