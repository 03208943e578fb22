/**
 * A journal file to append to. Entry point: `openJournalFile`.
 *
 * 1. Opening checks the whole file. A torn last line is cut off; from a damaged line on, everything is cut off after a
 *    copy was kept beside the file. Whoever appends then brings what is missing.
 * 2. An append that resolved is on the disk (fdatasync). One that rejected may have written a part: open the file anew.
 * 3. Nothing is appended to a file that is not as this process left it: another process has written, or removed it.
 */
import { constants } from 'node:fs'
import { copyFile, type FileHandle, mkdir, open, truncate } from 'node:fs/promises'
import { dirname } from 'node:path'
import { codeOf } from '../../config/reason.ts'
import { fingerprint } from './documents.ts'
import { type ArchivedAccount, type DocumentLine, FILE_SCHEMA, type LineBody, writeLine } from './line.ts'
import { journalPath } from './paths.ts'
import { type Scan, scanJournal } from './scan.ts'

/** Damaged copies of one file that are kept. */
const DAMAGED_COPIES_MAX = 100

export interface JournalFile {
  readonly path: string
  /** Id of the last entry; null before the first. */
  readonly lastId: string | null
  /** Whether a restart was noted after the last entry. */
  readonly restarted: boolean
  /** What was cut off at the opening, for people; null when the file was whole. */
  readonly repair: { readonly damaged: boolean; readonly message: string } | null
  /** Whether the file's last version of the document says something else. */
  isNews(line: DocumentLine): boolean
  append(bodies: readonly LineBody[]): Promise<void>
}

/** What the lines so far say, kept up to date while more are appended. */
class Contents {
  lastId: string | null = null
  restarted = false
  /** Fingerprints of the last versions. */
  readonly documents = new Map<string, string>()

  add(body: LineBody): void {
    if (body.kind === 'entry') this.lastId = body.id
    if (body.kind === 'entry' || body.kind === 'restart') this.restarted = body.kind === 'restart'
    if (body.kind === 'document') this.documents.set(body.name, fingerprint(body.name, body.value))
  }
}

/** Creates the file where there is none. Throws what the file system throws. */
export async function openJournalFile(folder: string, account: ArchivedAccount, date: string): Promise<JournalFile> {
  const path = journalPath(folder, account.accountId, date)
  const contents = new Contents()
  const scan = await scanExisting(path, account.accountId, date, contents)
  const repair = await mend(path, scan)
  let size = scan?.bytes ?? 0
  let sum = scan?.sum ?? ''

  async function append(bodies: readonly LineBody[]): Promise<void> {
    const texts: string[] = []
    let lastSum = sum
    for (const body of bodies) {
      const line = writeLine(body, lastSum)
      texts.push(line.text, '\n')
      lastSum = line.sum
    }
    const bytes = Buffer.from(texts.join(''))
    await appendDurably(path, bytes, size)
    size += bytes.length
    sum = lastSum
    for (const body of bodies) contents.add(body)
  }

  if (size === 0) {
    await createDurably(path)
    await append([{ kind: 'header', schema: FILE_SCHEMA, date, account }])
  }
  return {
    path,
    repair,
    get lastId() {
      return contents.lastId
    },
    get restarted() {
      return contents.restarted
    },
    isNews: ({ name, value }) => contents.documents.get(name) !== fingerprint(name, value),
    append,
  }
}

async function scanExisting(path: string, accountId: string, date: string, contents: Contents): Promise<Scan | null> {
  try {
    return await scanJournal({
      path,
      accountId,
      date,
      check: ({ body }) => {
        contents.add(body)
        return null
      },
    })
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
    throw error
  }
}

async function mend(path: string, scan: Scan | null): Promise<JournalFile['repair']> {
  if (scan === null || scan.end.kind === 'whole') return null
  const { end } = scan
  const at = `${path}:${end.line}`
  if (end.kind === 'torn') {
    await truncate(path, scan.bytes)
    return { damaged: false, message: `${at}: the last line was incomplete; cut off` }
  }
  const kept = await keepCopy(path)
  await truncate(path, scan.bytes)
  return { damaged: true, message: `${at}: ${end.reason}. Cut off from there; the file as it was is ${kept}` }
}

async function keepCopy(path: string): Promise<string> {
  for (let number = 1; number <= DAMAGED_COPIES_MAX; number += 1) {
    const copy = `${path}.damaged-${number}`
    try {
      await copyFile(path, copy, constants.COPYFILE_EXCL)
      return copy
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    }
  }
  throw new Error(`expected at most ${DAMAGED_COPIES_MAX} damaged copies of ${path}; look into them and remove them`)
}

/** An empty file whose name survives a power failure. */
async function createDurably(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  await (await open(path, 'a', 0o600)).close()
  for (const folder of [dirname(path), dirname(dirname(path))]) await using(folder, 'r', (handle) => handle.sync())
}

/** Not opened for appending: what another process wrote meanwhile must be noticed, not written after. */
async function appendDurably(path: string, bytes: Buffer, size: number): Promise<void> {
  await using(path, 'r+', async (handle) => {
    const found = (await handle.stat()).size
    if (found !== size) throw new Error(`expected ${path} to have ${size} bytes, got ${found}: someone else wrote it`)
    for (let done = 0; done < bytes.length; ) {
      const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, size + done)
      if (bytesWritten === 0) throw new Error(`expected ${path} to take more bytes, got none: is the disk full?`)
      done += bytesWritten
    }
    await handle.datasync()
  })
}

async function using(path: string, flags: string, work: (handle: FileHandle) => Promise<void>): Promise<void> {
  const handle = await open(path, flags)
  try {
    await work(handle)
  } finally {
    await handle.close()
  }
}
