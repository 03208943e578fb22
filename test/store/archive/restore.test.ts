import { rmSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { notSettled, settleExpired } from '../../../src/queue/settle-expired.ts'
import { startCampaign } from '../../../src/queue/start-campaign.ts'
import { type JournalEvent, journalEventSchema } from '../../../src/session/events.ts'
import { createFeedStore } from '../../../src/store/feed-store.ts'
import {
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
  someDays,
  twoStores,
} from '../../support/archive.ts'
import { startJob, world } from '../../support/command-world.ts'
import { ACCOUNT, ok } from '../../support/preflight-samples.ts'
import { arbitraryOf } from '../../support/schema-arbitrary.ts'
import { at, DATE, holdingDesk, newSession } from '../../support/session.ts'

describe('a restore from journal files', () => {
  const stores = twoStores()

  test('gives back every journal, the feed with its numbers, counters, guards, sessions and accounts', async () => {
    await someDays(stores.before)
    await exportAll(stores.before, stores.folder)
    expect(await restoreFrom(stores.folder, stores.after)).toMatchObject({ kind: 'restored', replaced: [] })
    expect(restorable(await contentsOf(stores.after))).toEqual(restorable(await contentsOf(stores.before)))
  })

  test('from the archive gives back the same', async () => {
    await someDays(stores.before)
    await archiveInto(stores.before, stores.folder)
    await restoreFrom(stores.folder, stores.after)
    expect(restorable(await contentsOf(stores.after))).toEqual(restorable(await contentsOf(stores.before)))
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
    await commitTo(stores.before, [started, ALERT], { campaign: { expectedSeq: 0, value: campaignOf('account-1') } })
    await archiveInto(stores.before, stores.folder)
    const result = await restoreFrom(stores.folder, stores.after)
    expect(await stores.after.reader.report('account-1', null)).toEqual(
      await stores.before.reader.report('account-1', null),
    )
    const { armed, ...status } = (await stores.after.reader.status('account-1')) ?? {}
    const { armed: wasArmed, ...statusBefore } = (await stores.before.reader.status('account-1')) ?? {}
    expect([wasArmed, armed]).toEqual([true, false])
    expect(status).toEqual(statusBefore)
    expect(result).toMatchObject({ notes: [expect.stringContaining('comes back disarmed')] })
    expect((await stores.after.sessions.campaign('account-1')).value).toMatchObject({ active: false })
  })

  test('counts the whole feed as posted', async () => {
    await someDays(stores.before)
    await archiveInto(stores.before, stores.folder)
    await restoreFrom(stores.folder, stores.after)
    const feed = createFeedStore(stores.after.redis, stores.after.keys, stores.after.leases)
    expect(await feed.position('account-1')).toEqual({ cursor: 3, lastMessageId: null })
    expect(await stores.after.reader.feed('account-1', 3, 10)).toEqual([])
    await commitTo(stores.after, [ALERT], { date: '2026-07-20' })
    expect((await stores.after.reader.feed('account-1', 3, 10)).map((entry) => entry.feedNo)).toEqual([4])
  })

  test('says that an open position is watched by nobody', async () => {
    const holding = holdingDesk().state
    await commitTo(stores.before, [ALERT], { session: { expectedSeq: 0, value: holding } })
    await archiveInto(stores.before, stores.folder)
    const result = await restoreFrom(stores.folder, stores.after)
    expect(result).toMatchObject({ notes: expect.arrayContaining([expect.stringContaining('25 contracts were open')]) })
  })

  test('says that a day is not settled, which holds the account back at its next start and is settled by the worker', async () => {
    const held = holdingDesk().tick('16:00').state
    const campaign = { expectedSeq: 0, value: campaignOf('account-1') }
    await commitTo(stores.before, [ALERT], { session: { expectedSeq: 0, value: held }, campaign })
    await archiveInto(stores.before, stores.folder)
    const result = await restoreFrom(stores.folder, stores.after)
    const note = expect.stringContaining('a position was held past the close, and it is not known what became of it')
    expect(result).toMatchObject({ notes: expect.arrayContaining([note]) })
    const { deps: given } = world({
      account: async () => ok({ ...ACCOUNT, id: 'account-1' }),
      activities: async () => ok([]),
      officialClose: async () => ok(742),
    })
    const store = stores.after.sessions
    const clock = { ...given.clock, now_ms: () => at('16:31') }
    expect(await startCampaign(startJob('9'), { ...given, store })).toMatchObject({ ok: true })
    const armed = (await store.campaign('account-1')).value ?? campaign.value
    expect(armed).toMatchObject({ active: true, control: { mode: 'HALTED', guard: { cause: 'halt' } } })
    expect(await notSettled(armed, { ...given, clock, store })).toMatchObject({ refusal: { code: 'not_now' } })
    await settleExpired({ ...given, clock, store })
    expect((await store.session('account-1', DATE)).value).toMatchObject({ phase: 'ended', trade: null })
    expect((await store.journal('account-1', DATE)).map(({ event }) => event.type)).toContain('trade_closed')
  })

  test('done again finds nothing to do', async () => {
    await someDays(stores.before)
    await archiveInto(stores.before, stores.folder)
    await restoreFrom(stores.folder, stores.after)
    const once = await contentsOf(stores.after)
    expect(await restoreFrom(stores.folder, stores.after)).toEqual({ kind: 'nothing_to_do' })
    expect(await contentsOf(stores.after)).toEqual(once)
  })

  test('refuses a store that is not empty, says what it holds, and changes nothing', async () => {
    await someDays(stores.before)
    await archiveInto(stores.before, stores.folder)
    await commitTo(stores.after, [ALERT], { accountId: 'account-9' })
    const held = await contentsOf(stores.after)
    const result = await restoreFrom(stores.folder, stores.after)
    expect(result).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining('account-9: 1 days, feed up to 1'),
    })
    expect(await contentsOf(stores.after)).toEqual(held)
  })

  test('by force replaces the accounts of the files and leaves others alone', async () => {
    await someDays(stores.before)
    await archiveInto(stores.before, stores.folder)
    await commitTo(stores.after, [ALERT, ALERT, OPENING], { date: '2026-07-21' })
    await commitTo(stores.after, [ALERT], { accountId: 'account-9' })
    expect(await restoreFrom(stores.folder, stores.after, true)).toMatchObject({
      kind: 'restored',
      replaced: ['account-1'],
    })
    const contents = restorable(await contentsOf(stores.after))
    expect(contents).toMatchObject(
      Object.fromEntries(
        Object.entries(restorable(await contentsOf(stores.before))).filter(([name]) => name !== 'accounts'),
      ),
    )
    expect(contents).not.toHaveProperty('account-1:journal:2026-07-21')
    expect(contents).toHaveProperty(['account-9:feed-no'], '1')
  })

  test('even by force leaves an account alone whose session a worker runs', async () => {
    await someDays(stores.before)
    await archiveInto(stores.before, stores.folder)
    await commitTo(stores.after, [ALERT])
    await stores.after.leases.acquire(stores.after.keys.sessionLease('account-1'), 'worker-7', 60_000)
    expect(await restoreFrom(stores.folder, stores.after, true)).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining('worker-7'),
    })
  })

  test('that was interrupted is begun again', async () => {
    await someDays(stores.before)
    await archiveInto(stores.before, stores.folder)
    await commitTo(stores.after, [ALERT, ALERT])
    await stores.after.redis.hdel(stores.after.keys.accounts, 'account-1')
    await stores.after.redis.set(stores.after.keys.restoring, '["account-1","account-2"]')
    expect(await restoreFrom(stores.folder, stores.after)).toMatchObject({ kind: 'restored' })
    expect(restorable(await contentsOf(stores.after))).toEqual(restorable(await contentsOf(stores.before)))
  })
})
