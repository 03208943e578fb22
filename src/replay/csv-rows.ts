/**
 * Rows of a large CSV data file as they lie in memory. Cells are compared and read as numbers in place: making a string
 * of each would cost several times the whole rest of the reading.
 *
 * Entry points: `readCsvRows`, `CsvRows`.
 *
 * 1. Lines end at a line feed, with or without a carriage return; empty lines are no rows; a byte order mark is no
 *    text.
 * 2. A row with the wrong number of fields becomes a problem with its line (1 is the header) and is passed over.
 * 3. A number is the double that `Number` makes of the same text.
 */
import {
  DataFileError,
  EMPTY_FILE,
  type FileProblems,
  LINE_CHARS_MAX,
  parsePrice,
  placesOf,
  readBytes,
  TOO_LONG,
} from './data-file.ts'

const LINE_FEED = 10
const RETURN = 13
const COMMA = 44
const POINT = 46
const ZERO = 48
const NINE = 57
/** Integers of this many digits are exact, and so is the power of ten below them: one rounding, like `Number`. */
const DIGITS_MAX = 15
const POWERS = Array.from({ length: DIGITS_MAX + 1 }, (_, power) => 10 ** power)

/** The rows of one chunk, one after the other; columns are numbered in the order they were asked for. */
export class CsvRows {
  readonly #problems: FileProblems
  readonly #fieldCount: number
  /** For each field of the file: the column that wants it, or -1. */
  readonly #columnOf: Int32Array
  #bytes: Buffer = Buffer.alloc(0)
  #at = 0
  #end = 0
  #line: number
  #starts: Int32Array
  #ends: Int32Array
  #startsBefore: Int32Array
  #endsBefore: Int32Array
  /** Whether the row at hand is whole, and whether the one before it was. */
  #isWhole = false
  #hasBefore = false

  constructor(problems: FileProblems, fieldCount: number, places: readonly number[], headerLine: number) {
    this.#problems = problems
    this.#fieldCount = fieldCount
    this.#columnOf = new Int32Array(fieldCount).fill(-1)
    places.forEach((place, column) => {
      this.#columnOf[place] = column
    })
    const cells = () => new Int32Array(places.length)
    this.#starts = cells()
    this.#ends = cells()
    this.#startsBefore = cells()
    this.#endsBefore = cells()
    this.#line = headerLine
  }

  /** Line of the row in the file. */
  get line(): number {
    return this.#line
  }

  /** Whole lines to go through, from `from` to `end`. */
  load(bytes: Buffer, from: number, end: number): void {
    this.#bytes = bytes
    this.#at = from
    this.#end = end
    // The row before lies in a chunk that may be gone.
    this.#isWhole = false
  }

