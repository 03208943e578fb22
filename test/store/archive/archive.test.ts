import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { PROJECT_ROOT } from '../../../src/config/paths.ts'
import { systemWallClock } from '../../../src/config/wall-clock.ts'
import { checkDay } from '../../../src/store/archive/day-check.ts'
import { lastFeedNoIn } from '../../../src/store/archive/last-feed-no.ts'
import { journalFolder, journalPath } from '../../../src/store/archive/paths.ts'
import { ARCHIVE_LEASE, type Archive, startArchive } from '../../../src/store/archive/start-archive.ts'
import type { Store } from '../../../src/store/open-store.ts'
import {
  ACCEPTED,
  ALERT,
  archiveInto,
  campaignOf,
  commitTo,
  newFolder,
  openTestStore,
  quiet,
} from '../../support/archive.ts'
import { newSession } from '../../support/session.ts'
import { eventually, until } from '../../support/waits.ts'

const ACCOUNT = 'account-1'
const DATE = '2026-07-17'

describe('the archive of the journal', () => {
  let store: Store
  let dataDir: string
  let archives: Archive[]
  let children: ChildProcess[]

  beforeEach(async () => {
    store = await openTestStore()
    dataDir = newFolder()
    archives = []
    children = []
  })
  afterEach(async () => {
    for (const child of children) child.kill('SIGKILL')
    for (const archive of archives) await archive.stop()
    store.close()
    rmSync(dataDir, { recursive: true, force: true })
  })

  const clock = { now_ms: () => 1, observe: () => undefined }
  const folder = () => journalFolder(dataDir)
  const pathOf = (date = DATE, dir = dataDir) => journalPath(journalFolder(dir), ACCOUNT, date)

  function start(dir = dataDir): Archive {
    const archive = startArchive({ store, dataDir: dir, clock, wall: systemWallClock, log: quiet })
    archives.push(archive)
    return archive
  }

  const linesOf = (path: string): { kind: string; id?: string }[] =>
    existsSync(path)
      ? readFileSync(path, 'utf8')
          .split('\n')
          .filter((line) => line !== '')
          .map((line) => JSON.parse(line))
      : []
  const idsIn = (path: string) => linesOf(path).flatMap((line) => (line.kind === 'entry' ? [line.id] : []))
  const idsStored = async (date = DATE) => (await store.sessions.journal(ACCOUNT, date)).map((entry) => entry.id)
  const complete = (path = pathOf(), date = DATE) =>
    eventually('the file to hold the journal', async () =>
      JSON.stringify(idsIn(path)) === JSON.stringify(await idsStored(date)) ? true : null,
    )
  const check = (path = pathOf(), date = DATE) => checkDay(path, ACCOUNT, date)

  test('the files know the highest feed number of an account, also of days before and with a torn last line', async () => {
    expect(await lastFeedNoIn(folder(), ACCOUNT)).toBe(0)
    start()
    await commitTo(store, [ALERT, ACCEPTED, ALERT])
    await eventually('both posts in the file', async () =>
      (await lastFeedNoIn(folder(), ACCOUNT)) === 2 ? true : null,
    )
    await commitTo(store, [ACCEPTED], { date: '2026-07-20' })
    await until('the next day', async () => existsSync(pathOf('2026-07-20')))
    appendFileSync(pathOf(), '{"kind":"entry","id":"9-9","feedNo":7,')
    expect(await lastFeedNoIn(folder(), ACCOUNT)).toBe(2)
  })

  test('has what is committed in the file within about a second, published or not', async () => {
    await commitTo(store, [ALERT])
    start()
    await complete()
    for (const event of [ALERT, ACCEPTED]) {
      const began_ms = performance.now()
      await commitTo(store, [event])
      await complete()
      expect(performance.now() - began_ms).toBeLessThan(1500)
    }
    expect(await check()).toMatchObject({ ok: true, day: { entries: 3 } })
  })

  test('notices a new day and a new account by itself', async () => {
    start()
    await eventually('the lease', () => store.leases.holder(ARCHIVE_LEASE))
    await commitTo(store, [ALERT], { date: '2026-07-20' })
    await complete(pathOf('2026-07-20'), '2026-07-20')
  })

  test('has everything in the file before it stops', async () => {
    const archive = start()
    await eventually('the lease', () => store.leases.holder(ARCHIVE_LEASE))
    for (let count = 0; count < 20; count += 1) await commitTo(store, [ACCEPTED, ALERT])
    await archive.stop()
    expect(idsIn(pathOf())).toEqual(await idsStored())
    expect(await store.leases.holder(ARCHIVE_LEASE)).toBeNull()
  })

  test('keeps the campaign and the session as they are now, each version that says something new once', async () => {
    const session = newSession()
    await commitTo(store, [ALERT], {
      campaign: { expectedSeq: 0, value: campaignOf(ACCOUNT) },
      session: { expectedSeq: 0, value: session },
    })
    await archiveInto(store, folder())
    await archiveInto(store, folder())
    // Counting decisions is no news; a phase is.
    await commitTo(store, [ACCEPTED], { session: { expectedSeq: 1, value: { ...session, decisions: 3 } } })
    await archiveInto(store, folder())
    const ended = { ...session, decisions: 4, phase: 'ended' as const }
    await commitTo(store, [ACCEPTED], { session: { expectedSeq: 2, value: ended } })
    await archiveInto(store, folder())
    const kinds = linesOf(pathOf()).map((line) => ('name' in line ? line.name : line.kind))
    expect(kinds).toEqual(['header', 'entry', 'campaign', 'session', 'entry', 'entry', 'session'])
    expect(await check()).toMatchObject({ ok: true, day: { session: { seq: 3, value: ended } } })
  })

  test.each([1, 40, 200])('cuts a last line that lost its last %i bytes, and writes it again', async (bytes) => {
    await commitTo(store, [ALERT, ACCEPTED, ALERT])
    await archiveInto(store, folder())
    const whole = readFileSync(pathOf(), 'utf8')
    truncateSync(pathOf(), whole.length - bytes)
    await archiveInto(store, folder())
    expect(readFileSync(pathOf(), 'utf8')).toBe(whole)
  })

  test('mends a damaged file from the store, keeps the damaged one and tells', async () => {
    await commitTo(store, [ALERT, ACCEPTED, ALERT])
    await archiveInto(store, folder())
    const whole = readFileSync(pathOf(), 'utf8')
    const damaged = whole.replace('broker-1', 'broker-2')
    writeFileSync(pathOf(), damaged)
    const told: string[] = []
    await archiveInto(store, folder(), (message) => told.push(message))
    expect(readFileSync(pathOf(), 'utf8')).toBe(whole)
    expect(readFileSync(`${pathOf()}.damaged-1`, 'utf8')).toBe(damaged)
    expect(told).toEqual([expect.stringContaining(`${pathOf()}:3: `)])
  })

  test('keeps what a store that came back empty has lost, and notes the new beginning', async () => {
    await commitTo(store, [ALERT, ACCEPTED])
    await archiveInto(store, folder())
    await store.redis.del(...(await store.redis.keys(store.keys.ofAccount(ACCOUNT))))
    await commitTo(store, [ALERT])
    await archiveInto(store, folder())
    await archiveInto(store, folder())
    expect(linesOf(pathOf()).map((line) => line.kind)).toEqual(['header', 'entry', 'entry', 'restart', 'entry'])
    await commitTo(store, [ALERT], { date: '2026-07-20' })
    await archiveInto(store, folder())
    expect(linesOf(pathOf('2026-07-20')).map((line) => line.kind)).toEqual(['header', 'entry'])
  })

  test('notes the new beginning also where the store is lost while it archives, and only a new day follows', async () => {
    await commitTo(store, [ALERT, ACCEPTED])
    const archiver = await archiveInto(store, folder())
    await store.redis.del(...(await store.redis.keys(store.keys.ofAccount(ACCOUNT))))
    await commitTo(store, [ALERT], { date: '2026-07-20' })
    await archiver.sweep()
    expect(linesOf(pathOf()).map((line) => line.kind)).toEqual(['header', 'entry', 'entry'])
    expect(linesOf(pathOf('2026-07-20')).map((line) => line.kind)).toEqual(['header', 'restart', 'entry'])
  })

  test('of two, one writes; the other completes its own files when it takes over', async () => {
    const other = newFolder()
    await commitTo(store, [ALERT], { date: '2026-07-14' })
    await commitTo(store, [ALERT], { date: '2026-07-15' })
    await commitTo(store, [ALERT], { date: '2026-07-16' })
    await commitTo(store, [ALERT, ACCEPTED])
    const first = start()
    await complete()
    start(other)
    await commitTo(store, [ALERT])
    await complete()
    expect(existsSync(pathOf(DATE, other))).toBe(false)
    await first.stop()
    for (const date of ['2026-07-14', DATE]) await complete(pathOf(date, other), date)
    await commitTo(store, [ACCEPTED])
    await complete(pathOf(DATE, other))
    expect(idsIn(pathOf())).toHaveLength(3)
    rmSync(other, { recursive: true, force: true })
  })

  test('a disk that refuses is told once, stops nothing, and is caught up with', async () => {
    await commitTo(store, [ALERT], { campaign: { expectedSeq: 0, value: campaignOf(ACCOUNT) } })
    // A file where the folder should be: refused to root, too.
    writeFileSync(folder(), '')
    start()
    const alerts = async () =>
      (await store.sessions.journal(ACCOUNT, DATE)).flatMap(({ event }) =>
        event.type === 'engine_alert' && event.code === 'journal_files' ? [event.message] : [],
      )
    await until('the alert', async () => (await alerts()).length > 0)
    await commitTo(store, [ACCEPTED])
    rmSync(folder())
    await complete()
    await until('the all-clear', async () => (await alerts()).length > 1)
    expect(await alerts()).toEqual([expect.stringContaining('cannot be written'), expect.stringContaining('again')])
    await complete()
  })

  test('never writes after what another process wrote', async () => {
    await commitTo(store, [ALERT])
    const archiver = await archiveInto(store, folder())
    await commitTo(store, [ALERT])
    await archiveInto(store, folder())
    await commitTo(store, [ALERT])
    await expect(archiver.follow([ACCOUNT])).rejects.toThrow('someone else wrote it')
    await archiver.follow([ACCOUNT])
    expect(idsIn(pathOf())).toEqual(await idsStored())
    expect(await check()).toMatchObject({ ok: true, day: { entries: 3 } })
  })

  test('killed at any moment, the next one has each entry once', async () => {
    const prefix = store.keys.accounts.slice(0, -':accounts'.length)
    for (let round = 0; round < 4; round += 1) {
      const child = spawnArchive(prefix)
      await once(child.stdout ?? child, 'data')
      await eventually('the lease', () => store.leases.holder(ARCHIVE_LEASE))
      for (let count = 0; count < 25; count += 1) await commitTo(store, [ALERT, ACCEPTED, ACCEPTED])
      child.kill('SIGKILL')
      await once(child, 'exit')
      await commitTo(store, [ALERT])
      await store.redis.del(...(await store.redis.keys(`${prefix}:lease:${ARCHIVE_LEASE}`)), `${prefix}:none`)
    }
    start()
    await complete()
    expect(await check()).toMatchObject({ ok: true, day: { entries: 304 } })
    expect(readdirSync(join(folder(), ACCOUNT))).toEqual([`${DATE}.jsonl`])
  })

  function spawnArchive(prefix: string): ChildProcess {
    const script = join(PROJECT_ROOT, 'test/support/archive-process.ts')
    const child = spawn(process.execPath, ['--import', 'tsx', script, prefix, dataDir], {
      env: { PATH: process.env.PATH, TEST_REDIS_URL: process.env.TEST_REDIS_URL },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    children.push(child)
    return child
  }
})
