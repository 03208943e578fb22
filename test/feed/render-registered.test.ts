import { expect, test } from 'vitest'
import { registeredFields } from '../../src/feed/render/registered.ts'
import type { EventOf } from '../../src/session/events.ts'
import { type ArmedFacts, registerCampaign } from '../../src/validation/verdict/registered.ts'
import { PLAN } from '../validation/verdict-days.ts'

const facts: ArmedFacts = {
  plan: PLAN,
  source: 'PAPER',
  date: '2026-07-17',
  premiumMax: 2,
  entriesPerDay: 1,
  tried: { variants: 41, runs: 6, unknown: null },
  strategyVersion: 'v1',
  feeds: { option: 'indicative', stock: 'iex' },
  settings: { a: 1, b: 1, c: 1, d: 1, e: 1, f: 1 },
  before: null,
}

function shown({ registered, isNew }: ReturnType<typeof registerCampaign>): string {
  const event: EventOf<'campaign_armed'> = {
    type: 'campaign_armed',
    actor: { id: 'u1', name: 'Olivia', via: 'discord' },
    campaignId: 'c',
    plan: PLAN,
    next: { date: '2026-07-17', open_ms: 0, close_ms: 1 },
    registered: { ...registered, isNew },
  }
  return registeredFields(event)
    .map(({ name, value }) => `${name}\n${value}`)
    .join('\n')
}

test('an arming shows what is fixed before any result', () => {
  const text = shown(registerCampaign(facts))
  for (const part of [
    'before any result',
    '$341.77',
    'beside the re-settled $137.93 (built in: the published table at official closes, no table was audited here)',
    '5 %',
    '−$4,000.00',
    '41 (6 recorded backtests)',
    'aaaaaaaaaaaa',
  ])
    expect(text).toContain(part)
  expect(text).not.toContain('begins anew')
})

test('another configuration says that the verdict begins anew, and what changed; the same one, that it goes on', () => {
  const { registered } = registerCampaign(facts)
  const before = { registered, settings: facts.settings }
  const plan = { ...PLAN, configHash: 'b'.repeat(64) }
  const settings = { a: 2, b: 2, c: 2, d: 2, e: 2, f: 2 }
  const anew = shown(registerCampaign({ ...facts, plan, settings, before }))
  expect(anew).toContain('the verdict begins anew, as campaign 2')
  expect(anew).toContain('a: 1 → 2')
  expect(anew).toContain('and 1 more')
  expect(anew.length).toBeLessThan(1024)
  expect(shown(registerCampaign({ ...facts, before }))).toContain('goes on under the registration of 2026-07-17')
})
