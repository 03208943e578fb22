import { afterEach, describe, expect, test, vi } from 'vitest'
import { runDay } from '../../src/chaos/day.ts'
import { MemorySessions } from '../../src/chaos/store/memory-sessions.ts'
import { CONTROL_ACTIVE } from '../../src/session/campaign.ts'
import { campaignSchema, sessionStateSchema } from '../../src/session/documents.ts'
import type { Commit } from '../../src/store/port.ts'
import { readCampaign, readKnownCampaign, readSession } from '../../src/store/stored-documents.ts'
import { armedCampaign } from '../support/armed-campaign.ts'
import { holdingDesk, newSession } from '../support/session.ts'

const CAMPAIGN = armedCampaign(1_784_295_000_000)
const KEY = 'p4d:campaign:account-1'

/** Of no kind that JSON knows. */
const NOTHING_FITS = Symbol('damaged')

/** Every document that the desk commits on simulated days with all that can fail. */
async function committedDocuments(days: number): Promise<{ sessions: string[]; campaigns: string[] }> {
  const commits = vi.spyOn(MemorySessions.prototype, 'commit')
  for (let day = 1; day <= days; day += 1) await runDay({ seed: 'documents', day })
  const given = commits.mock.calls.map(([commit]: [Commit]) => commit)
  return {
    sessions: given.flatMap(({ session }) => (session === null ? [] : JSON.stringify(session.value))),
    campaigns: given.flatMap(({ campaign }) => (campaign === null ? [] : JSON.stringify(campaign.value))),
  }
}

/** The document with one member, at any depth, of a wrong kind: every one there is, in turn. */
function* damaged(value: unknown, path: readonly string[] = []): Generator<{ path: string; value: unknown }> {
  yield { path: path.join('.'), value: NOTHING_FITS }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return
  for (const [name, member] of Object.entries(value)) {
    for (const inner of damaged(member, [...path, name])) {
      yield { ...inner, value: { ...value, [name]: inner.value } }
    }
  }
}

const asStored = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

afterEach(() => vi.restoreAllMocks())

describe('the documents of a session', () => {
  test('prop_what the desk commits, it reads back as it was', async () => {
    const { sessions, campaigns } = await committedDocuments(6)
    expect(sessions.length).toBeGreaterThan(500)
    expect(campaigns.length).toBeGreaterThan(6)
    for (const json of sessions) expect(JSON.stringify(readSession('session', json))).toBe(json)
    for (const json of campaigns) expect(JSON.stringify(readCampaign('campaign', json))).toBe(json)
  })

  test('prop_no member of a wrong kind passes', () => {
    const state = asStored(holdingDesk().quote('09:51', [1.9, 1.94], [0.2, 0.22]).state)
    const campaign = asStored(campaignAlone())
    expect(sessionStateSchema.safeParse(state).error).toBeUndefined()
    expect(campaignSchema.safeParse(campaign).error).toBeUndefined()
    const wrong = [
      ...[...damaged(state)].map((one) => ({ ...one, schema: sessionStateSchema })),
      ...[...damaged(campaign)].map((one) => ({ ...one, schema: campaignSchema })),
    ]
    expect(wrong.length).toBeGreaterThan(150)
    expect(wrong.filter(({ schema, value }) => schema.safeParse(value).success).map(({ path }) => path)).toEqual([])
  })

  test('a member that this version does not know stays', () => {
    const text = JSON.stringify({ ...CAMPAIGN, plan: { ...CAMPAIGN.plan, later: 1 }, later: { value: 2 } })
    expect(JSON.stringify(readCampaign(KEY, text))).toBe(text)
  })

  test('a switch that a drill set is read with the switch before it', () => {
    const before = { ...CONTROL_ACTIVE, guard: { cause: 'halt', why: 'by hand' } }
    const drill = { id: 'd1', before }
    const text = JSON.stringify({ ...CAMPAIGN, control: { ...CONTROL_ACTIVE, mode: 'HALTED', drill } })
    expect(readCampaign(KEY, text).control.drill).toEqual(drill)
    expect(() => readCampaign(KEY, text.replace('by hand"', 'by hand","cause":"whim"'))).toThrow('guard')
  })

  test('what cannot be read is told with its key, the member and what to do', () => {
    const { control, ...without } = CAMPAIGN
    const text = JSON.stringify(without)
    expect(() => readCampaign(KEY, text)).toThrow(/p4d:campaign:account-1 .*control.*run the version .* that wrote it/)
    expect(() => readKnownCampaign(KEY, text)).toThrow('control')
    expect(readKnownCampaign(KEY, JSON.stringify({ ...without, active: false }))).toBeNull()
    expect(() => readSession(KEY, JSON.stringify({ ...newSession(), version: 1 }))).toThrow('version 2, got 1')
  })
})

function campaignAlone() {
  const { accountId, campaignId, source, strategy, engine, plan, session, next, control } = CAMPAIGN
  const { armedBy, armedAt_ms, stop, active } = CAMPAIGN
  const given = { accountId, campaignId, source, strategy, engine, plan, session, next, control }
  return { ...given, armedBy, armedAt_ms, stop, active }
}
