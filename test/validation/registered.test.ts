import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { registeredSchema } from '../../src/session/registration.ts'
import {
  type ArmedFacts,
  holdsFor,
  registerCampaign,
  settingsChanged,
} from '../../src/validation/verdict/registered.ts'
import { PLAN } from './verdict-days.ts'

const armed = (changes: Partial<ArmedFacts> = {}): ArmedFacts => ({
  plan: PLAN,
  source: 'PAPER',
  date: '2026-07-17',
  premiumMax: 2,
  entriesPerDay: 1,
  tried: { variants: 12, runs: 3, unknown: null },
  strategyVersion: 'v1',
  feeds: { option: 'indicative', stock: 'iex' },
  settings: { limits: { vixMax: 25 }, width: 5 },
  before: null,
  ...changes,
})
const other = { ...PLAN, configHash: 'b'.repeat(64) }

describe('the registration of a campaign', () => {
  test('fixes error rates, variants, tail, target and baseline of its first day', () => {
    const { registered, isNew } = registerCampaign(armed())
    expect(isNew).toBe(true)
    expect(registered).toMatchObject({ number: 1, from: '2026-07-17', changed: [], strategyVersion: 'v1' })
    expect(registered.registration).toMatchObject({
      configurationHash: PLAN.configHash,
      variants: 12,
      alphaConsistent: 0.05,
      alphaInconsistent: 0.05,
      floorCents: -400_000,
      targetDailyCents: 34_177,
      resettledDailyCents: 13_793,
    })
    expect(registeredSchema.parse(JSON.parse(JSON.stringify(registered)))).toEqual(registered)
  })

  test('the same configuration armed again goes on under it, whatever was tried or learnt meanwhile', () => {
    const first = registerCampaign(armed()).registered
    const again = armed({
      date: '2026-09-01',
      plan: { ...PLAN, targetDailyCents: 1 },
      tried: { variants: 900, runs: 40, unknown: null },
      strategyVersion: 'v2',
      before: { registered: first, settings: {} },
    })
    expect(registerCampaign(again)).toEqual({ registered: first, isNew: false })
  })

  test('another configuration has its own, says what changed, and every one before was a try; so does going back', () => {
    const first = registerCampaign(armed()).registered
    const settings = { limits: { vixMax: 22 }, width: 5 }
    const before = { registered: first, settings: armed().settings }
    const second = registerCampaign(armed({ plan: other, settings, before, date: '2026-08-03' }))
    expect(second).toMatchObject({ isNew: true, registered: { number: 2, from: '2026-08-03' } })
    expect(second.registered.changed).toEqual(['limits.vixMax: 25 → 22'])
    expect(second.registered.registration.variants).toBe(13)
    const back = registerCampaign(armed({ before: { registered: second.registered, settings } }))
    expect(back).toMatchObject({ isNew: true, registered: { number: 3, registration: { variants: 14 } } })
  })

  test.each([
    ['source', { source: 'SIM' as const }],
    ['structure', { plan: { ...PLAN, structure: 'put_spread' as const } }],
    ['size', { plan: { ...PLAN, contracts: 20 } }],
    ['width', { plan: { ...PLAN, width: 3 } }],
  ])('is not that of another %s', (_what, changes) => {
    const { registered } = registerCampaign(armed())
    const { plan, source } = armed(changes)
    expect(holdsFor(registered.registration, plan, source)).toBe(false)
    expect(registerCampaign(armed({ ...changes, before: { registered, settings: {} } })).isNew).toBe(true)
  })

  test('prop_settings that changed are exactly those that differ', () => {
    const settings = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), fc.integer({ min: 0, max: 2 }))
    fc.assert(
      fc.property(settings, settings, (before, after) => {
        const names = ['a', 'b', 'c', 'd'].filter((name) => before[name] !== after[name])
        const changed = settingsChanged({ x: before }, { x: after })
        // An empty group is a setting of its own, without a name that differs.
        expect(changed.filter((text) => /^x\.[a-d]/.test(text)).map((text) => text.slice(2, 3))).toEqual(names)
        expect(settingsChanged(before, before)).toEqual([])
      }),
    )
  })
})
