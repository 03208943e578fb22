import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { countTried, triedRun } from '../../../src/backtest/tried-variants.ts'
import type { LookaheadRun } from '../../../src/replay/lookahead-run.ts'
import type { DayChecks } from '../../../src/report/day/checks-schema.ts'
import type { JournalEvent } from '../../../src/session/events.ts'
import { keepDeskRecords, loadDeskRecords, readDeskRecords } from '../../../src/store/archive/desk-records.ts'
import { planRestore } from '../../../src/store/archive/restore-plan.ts'
import { readLookaheads, saveLookahead } from '../../../src/store/lookahead-runs.ts'
import type { Store } from '../../../src/store/open-store.ts'
import { saveDocument } from '../../../src/store/report-store.ts'
import { readTried, recordTried } from '../../../src/store/tried-runs.ts'
import { PROFILES } from '../../../src/strategy/profiles.ts'
import { DEFAULT_LIMITS } from '../../../src/strategy/rules.ts'
import { assessmentDocument } from '../../../src/validation/assessment.ts'
import { accountCampaign, assessOnDesk } from '../../../src/validation/desk-assessment.ts'
import { registerCampaign } from '../../../src/validation/verdict/registered.ts'
import {
  archiveInto,
  campaignOf,
  commitTo,
  exportAll,
  newFolder,
  openTestStore,
  restoreFrom,
} from '../../support/archive.ts'
import { at, PLAN, SOURCE } from '../../support/desk-samples.ts'
import { journalEvents } from '../../support/journal-samples.ts'
import { ANN, BEN, said } from '../../support/review-samples.ts'

const ACCOUNT = 'account-1'
const [FIRST, SECOND] = ['2026-07-17', '2026-07-20'] as const
const VERSION = 'rules-1'

const registered = registerCampaign({
  plan: PLAN,
  source: SOURCE.kind,
  date: FIRST,
  premiumMax: 2,
  entriesPerDay: 1,
  tried: { variants: 12, runs: 1, unknown: null },
  strategyVersion: VERSION,
  feeds: { option: null, stock: null },
  settings: {},
  before: null,
}).registered

const CHECKS: DayChecks = {
  parity: {
    ...{ decisions: 205, reproduced: 205, entries: 16, exits: 189 },
    journalDecisions: 16,
    complete: true,
    mismatches: [],
  },
  replay: {
    status: 'traded',
    reason: null,
    netPnlCents: 130_000,
    difference: {
      kind: 'matched',
      differenceCents: 1000,
      split: { signal: 0, missedFill: 0, price: 1000, fees: 0, expiry: 0, humanStop: 0, engine: 0 },
      trades: [],
    },
  },
  reason: null,
}

const lookahead = (over: Partial<LookaheadRun> = {}): LookaheadRun => ({
  strategyVersion: VERSION,
  structure: 'put_spread',
  at_ms: 5,
  source: 'recorded days',
  days: 15,
  decisions: 400,
  trials: 800,
  leaks: 0,
  planted: 3,
  found: 3,
  ...over,
})

const run = (id: string) =>
  triedRun({
    ...{ id, at_ms: 7, kind: 'backtest', actor: 'Olivia', fills: 'touch', set: {} },
    source: { kind: 'recorded', label: 'books' },
    config: { profile: PROFILES['25k'], limits: DEFAULT_LIMITS, structure: 'put_spread', width: 5 },
    sweeps: [{ name: 'vixMax', values: [20, 22, 25] }],
  })

/** What a day's journal holds beside the trading: who limited it, and what the broker showed afterwards. */
const around: readonly JournalEvent[] = [
  {
    type: 'day_limit_raised',
    approvalId: 'a1',
    requester: ANN,
    approver: BEN,
    reason: 'news',
    at_ms: at('09:50'),
    limit: 'max_daily_loss',
    from: 1500,
    to: 2000,
    configured: 1500,
  },
  {
    type: 'day_proved',
    strategyVersion: VERSION,
    feeds: { option: null, stock: null },
    broker: { orders: 2, brokerCents: 131_000, deskCents: 131_000, cashCents: 130_000 },
  },
]

const review: JournalEvent = {
  type: 'review_submitted',
  tradeId: '2026-07-17-1',
  number: 1,
  reviewer: ANN,
  ...said(4, 3, 5),
  grades: { entry: 4, exit: 3, sizing: 5 },
  tags: [],
  needed: 2,
}

