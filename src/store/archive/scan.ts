/**
 * Reads a journal file from its start, checking every line. Entry point: `scanJournal`. Only one chunk is in memory at
 * a time, and a chunk is what is done between two turns of the event loop.
 */
import { createReadStream } from 'node:fs'
import { LINE_BYTES_MAX, type LineBody, readLine } from './line.ts'

/** A line with its number, from 1. */
export interface NumberedLine {
  readonly number: number
  readonly body: LineBody
}

/** How a file ends. `torn`: its last line has no end, as after a crash; what stands before it is whole. */
export type ScanEnd =
  | { readonly kind: 'whole' }
  | { readonly kind: 'torn'; readonly line: number }
  | { readonly kind: 'damaged'; readonly line: number; readonly reason: string }

export interface Scan {
  /** Good lines, their bytes, and the sum of the last one ('' without any). */
  readonly lines: number
  readonly bytes: number
  readonly sum: string
  readonly end: ScanEnd
}

export interface ScanOptions {
  readonly path: string
  readonly accountId: string
  readonly date: string
  /** Reads only so many lines, where more may be written meanwhile. */
  readonly linesMax?: number
  /** A reason refuses the line: the file counts as damaged from there on. */
  check?(line: NumberedLine): string | null
  /** Gets the good lines chunk by chunk. */
  take?(lines: readonly NumberedLine[]): Promise<void>
}

const LINE_END = 0x0a

/** Throws what the file system throws. */
export async function scanJournal(options: ScanOptions): Promise<Scan> {
  const reader = new JournalReader(options)
  const chunks: AsyncIterable<Buffer> = createReadStream(options.path)
  for await (const chunk of chunks) {
    const lines = reader.read(chunk)
    if (lines.length > 0) await options.take?.(lines)
    if (reader.finished) break
  }
  return reader.result()
}

class JournalReader {
  readonly #options: ScanOptions
  #rest: Buffer = Buffer.alloc(0)
  #lines = 0
  #bytes = 0
  #sum = ''
  #damage: ScanEnd | null = null

  constructor(options: ScanOptions) {
    this.#options = options
  }

  get finished(): boolean {
    return this.#damage !== null || this.#lines === this.#options.linesMax
  }

  read(chunk: Buffer): readonly NumberedLine[] {
    const good: NumberedLine[] = []
    let buffer = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    while (!this.finished) {
      const end = buffer.indexOf(LINE_END)
      if (end === -1) break
      const line = this.#line(buffer.toString('utf8', 0, end))
      if (line !== null) good.push(line)
      if (this.#damage !== null) break
      this.#lines += 1
      this.#bytes += end + 1
      buffer = buffer.subarray(end + 1)
    }
    this.#rest = buffer
    if (buffer.length > LINE_BYTES_MAX) this.#damaged(`expected a line of at most ${LINE_BYTES_MAX} bytes`)
    return good
  }

  result(): Scan {
    const { linesMax } = this.#options
    const torn = this.#rest.length > 0 && this.#lines !== linesMax
    const end: ScanEnd = this.#damage ?? (torn ? { kind: 'torn', line: this.#lines + 1 } : { kind: 'whole' })
    return { lines: this.#lines, bytes: this.#bytes, sum: this.#sum, end }
  }

  #line(text: string): NumberedLine | null {
    const parsed = readLine(text, this.#sum)
    if (!parsed.ok) return this.#damaged(parsed.reason)
    const line = parsed.body === null ? null : { number: this.#lines + 1, body: parsed.body }
    const refusal = this.#misplaced(parsed.body) ?? (line === null ? null : (this.#options.check?.(line) ?? null))
    if (refusal !== null) return this.#damaged(refusal)
    this.#sum = parsed.sum
    return line
  }

  /** A header stands first, once, and names the account and the date of the file. */
  #misplaced(body: LineBody | null): string | null {
    const isHeader = body?.kind === 'header'
    if (this.#lines > 0) return isHeader ? 'expected one header, got another' : null
    if (!isHeader) return 'expected a header'
    const { accountId, date } = this.#options
    if (body.account.accountId === accountId && body.date === date) return null
    return `expected the journal of account ${accountId} on ${date}, got ${body.account.accountId} on ${body.date}`
  }

  #damaged(reason: string): null {
    this.#damage = { kind: 'damaged', line: this.#lines + 1, reason }
    return null
  }
}
