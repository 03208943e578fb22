import { rmSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { systemWallClock } from '../../src/config/wall-clock.ts'
import type { ReviewDesk, SubmittedAnswer } from '../../src/review/port.ts'
import type { ReviewPolicy } from '../../src/review/types.ts'
import type { Actor } from '../../src/session/actor.ts'
import type { Store } from '../../src/store/open-store.ts'
import { createReviewDesk } from '../../src/store/review-store.ts'
import { archiveInto, commitTo, exportAll, newFolder, openTestStore, restoreFrom } from '../support/archive.ts'
import { closedTrade } from '../support/closed-trade.ts'
import { ANN, BEN, CAT, said } from '../support/review-samples.ts'

const ACCOUNT = 'account-1'
const TRADE = '2026-07-17-1'
const POLICY: ReviewPolicy = { needed: 2, tags: ['news'] }

describe('reviews in the store', () => {
  let store: Store
  let desk: ReviewDesk
  let count = 0

  beforeEach(async () => {
    store = await openTestStore()
    desk = createReviewDesk({ ...store, wall: systemWallClock }, POLICY)
    await commitTo(store, closedTrade(TRADE, 12_300))
  })
  afterEach(() => store.close())

  const answer = (reviewer: Actor, over: Partial<SubmittedAnswer> = {}): SubmittedAnswer => {
    count += 1
    return { accountId: ACCOUNT, tradeId: TRADE, reviewer, content: said(4, 4, 4), interactionId: `i${count}`, ...over }
  }
  const journalled = async (of = store, date = '2026-07-17') =>
    (await of.sessions.journal(ACCOUNT, date)).filter(({ event }) => event.type === 'review_submitted')

  test('a closed trade waits, oldest first, with who stopped it; one that is not closed cannot be reviewed', async () => {
    await commitTo(store, closedTrade('2026-07-18-1', -500, ANN))
    const reviews = await store.reader.reviews(ACCOUNT)
    expect(reviews).toMatchObject([
      { state: 'waiting', reviewers: [], trade: { tradeId: TRADE, netPnlCents: 12_300, stoppedBy: null } },
      { state: 'waiting', reviewers: [], trade: { tradeId: '2026-07-18-1', netPnlCents: -500, stoppedBy: ANN } },
    ])
    expect(await desk.submit(answer(ANN, { tradeId: '2026-07-17-2' }))).toEqual({
      kind: 'refused',
      reason: 'not_closed',
    })
    expect(await desk.submit(answer(ANN, { accountId: 'account-2' }))).toEqual({
      kind: 'refused',
      reason: 'not_closed',
    })
    expect(await journalled()).toEqual([])
  })

  test('the same interaction delivered twice is one review, also when it comes back after others', async () => {
    const once = answer(ANN)
    expect(await desk.submit(once)).toMatchObject({ kind: 'saved' })
    await desk.submit(answer(ANN, { content: said(1, 1, 1) }))
    expect(await desk.submit(once)).toMatchObject({ kind: 'saved', review: { reviewers: [ANN] } })
    expect((await journalled()).map(({ event }) => event.type === 'review_submitted' && event.grades.entry)).toEqual([
      4, 1,
    ])
  })

  test('any number of answers at once are all kept, under numbers without gap, and shown once', async () => {
    const people = [ANN, BEN, CAT, { ...ANN, id: 'd' }, { ...ANN, id: 'e' }, { ...ANN, id: 'f' }]
    const results = await Promise.all(people.map((reviewer) => desk.submit(answer(reviewer))))
    expect(results.map(({ kind }) => kind)).toEqual(people.map(() => 'saved'))
    const entries = await store.sessions.journal(ACCOUNT, '2026-07-17')
    expect(entries.flatMap(({ event }) => (event.type === 'review_submitted' ? [event.number] : []))).toEqual([
      1, 2, 3, 4, 5, 6,
    ])
    expect(entries.filter(({ event }) => event.type === 'trade_reviewed')).toHaveLength(1)
    expect(entries.filter(({ event, feedNo }) => event.type === 'review_submitted' && feedNo !== null)).toEqual([])
  })

  test('two bots of different policies agree on what was shown', async () => {
    await desk.submit(answer(ANN))
    const stricter = createReviewDesk({ ...store, wall: systemWallClock }, { ...POLICY, needed: 3 })
    expect(await stricter.submit(answer(BEN))).toMatchObject({ review: { state: 'waiting' } })
    expect(await desk.submit(answer(BEN))).toMatchObject({ kind: 'edited', review: { state: 'reviewed' } })
    expect(await stricter.submit(answer(CAT))).toMatchObject({ review: { state: 'reviewed' } })
  })

  test('an old trade is reviewed in the newest day’s journal, which is still followed', async () => {
    await commitTo(store, closedTrade('2026-07-20-1', 1), { date: '2026-07-20' })
    await commitTo(store, closedTrade('2026-07-21-1', 1), { date: '2026-07-21' })
    await desk.submit(answer(ANN))
    expect(await journalled(store, '2026-07-21')).toHaveLength(1)
    expect(await journalled()).toEqual([])
  })

  test.each(['export', 'archive'] as const)('come back from the files of the %s as they were', async (kind) => {
    const folder = newFolder()
    const other = await openTestStore()
    try {
      await commitTo(store, closedTrade('2026-07-20-1', -900, BEN), { date: '2026-07-20' })
      await desk.submit(answer(ANN, { content: said(2, 3, 4, { note: 'ärger', tags: ['news'] }) }))
      await desk.submit(answer(BEN))
      await desk.submit(answer(ANN, { content: said(5, 5, 5) }))
      await desk.submit(answer(BEN, { tradeId: '2026-07-20-1' }))
      const before = await store.reader.reviews(ACCOUNT)
      expect(before.map(({ state }) => state)).toEqual(['reviewed', 'waiting'])
      if (kind === 'export') await exportAll(store, folder)
      else await archiveInto(store, folder)
      expect(await restoreFrom(folder, other)).toMatchObject({ kind: 'restored' })
      expect(await other.reader.reviews(ACCOUNT)).toEqual(before)
      const restored = createReviewDesk({ ...other, wall: systemWallClock }, POLICY)
      expect(await restored.record(ACCOUNT, TRADE)).toEqual(await desk.record(ACCOUNT, TRADE))
      expect(await restored.submit(answer(CAT, { tradeId: '2026-07-20-1' }))).toMatchObject({
        review: { state: 'reviewed' },
      })
    } finally {
      other.close()
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