describe('what a verdict rests on, lost and restored', () => {
  let before: Store
  let after: Store
  let folder: string
  let dataDir: string

  beforeEach(async () => {
    before = await openTestStore()
    after = await openTestStore()
    folder = newFolder()
    dataDir = newFolder()
    await aCampaign()
  })
  afterEach(() => {
    before.close()
    after.close()
    for (const one of [folder, dataDir]) rmSync(one, { recursive: true, force: true })
  })

  async function aCampaign(): Promise<void> {
    const armed = journalEvents().map((event) =>
      event.type === 'campaign_armed' ? { ...event, registered: { ...registered, isNew: true } } : event,
    )
    const campaign = { ...campaignOf(ACCOUNT), plan: PLAN, registered }
    await commitTo(before, [...armed, ...around], { source: SOURCE, campaign: { expectedSeq: 0, value: campaign } })
    await commitTo(before, [review], { source: SOURCE })
    await commitTo(before, journalEvents(), { source: SOURCE, date: SECOND })
    for (const date of [FIRST, SECOND]) {
      const document = await before.reader.document(ACCOUNT, date)
      if (document === null) throw new Error('expected a report')
      await saveDocument(before.redis, before.keys, { ...document, checks: CHECKS })
    }
    await saveLookahead(before.redis, before.keys, lookahead())
    const places = { dataDir, store: before, say: () => undefined }
    for (const id of ['one', 'two']) await recordTried(run(id), places)
  }

  const verdictOf = async ({ reader }: Store) => {
    const campaign = await accountCampaign(reader, ACCOUNT, SECOND)
    if (campaign === null) throw new Error('expected a campaign')
    return JSON.parse(JSON.stringify(assessmentDocument(await assessOnDesk(campaign, 1, reader))))
  }
  const triedIn = (store: Store) => readTried({ dataDir: null, store, say: () => undefined })

  test.each([
    ['an export', exportAll],
    ['the archive, with what is kept beside it', archiveInto],
  ])('into an empty store from %s: the verdict is the same to the last figure', async (what, write) => {
    await write(before, folder)
    if (what !== 'an export') {
      await keepDeskRecords(folder, await readDeskRecords(before, dataDir))
    }
    const verdict = await verdictOf(before)
    expect(verdict).toMatchObject({
      registered: { number: 1, strategyVersion: VERSION },
      drift: { paired: 2 },
      counts: { days: 2, overridden: 1 },
    })
    expect(verdict.gates.slice(0, 3).map(({ state }: { state: string }) => state)).toEqual([
      'passed',
      'passed',
      'passed',
    ])
    expect(JSON.stringify(verdict.overrides)).toContain('$1,500 → $2,000 by Ann and Ben')
    await restoreFrom(folder, after)
    expect(await verdictOf(after)).toEqual(verdict)
    for (const date of [FIRST, SECOND]) {
      expect(await after.reader.document(ACCOUNT, date)).toEqual(await before.reader.document(ACCOUNT, date))
    }
    expect(await after.reader.reviews(ACCOUNT)).toEqual(await before.reader.reviews(ACCOUNT))
    expect(await after.reader.reviews(ACCOUNT)).toMatchObject([{ state: 'waiting' }])
    expect((await after.sessions.campaign(ACCOUNT)).value?.registered).toEqual(registered)
    expect(countTried(await triedIn(after), { profile: '25k' })).toEqual({ variants: 3, runs: 2 })
    expect(await restoreFrom(folder, after)).toEqual({ kind: 'nothing_to_do' })
  })

  test('takes nothing back that is newer, and adds what the store does not know to what it has', async () => {
    await exportAll(before, folder)
    await saveLookahead(after.redis, after.keys, lookahead({ at_ms: 9, leaks: 1 }))
    await recordTried(run('three'), { dataDir: newFolder(), store: after, say: () => undefined })
    await restoreFrom(folder, after)
    expect(await readLookaheads(after.redis, after.keys)).toMatchObject([{ at_ms: 9, leaks: 1 }])
    expect((await triedIn(after)).map(({ id }) => id).toSorted()).toEqual(['one', 'three', 'two'])
  })

  test('kept again from a store that lost them, the file loses none', async () => {
    expect(await keepDeskRecords(folder, await readDeskRecords(before, null))).toBe(true)
    expect(await keepDeskRecords(folder, await readDeskRecords(before, null))).toBe(false)
    expect(await keepDeskRecords(folder, await readDeskRecords(after, null))).toBe(false)
    expect(await loadDeskRecords(folder)).toMatchObject({
      tried: [{ id: 'one' }, { id: 'two' }],
      lookaheads: [{ at_ms: 5 }],
    })
  })

  test.each<[string, (text: string) => string | null, RegExp]>([
    ['was changed', (text) => text.replace('"leaks":0', '"leaks":1'), /desk\.json: it was changed/],
    ['is cut off', (text) => text.slice(0, 100), /desk\.json: .*JSON/],
    ['is gone', () => null, /desk\.json: it is in manifest\.json, but not there/],
  ])('an export whose file %s is not restored', async (_, change, message) => {
    await exportAll(before, folder)
    const path = join(folder, 'desk.json')
    const text = change(readFileSync(path, 'utf8'))
    if (text === null) rmSync(path)
    else writeFileSync(path, text)
    const plan = await planRestore(folder, { gapsAllowed: false })
    expect(plan.ok ? [] : plan.problems).toContainEqual(expect.stringMatching(message))
  })
})
