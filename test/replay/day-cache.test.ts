import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fileDigest } from '../../src/config/file-digest.ts'
import { contentKey, throughCache } from '../../src/replay/day-cache.ts'
import { type PackedDay, packDay } from '../../src/replay/packed-day.ts'
import { noCounts, type ReadCounts } from '../../src/replay/quality.ts'
import { SESSION } from '../strategy/fixtures.ts'
import { book, day, mid } from './made-days.ts'

let root = ''
let count = 0
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'phase4d-cache-'))
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

const DAYS = ['2026-07-14', '2026-07-15', '2026-07-16', '2026-07-17'].map((date) =>
  packDay(day([book('09:50:00', mid(1.2)), book('10:00:00', null)], { date, session: { ...SESSION, date } })),
)

/** A cache, how often its source was read, and what it said. */
function cacheIn(folder = join(root, `${++count}`)) {
  const said: string[] = []
  let reads = 0
  const read = async function* (counts: ReadCounts): AsyncGenerator<PackedDay> {
    reads++
    for (const day of DAYS) {
      counts.quoteRows += day.strikes.length
      yield day
    }
  }
  const place = { folder, key: contentKey(['test']), unique: '1', say: (note: string) => said.push(note) }
  const load = async (): Promise<{ days: PackedDay[]; counts: ReadCounts }> => {
    const counts = noCounts()
    const days: PackedDay[] = []
    for await (const day of throughCache(place, counts, read)) days.push(day)
    return { days, counts }
  }
  const file = join(folder, `${place.key}.days`)
  return { load, said, file, folder, reads: () => reads, place, read }
}

describe('days kept on disk', () => {
  test('are the days of the source, with what was counted, and the source is read once', async () => {
    const cache = cacheIn()
    const first = await cache.load()
    const second = await cache.load()
    expect(first.days).toEqual(DAYS)
    expect(second).toEqual(first)
    expect(second.counts.quoteRows).toBeGreaterThan(0)
    expect(cache.reads()).toBe(1)
    expect(cache.said).toEqual([])
    expect(readdirSync(cache.folder)).toHaveLength(1)
  })

  test.each<[string, (file: string) => void]>([
    ['a byte of a day was changed', (file) => flip(file, 5000)],
    ['a byte near its end was changed', (file) => flip(file, readFileSync(file).length - 30)],
    ['it was cut off', (file) => truncateSync(file, 40_000)],
    ['it is empty', (file) => truncateSync(file, 0)],
    ['it is another file', (file) => writeFileSync(file, 'date,time,spot\n'.repeat(1000))],
  ])('where %s it is said, the source is read again, and the file is whole afterwards', async (_name, damage) => {
    const cache = cacheIn()
    await cache.load()
    damage(cache.file)
    const { days } = await cache.load()
    expect(days).toEqual(DAYS)
    expect(cache.reads()).toBe(2)
    expect(cache.said).toEqual([expect.stringMatching(/are not used and made anew/)])
    await cache.load()
    expect(cache.reads()).toBe(2)
  })

  test('a run that is given up leaves no file and no remains', async () => {
    const cache = cacheIn()
    for await (const day of throughCache(cache.place, noCounts(), cache.read)) {
      expect(day.date).toBe(DAYS[0]?.date)
      break
    }
    expect(readdirSync(cache.folder)).toEqual([])
  })

  test('a source that fails is not kept', async () => {
    const cache = cacheIn()
    const failing = async function* (): AsyncGenerator<PackedDay> {
      yield DAYS[0] as PackedDay
      throw new Error('line 7')
    }
    const run = async (): Promise<void> => {
      for await (const _ of throughCache(cache.place, noCounts(), failing));
    }
    await expect(run()).rejects.toThrow('line 7')
    expect(readdirSync(cache.folder)).toEqual([])
  })

  test('a place that cannot be written costs nothing but speed', async () => {
    const notAFolder = join(root, 'file')
    writeFileSync(notAFolder, '')
    const cache = cacheIn(join(notAFolder, 'cache'))
    expect((await cache.load()).days).toEqual(DAYS)
    expect(cache.said.join()).toMatch(/days are not cached/)
  })

  test('the digest follows the contents', async () => {
    const file = join(root, 'content')
    writeFileSync(file, 'a')
    const before = await fileDigest(file)
    writeFileSync(file, 'b')
    expect(await fileDigest(file)).not.toBe(before)
  })
})

function flip(file: string, at: number): void {
  const bytes = readFileSync(file)
  bytes[at] = (bytes[at] ?? 0) ^ 1
  writeFileSync(file, bytes)
}
