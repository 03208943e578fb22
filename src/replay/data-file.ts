/**
 * Reading of CSV data files, plain or gzip (by the name's `.gz`), line by line without holding the file in memory.
 * The files are numbers without quoting, so a split at the comma parses them; a general CSV parser is several times
 * slower.
 *
 * Entry points: `readDataFile`, `readBytes`, `DataFileError`, `FileProblems`, `parsePrice`.
 *
 * 1. Nothing is dropped silently: what cannot be used is reported with its line (1 is the header) and the reason.
 * 2. At most `PROBLEMS_LISTED_MAX` problems are collected, then reading stops.
 */
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { codeOf, reasonOf } from '../config/reason.ts'
import { linesOf } from './lines.ts'

export const PROBLEMS_LISTED_MAX = 20
/** Longer lines are no rows of these files; the bound keeps a binary file from filling the memory. */
export const LINE_CHARS_MAX = 10_000
const CHUNK_BYTES = 1 << 18

/** `line` is null where the file as a whole is the problem. */
interface FileProblem {
  readonly line: number | null
  readonly reason: string
}

/** A data file that cannot be used: which file, which lines and why. */
export class DataFileError extends Error {
  readonly file: string
  readonly problems: readonly FileProblem[]

  constructor(file: string, found: readonly FileProblem[]) {
    // Fields are counted a batch ahead of what reads them, so problems do not come in the order of lines.
    const problems = [...found].sort((a, b) => (a.line ?? 0) - (b.line ?? 0))
    const shown = problems.map(({ line, reason }) =>
      line === null ? `${file}: ${reason}` : `${file}:${line}: ${reason}`,
    )
    if (problems.length >= PROBLEMS_LISTED_MAX) shown.push(`${file}: reading stopped after ${problems.length} problems`)
    super(shown.join('\n'))
    this.name = 'DataFileError'
    this.file = file
    this.problems = problems
  }
}

/** The problems of one file so far. */
export class FileProblems {
  readonly file: string
  readonly #problems: FileProblem[] = []

  constructor(file: string) {
    this.file = file
  }

  get found(): boolean {
    return this.#problems.length > 0
  }

  /** @throws DataFileError when there are too many to go on. */
  add(line: number | null, reason: string): void {
    this.#problems.push({ line, reason })
    if (this.#problems.length >= PROBLEMS_LISTED_MAX) this.throwIfAny()
  }

  throwIfAny(): void {
    if (this.found) throw new DataFileError(this.file, this.#problems)
  }
}

/** One row: its line in the file, and the wanted columns in the order they were asked for. */
export interface DataRow {
  readonly line: number
  readonly cells: readonly string[]
}

function explain(error: unknown): string {
  const code = codeOf(error)
  if (code === 'ENOENT') return 'expected a file, found none: check the path'
  if (code === 'EISDIR') return 'expected a file, got a folder'
  if (code === 'Z_BUF_ERROR') return 'the gzip data ends too early: the file is truncated'
  if (code?.startsWith('Z_') === true) return `expected gzip data (the name ends in .gz): ${reasonOf(error)}`
  return reasonOf(error)
}

/** The bytes of a file in chunks, unpacked; failures of disk and gzip become a `DataFileError`. */
export async function* readBytes(file: string): AsyncGenerator<Buffer> {
  const raw = createReadStream(file, { highWaterMark: CHUNK_BYTES })
  const stream = file.endsWith('.gz') ? createGunzip({ chunkSize: CHUNK_BYTES }) : raw
  // Not `raw`, so it is the unpacking, which is written to.
  const done = stream === raw ? Promise.resolve() : pipeline(raw, stream as NodeJS.WritableStream)
  // Awaited below; without a handler in between, a failure before the first read would count as unhandled.
  done.catch(() => undefined)
  try {
    const chunks: AsyncIterable<Buffer> = stream
    for await (const chunk of chunks) yield chunk
    await done
  } catch (error) {
    throw new DataFileError(file, [{ line: null, reason: explain(error) }])
  } finally {
    stream.destroy()
    raw.destroy()
  }
}

async function* readText(file: string): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  for await (const chunk of readBytes(file)) yield decoder.decode(chunk, { stream: true })
}

const cellsOf = (line: string): string[] => (line.endsWith('\r') ? line.slice(0, -1) : line).split(',')

export const TOO_LONG: FileProblem = {
  line: null,
  reason: `expected lines of text, at most ${LINE_CHARS_MAX} characters long`,
}
export const EMPTY_FILE: FileProblem = { line: null, reason: 'expected a header and rows, the file is empty' }

/**
 * The rows of a CSV file with a header, in batches. `columns` are the wanted ones, found by name in any order; other
 * columns are ignored, empty lines too. Rows with the wrong number of fields become problems. `optional` columns follow
 * the wanted ones; where the header lacks one its cells are empty.
 * @throws DataFileError for a file that cannot be read, is empty, or lacks a column.
 */
export async function* readDataFile(
  file: string,
  columns: readonly string[],
  problems: FileProblems,
  optional: readonly string[] = [],
): AsyncGenerator<DataRow[]> {
  const lineLimit = { charsMax: LINE_CHARS_MAX, error: () => new DataFileError(file, [TOO_LONG]) }
  let header: string[] | null = null
  let places: number[] = []
  let line = 0
  for await (const lines of linesOf(readText(file), lineLimit)) {
    const rows: DataRow[] = []
    for (const text of lines) {
      line++
      if (header === null) {
        header = cellsOf(text).map((name) => name.trim())
        const names = header
        places = [...placesOf(file, names, columns), ...optional.map((name) => names.indexOf(name))]
        continue
      }
      const cells = cellsOf(text)
      if (cells.length === 1 && cells[0] === '') continue
      if (cells.length !== header.length) problems.add(line, `expected ${header.length} fields, got ${cells.length}`)
      else rows.push({ line, cells: places.map((place) => cells[place] ?? '') })
    }
    yield rows
  }
  if (header !== null) return
  throw new DataFileError(file, [EMPTY_FILE])
}

export function placesOf(file: string, header: readonly string[], columns: readonly string[]): number[] {
  const missing = columns.filter((name) => !header.includes(name))
  if (missing.length > 0) {
    const reason = `expected the columns ${columns.join(',')}; the header lacks ${missing.join(',')}`
    throw new DataFileError(file, [{ line: 1, reason }])
  }
  return columns.map((name) => header.indexOf(name))
}

const DECIMAL = /^\d+(\.\d+)?$/

/** A price of a file: a plain decimal, zero or more. Null where it is none. */
export function parsePrice(cell: string): number | null {
  return DECIMAL.test(cell) ? Number(cell) : null
}
