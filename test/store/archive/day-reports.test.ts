import { readFileSync, rmSync, statSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { DayDocument } from '../../../src/report/day/schema.ts'
import { createDayReports } from '../../../src/store/archive/day-reports.ts'
import type { Store } from '../../../src/store/open-store.ts'
import { tapesIn } from '../../../src/store/tape/tape-files.ts'
import { config, SESSION } from '../../strategy/fixtures.ts'
import { commitTo, newFolder, openTestStore, quiet } from '../../support/archive.ts'
import { DATE } from '../../support/desk-samples.ts'
import { journalEvents } from '../../support/journal-samples.ts'
import { entry } from '../../support/taped.ts'

const ACCOUNT = 'account-1'
let store: Store
let folder: string
beforeEach(async () => {
  store = await openTestStore()
  folder = newFolder()
})
afterEach(() => {
  store.close()
  rmSync(folder, { recursive: true, force: true })
})

test('a tape that grew after the day was reported makes the report anew, once it is quiet', async () => {
  // Of an account with more days than are looked at, too.
  const earlier = ['2026-07-10', '2026-07-13', '2026-07-14', '2026-07-15', '2026-07-16']
  for (const date of earlier) await commitTo(store, journalEvents(), { date })
  await commitTo(store, journalEvents())
  const world = { now_ms: Date.parse('2026-07-17T20:00:00Z') }
  const wall = { now_ms: () => world.now_ms }
  const reports = createDayReports({ store, dataDir: folder, reportsDir: join(folder, 'reports'), wall, log: quiet })
  const file = join(folder, 'reports', ACCOUNT, `${DATE}.json`)
  const report = (): DayDocument => JSON.parse(readFileSync(file, 'utf8'))
  await reports.write(true)
  // Not tried again for its own sake: there is no tape yet.
  for (let sweep = 0; sweep < 3; sweep += 1) await reports.write(true)
  expect(report().checks).toMatchObject({ parity: null })
  const written_s = world.now_ms / 1000
  utimesSync(file, written_s, written_s)

  const wallOfTape = { monotonic_ms: () => 0 }
  const tape = tapesIn({ dataDir: folder, wall: wallOfTape, log: quiet })({
    accountId: ACCOUNT,
    session: { ...SESSION, date: DATE },
    strategy: config(),
    epoch: 1,
  })
  tape.see(entry('10:00:00', 25))
  await tape.close(true)
  const taped = join(folder, 'tape', ACCOUNT, `${DATE}.00000001.jsonl`)
  utimesSync(taped, written_s + 10, written_s + 10)
  world.now_ms += 30_000
  await reports.write(true)
  expect(report().checks).toMatchObject({ parity: null })
  world.now_ms += 60_000
  await reports.write(true)
  expect(report().checks).toMatchObject({ parity: { decisions: 1 } })
  expect(statSync(file).mtimeMs).toBeGreaterThan(statSync(taped).mtimeMs)
})
