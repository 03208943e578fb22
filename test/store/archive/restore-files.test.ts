import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { planRestore } from '../../../src/store/archive/restore-plan.ts'
import {
  ACCEPTED,
  ALERT,
  archiveInto,
  commitTo,
  contentsOf,
  exportAll,
  openTestStore,
  restorable,
  restoreFrom,
  someDays,
  twoStores,
} from '../../support/archive.ts'
import { newSession } from '../../support/session.ts'

const DAY = 'account-1/2026-07-17.jsonl'

describe('a restore from journal files that are not whole', () => {
  const stores = twoStores()

  const problemsOf = async () => {
    const plan = await planRestore(stores.folder, { gapsAllowed: false })
    return plan.ok ? [] : plan.problems
  }

  const edit = (file: string, change: (lines: string[]) => string[]): void => {
    const path = join(stores.folder, file)
    writeFileSync(path, change(readFileSync(path, 'utf8').split('\n')).join('\n'))
  }

  test('leaves out an incomplete last line, and says so', async () => {
    await someDays(stores.before)
    await archiveInto(stores.before, stores.folder)
    appendFileSync(join(stores.folder, DAY), '{"kind":"entry","id":"17')
    const plan = await planRestore(stores.folder, { gapsAllowed: false })
    expect(plan).toMatchObject({ ok: true, notes: [expect.stringMatching(/2026-07-17\.jsonl:\d+: the last line/)] })
    await restoreFrom(stores.folder, stores.after)
    expect(restorable(await contentsOf(stores.after))).toEqual(restorable(await contentsOf(stores.before)))
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
    await someDays(stores.before)
    await archiveInto(stores.before, stores.folder)
    edit(DAY, change)
    expect((await problemsOf())[0]).toMatch(message)
    expect((await problemsOf())[0]).toContain(join(stores.folder, DAY))
  })

  test('misses the file of a day by the feed numbers, unless gaps are allowed', async () => {
    await commitTo(stores.before, [ALERT])
    await commitTo(stores.before, [ALERT], { date: '2026-07-20' })
    await commitTo(stores.before, [ALERT], { date: '2026-07-21' })
    await archiveInto(stores.before, stores.folder)
    rmSync(join(stores.folder, 'account-1/2026-07-20.jsonl'))
    expect(await problemsOf()).toEqual([expect.stringMatching(/2026-07-21\.jsonl:2: expected feed number 2, got 3/)])
    expect(await planRestore(stores.folder, { gapsAllowed: true })).toMatchObject({ ok: true })
  })

  test('holds an export to its manifest', async () => {
    await someDays(stores.before)
    await exportAll(stores.before, stores.folder)
    const lines = readFileSync(join(stores.folder, DAY), 'utf8').split('\n')
    // A whole line less at the end breaks no chain.
    edit(DAY, () => [...lines.slice(0, -2), ''])
    rmSync(join(stores.folder, 'account-2'), { recursive: true })
    expect((await problemsOf()).slice(0, 2)).toEqual([
      expect.stringContaining('expected the SHA-256'),
      expect.stringContaining('account-2/2026-07-17.jsonl: it is in manifest.json, but not there'),
    ])
  })

  test('refuses an export that was not finished', async () => {
    await someDays(stores.before)
    await exportAll(stores.before, stores.folder)
    const path = join(stores.folder, 'manifest.json')
    writeFileSync(path, readFileSync(path, 'utf8').replace('"complete": true', '"complete": false'))
    expect(await problemsOf()).toEqual([expect.stringContaining('export again')])
  })

  test('keeps events of types that this version does not know', async () => {
    const entry = { accountId: 'account-1', profile: '25k', source: newSession().source, date: '2026-07-17' }
    const event = { type: 'review_added', stars: 5 }
    await commitTo(stores.before, [ALERT])
    const text = JSON.stringify({ ...entry, atMarket_ms: 1, atWall_ms: 2, event })
    await stores.before.redis.xadd(
      stores.before.keys.journal('account-1', '2026-07-17'),
      '*',
      'feed',
      '',
      'entry',
      text,
    )
    await archiveInto(stores.before, stores.folder)
    expect(await planRestore(stores.folder, { gapsAllowed: false })).toMatchObject({
      ok: true,
      notes: [expect.stringContaining('review_added')],
    })
    await restoreFrom(stores.folder, stores.after)
    expect(restorable(await contentsOf(stores.after))).toEqual(restorable(await contentsOf(stores.before)))
  })

  test('of a store that began anew in between continues the feed numbers, and says so', async () => {
    await someDays(stores.before)
    await archiveInto(stores.before, stores.folder)
    await stores.before.redis.del(...(await stores.before.redis.keys(`${stores.before.keys.ofAccount('account-1')}`)))
    await commitTo(stores.before, [ALERT, ACCEPTED, ALERT], { date: '2026-07-20' })
    await archiveInto(stores.before, stores.folder)
    const plan = await planRestore(stores.folder, { gapsAllowed: false })
    expect(plan).toMatchObject({ ok: true, notes: [expect.stringContaining('restored as 4')] })
    await restoreFrom(stores.folder, stores.after)
    const feed = await stores.after.reader.feed('account-1', 0, 100)
    expect(feed.map((entry) => entry.feedNo)).toEqual([1, 2, 3, 4, 5])
    expect(await stores.after.reader.feed('account-1', 3, 100)).toMatchObject([
      { date: '2026-07-20' },
      { date: '2026-07-20' },
    ])
    // And from then on: the archive of the restored store goes on where its files end.
    await commitTo(stores.after, [ALERT], { date: '2026-07-20' })
    await archiveInto(stores.after, stores.folder)
    const third = await openTestStore()
    await restoreFrom(stores.folder, third)
    expect((await third.reader.feed('account-1', 0, 100)).map((entry) => entry.feedNo)).toEqual([1, 2, 3, 4, 5, 6])
    third.close()
  })

  test('of an export by dates begins where it begins, and says so', async () => {
    await someDays(stores.before)
    await archiveInto(stores.before, stores.folder)
    rmSync(join(stores.folder, DAY))
    const plan = await planRestore(stores.folder, { gapsAllowed: false })
    expect(plan).toMatchObject({ ok: true, notes: [expect.stringContaining('begins with number 3')] })
    expect(existsSync(join(stores.folder, DAY))).toBe(false)
  })
})