  /** Moves to the next row of the chunk; false after the last. */
  next(): boolean {
    const bytes = this.#bytes
    while (this.#at < this.#end) {
      const lineStart = this.#at
      this.#swap()
      this.#hasBefore = this.#isWhole
      const fields = this.#split()
      this.#line++
      const lineEnd = this.#at - 1
      const isEmpty = lineEnd === lineStart || (lineEnd === lineStart + 1 && bytes[lineStart] === RETURN)
      this.#isWhole = !isEmpty && fields === this.#fieldCount
      if (this.#isWhole) return true
      if (!isEmpty) this.#problems.add(this.#line, `expected ${this.#fieldCount} fields, got ${fields}`)
    }
    return false
  }

  text(column: number): string {
    return this.#bytes.toString('utf8', this.#starts[column], this.#ends[column])
  }

  isEmpty(column: number): boolean {
    return this.#starts[column] === this.#ends[column]
  }

  /** Whether a cell is known to be the same as in the row before. False says nothing: compare the texts. */
  isSame(column: number): boolean {
    if (!this.#hasBefore) return false
    const bytes = this.#bytes
    // Columns and bytes of the row at hand: `load` and `#split` have set them. So in what follows.
    const start = this.#starts[column] as number
    const length = (this.#ends[column] as number) - start
    const before = this.#startsBefore[column] as number
    if ((this.#endsBefore[column] as number) - before !== length) return false
    for (let at = 0; at < length; at++) if (bytes[start + at] !== bytes[before + at]) return false
    return true
  }

  /** A plain decimal, zero or more; NaN where the cell is none. */
  price(column: number): number {
    const bytes = this.#bytes
    // As above.
    const start = this.#starts[column] as number
    const end = this.#ends[column] as number
    let mantissa = 0
    let point = -1
    for (let at = start; at < end; at++) {
      // Between the ends of a cell.
      const byte = bytes[at] as number
      if (byte >= ZERO && byte <= NINE) mantissa = mantissa * 10 + (byte - ZERO)
      else if (byte === POINT && point < 0 && at > start) point = at
      else return Number.NaN
    }
    if (end === start || point === end - 1) return Number.NaN
    if (end - start > DIGITS_MAX) return parsePrice(this.text(column)) ?? Number.NaN
    // As many powers as digits at most.
    return point < 0 ? mantissa : mantissa / (POWERS[end - 1 - point] as number)
  }

  #swap(): void {
    ;[this.#starts, this.#startsBefore] = [this.#startsBefore, this.#starts]
    ;[this.#ends, this.#endsBefore] = [this.#endsBefore, this.#ends]
  }

  /** Finds the cells of the line at hand and moves behind it; the number of its fields. */
  #split(): number {
    const bytes = this.#bytes
    const columnOf = this.#columnOf
    let at = this.#at
    let start = at
    let field = 0
    for (; ; at++) {
      // A chunk ends with a line feed: the loop ends before the bytes do.
      const byte = bytes[at] as number
      if (byte !== COMMA && byte !== LINE_FEED) continue
      // Just compared.
      const column = field < columnOf.length ? (columnOf[field] as number) : -1
      if (column >= 0) {
        this.#starts[column] = start
        this.#ends[column] = byte === LINE_FEED && at > start && bytes[at - 1] === RETURN ? at - 1 : at
      }
      field++
      start = at + 1
      if (byte === LINE_FEED) break
    }
    this.#at = at + 1
    return field
  }
}

function headerOf(file: string, line: Buffer, columns: readonly string[]): { count: number; places: number[] } {
  const names = new TextDecoder().decode(line).trimEnd().split(',')
  const header = names.map((name) => name.trim())
  return { count: header.length, places: placesOf(file, header, columns) }
}

/**
 * The rows of a file, a chunk at a time: go through each with `next()` before asking for another. `columns` are found
 * by name in any order.
 * @throws DataFileError for a file that cannot be read, is empty, or lacks a column.
 */
export async function* readCsvRows(
  file: string,
  columns: readonly string[],
  problems: FileProblems,
): AsyncGenerator<CsvRows> {
  let rows: CsvRows | null = null
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of withLastLineEnd(readBytes(file))) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    const end = bytes.lastIndexOf(LINE_FEED) + 1
    rest = bytes.subarray(end)
    if (rest.length > LINE_CHARS_MAX) throw new DataFileError(file, [TOO_LONG])
    if (end === 0) continue
    let from = 0
    if (rows === null) {
      from = bytes.indexOf(LINE_FEED) + 1
      const { count, places } = headerOf(file, bytes.subarray(0, from), columns)
      rows = new CsvRows(problems, count, places, 1)
    }
    rows.load(bytes, from, end)
    yield rows
  }
  if (rows === null) throw new DataFileError(file, [EMPTY_FILE])
}

/** The chunks, with a line feed after the last where the file does not end with one. */
async function* withLastLineEnd(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let last: number | undefined
  for await (const chunk of chunks) {
    if (chunk.length === 0) continue
    last = chunk[chunk.length - 1]
    yield chunk
  }
  if (last !== undefined && last !== LINE_FEED) yield Buffer.from('\n')
}
