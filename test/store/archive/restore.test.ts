import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type JournalEvent, journalEventSchema } from '../../../src/session/events.ts'
import { planRestore } from '../../../src/store/archive/restore-plan.ts'
import { createFeedStore } from '../../../src/store/feed-store.ts'
import type { Store } from '../../../src/store/open-store.ts'
import {
  ACCEPTED,
  ALERT,
  archiveInto,
  campaignOf,
  commitTo,
  contentsOf,
  exportAll,
  newFolder,
  OPENING,
  openTestStore,
  restorable,
  restoreFrom,
} from '../../support/archive.ts'
import { arbitraryOf } from '../../support/schema-arbitrary.ts'
import { newSession } from '../../support/session.ts'

const DAY = 'account-1/2026-07-17.jsonl'

describe('a restore from journal files', () => {
  let before: Store
  let after: Store
  let folder: string

  beforeEach(async () => {
    before = await openTestStore()
    after = await openTestStore()
    folder = newFolder()
  })
  afterEach(() => {
    before.close()
    after.close()
    rmSync(folder, { recursive: true, force: true })
  })

  /** Two days of two accounts, with sessions, an opening and a campaign. */
  async function someDays(): Promise<void> {
    await commitTo(before, [ALERT, ACCEPTED], { campaign: { expectedSeq: 0, value: campaignOf('account-1') } })
    await commitTo(before, [OPENING, ALERT], {
      openGuard: OPENING.type === 'order_intent' ? OPENING.clientOrderId : null,
    })
    await commitTo(before, [ALERT], { accountId: 'account-2', profile: '2k' })
    await commitTo(before, [ACCEPTED, ALERT], { date: '2026-07-20' })
    await commitTo(before, [], { date: '2026-07-20', session: { expectedSeq: 0, value: newSession() } })
  }

  const problemsOf = async () => {
    const plan = await planRestore(folder, { gapsAllowed: false })
    return plan.ok ? [] : plan.problems
  }

  const edit = (file: string, change: (lines: string[]) => string[]): void => {
    const path = join(folder, file)
    writeFileSync(path, change(readFileSync(path, 'utf8').split('\n')).join('\n'))
  }

  test('gives back every journal, the feed with its numbers, counters, guards, sessions and accounts', async () => {
    await someDays()
    await exportAll(before, folder)
    expect(await restoreFrom(folder, after)).toMatchObject({ kind: 'restored', replaced: [] })
    expect(restorable(await contentsOf(after))).toEqual(restorable(await contentsOf(before)))
  })

  test('from the archive gives back the same', async () => {
    await someDays()
    await archiveInto(before, folder)
    await restoreFrom(folder, after)
    expect(restorable(await contentsOf(after))).toEqual(restorable(await contentsOf(before)))
  })

  test('prop_random_events_come_back_unchanged', async () => {
    const commits = fc.array(
      fc.record({
        events: fc.array(arbitraryOf(journalEventSchema), { maxLength: 4 }),
        date: fc.constantFrom('2026-07-17', '2026-07-20'),
        accountId: fc.constantFrom('account-1', 'account-2'),
      }),
      { minLength: 1, maxLength: 8 },
    )
    await fc.assert(
      fc.asyncProperty(commits, async (list) => {
        const [from, to, files] = [await openTestStore(), await openTestStore(), newFolder()]
        let submissions = 0
        const counted = (event: JournalEvent): JournalEvent => {
          if (event.type !== 'review_submitted') return event
          submissions += 1
          return { ...event, number: submissions }
        }
        try {
          // As in life, a day of an account ends before the next begins.
          for (const { events, ...change } of list.sort((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : 0))) {
            await commitTo(from, events.map(counted), change)
          }
          await exportAll(from, files)
          await restoreFrom(files, to)
          const [was, is] = [await contentsOf(from), await contentsOf(to)]
          for (const [name, value] of Object.entries(is)) {
            // A guard comes with the opening; these commits made none.
            if (/:opened:/.test(name)) delete is[name]
            else if (/feed-state$/.test(name)) expect(value).toMatchObject({ cursor: was[name.replace('state', 'no')] })
          }
          expect(restorable(is)).toEqual(restorable(was))
        } finally {
          from.close()
          to.close()
          rmSync(files, { recursive: true, force: true })
        }
      }),
      { numRuns: 25 },
    )
  })

  test('reports and status are the same, and nothing is armed', async () => {
    const plan = newSession().plan
    const started = {
      type: 'session_started',
      plan,
      open_ms: 1,
      close_ms: 2,
      windowOpen_ms: 1,
      windowClose_ms: 2,
    } as const
    await commitTo(before, [started, ALERT], { campaign: { expectedSeq: 0, value: campaignOf('account-1') } })
    await archiveInto(before, folder)
    const result = await restoreFrom(folder, after)
    expect(await after.reader.report('account-1', null)).toEqual(await before.reader.report('account-1', null))
    const { armed, ...status } = (await after.reader.status('account-1')) ?? {}
    const { armed: wasArmed, ...statusBefore } = (await before.reader.status('account-1')) ?? {}
    expect([wasArmed, armed]).toEqual([true, false])
    expect(status).toEqual(statusBefore)
    expect(result).toMatchObject({ notes: [expect.stringContaining('comes back disarmed')] })
    expect((await after.sessions.campaign('account-1')).value).toMatchObject({ active: false })
  })

  test('counts the whole feed as posted', async () => {
    await someDays()
    await archiveInto(before, folder)
    await restoreFrom(folder, after)
    const feed = createFeedStore(after.redis, after.keys, after.leases)
    expect(await feed.position('account-1')).toEqual({ cursor: 3, lastMessageId: null })
    expect(await after.reader.feed('account-1', 3, 10)).toEqual([])
    await commitTo(after, [ALERT], { date: '2026-07-20' })
    expect((await after.reader.feed('account-1', 3, 10)).map((entry) => entry.feedNo)).toEqual([4])
  })

  test('says that an open position is watched by nobody', async () => {
    const trade = { openedQty: 25, closedQty: 5 }
    const holding = { ...newSession(), phase: 'holding' as const, trade: Object.assign({} as never, trade) }
    await commitTo(before, [ALERT], { session: { expectedSeq: 0, value: holding } })
    await archiveInto(before, folder)
    const result = await restoreFrom(folder, after)
    expect(result).toMatchObject({ notes: expect.arrayContaining([expect.stringContaining('20 contracts were open')]) })
  })

  test('done again finds nothing to do', async () => {
    await someDays()
    await archiveInto(before, folder)
    await restoreFrom(folder, after)
    const once = await contentsOf(after)
    expect(await restoreFrom(folder, after)).toEqual({ kind: 'nothing_to_do' })
    expect(await contentsOf(after)).toEqual(once)
  })

  test('refuses a store that is not empty, says what it holds, and changes nothing', async () => {
    await someDays()
    await archiveInto(before, folder)
    await commitTo(after, [ALERT], { accountId: 'account-9' })
    const held = await contentsOf(after)
    const result = await restoreFrom(folder, after)
    expect(result).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining('account-9: 1 days, feed up to 1'),
    })
    expect(await contentsOf(after)).toEqual(held)
  })

  test('by force replaces the accounts of the files and leaves others alone', async () => {
    await someDays()
    await archiveInto(before, folder)
    await commitTo(after, [ALERT, ALERT, OPENING], { date: '2026-07-21' })
    await commitTo(after, [ALERT], { accountId: 'account-9' })
    expect(await restoreFrom(folder, after, true)).toMatchObject({ kind: 'restored', replaced: ['account-1'] })
    const contents = restorable(await contentsOf(after))
    expect(contents).toMatchObject(
      Object.fromEntries(Object.entries(restorable(await contentsOf(before))).filter(([name]) => name !== 'accounts')),
    )
    expect(contents).not.toHaveProperty('account-1:journal:2026-07-21')
    expect(contents).toHaveProperty(['account-9:feed-no'], '1')
  })

  test('even by force leaves an account alone whose session a worker runs', async () => {
    await someDays()
    await archiveInto(before, folder)
    await commitTo(after, [ALERT])
    await after.leases.acquire(after.keys.sessionLease('account-1'), 'worker-7', 60_000)
    expect(await restoreFrom(folder, after, true)).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining('worker-7'),
    })
  })

  test('that was interrupted is begun again', async () => {
    await someDays()
    await archiveInto(before, folder)
    await commitTo(after, [ALERT, ALERT])
    await after.redis.hdel(after.keys.accounts, 'account-1')
    await after.redis.set(after.keys.restoring, '["account-1","account-2"]')
    expect(await restoreFrom(folder, after)).toMatchObject({ kind: 'restored' })
    expect(restorable(await contentsOf(after))).toEqual(restorable(await contentsOf(before)))
  })

  test('leaves out an incomplete last line, and says so', async () => {
    await someDays()
    await archiveInto(before, folder)
    appendFileSync(join(folder, DAY), '{"kind":"entry","id":"17')
    const plan = await planRestore(folder, { gapsAllowed: false })
    expect(plan).toMatchObject({ ok: true, notes: [expect.stringMatching(/2026-07-17\.jsonl:\d+: the last line/)] })
    await restoreFrom(folder, after)
    expect(restorable(await contentsOf(after))).toEqual(restorable(await contentsOf(before)))
  })

  test.each<[string, (lines: string[]) => string[], RegExp]>([
    [
      'a changed line',
      (lines) => lines.map((line, i) => (i === 2 ? line.replace('broker-1', 'broker-2') : line)),
      /:3: .*changed/,
    ],
    ['a missing line', (lines) => lines.filter((_, i) => i !== 2), /:3: .*changed/],
    ['a doubled line', (lines) => [...lines.slice(0, 3), ...lines.slice(2)], /:4: .*changed/],
    [
      'a line that is no JSON',
      (lines) => lines.map((line, i) => (i === 1 ? 'what' : line)),
      /:2: expected a JSON object/,
    ],
    ['a missing header', (lines) => lines.slice(1), /:1: /],
    ['an empty file', () => [], /:1: expected a header/],
  ])('names file and line of %s, and writes nothing', async (_, change, message) => {
    await someDays()
    await archiveInto(before, folder)
    edit(DAY, change)
    expect((await problemsOf())[0]).toMatch(message)
    expect((await problemsOf())[0]).toContain(join(folder, DAY))
  })

  test('misses the file of a day by the feed numbers, unless gaps are allowed', async () => {
    await commitTo(before, [ALERT])
    await commitTo(before, [ALERT], { date: '2026-07-20' })
    await commitTo(before, [ALERT], { date: '2026-07-21' })
    await archiveInto(before, folder)
    rmSync(join(folder, 'account-1/2026-07-20.jsonl'))
    expect(await problemsOf()).toEqual([expect.stringMatching(/2026-07-21\.jsonl:2: expected feed number 2, got 3/)])
    expect(await planRestore(folder, { gapsAllowed: true })).toMatchObject({ ok: true })
  })

  test('holds an export to its manifest', async () => {
    await someDays()
    await exportAll(before, folder)
    const lines = readFileSync(join(folder, DAY), 'utf8').split('\n')
    // A whole line less at the end breaks no chain.
    edit(DAY, () => [...lines.slice(0, -2), ''])
    rmSync(join(folder, 'account-2'), { recursive: true })
    expect((await problemsOf()).slice(0, 2)).toEqual([
      expect.stringContaining('expected the SHA-256'),
      expect.stringContaining('account-2/2026-07-17.jsonl: it is in manifest.json, but not there'),
    ])
  })

  test('refuses an export that was not finished', async () => {
    await someDays()
    await exportAll(before, folder)
    const path = join(folder, 'manifest.json')
    writeFileSync(path, readFileSync(path, 'utf8').replace('"complete": true', '"complete": false'))
    expect(await problemsOf()).toEqual([expect.stringContaining('export again')])
  })

  test('keeps events of types that this version does not know', async () => {
    const entry = { accountId: 'account-1', profile: '25k', source: newSession().source, date: '2026-07-17' }
    const event = { type: 'review_added', stars: 5 }
    await commitTo(before, [ALERT])
    const text = JSON.stringify({ ...entry, atMarket_ms: 1, atWall_ms: 2, event })
    await before.redis.xadd(before.keys.journal('account-1', '2026-07-17'), '*', 'feed', '', 'entry', text)
    await archiveInto(before, folder)
    expect(await planRestore(folder, { gapsAllowed: false })).toMatchObject({
      ok: true,
      notes: [expect.stringContaining('review_added')],
    })
    await restoreFrom(folder, after)
    expect(restorable(await contentsOf(after))).toEqual(restorable(await contentsOf(before)))
  })

  test('of a store that began anew in between continues the feed numbers, and says so', async () => {
    await someDays()
    await archiveInto(before, folder)
    await before.redis.del(...(await before.redis.keys(`${before.keys.ofAccount('account-1')}`)))
    await commitTo(before, [ALERT, ACCEPTED, ALERT], { date: '2026-07-20' })
    await archiveInto(before, folder)
    const plan = await planRestore(folder, { gapsAllowed: false })
    expect(plan).toMatchObject({ ok: true, notes: [expect.stringContaining('restored as 4')] })
    await restoreFrom(folder, after)
    const feed = await after.reader.feed('account-1', 0, 100)
    expect(feed.map((entry) => entry.feedNo)).toEqual([1, 2, 3, 4, 5])
    expect(await after.reader.feed('account-1', 3, 100)).toMatchObject([{ date: '2026-07-20' }, { date: '2026-07-20' }])
    // And from then on: the archive of the restored store goes on where its files end.
    await commitTo(after, [ALERT], { date: '2026-07-20' })
    await archiveInto(after, folder)
    const third = await openTestStore()
    await restoreFrom(folder, third)
    expect((await third.reader.feed('account-1', 0, 100)).map((entry) => entry.feedNo)).toEqual([1, 2, 3, 4, 5, 6])
    third.close()
  })

  test('of an export by dates begins where it begins, and says so', async () => {
    await someDays()
    await archiveInto(before, folder)
    rmSync(join(folder, DAY))
    const plan = await planRestore(folder, { gapsAllowed: false })
    expect(plan).toMatchObject({ ok: true, notes: [expect.stringContaining('begins with number 3')] })
    expect(existsSync(join(folder, DAY))).toBe(false)
  })
})
