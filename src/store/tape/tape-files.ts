/**
 * Decision tapes on the disk, beside the journal files: `{data}/tape/{account}/{date}.{epoch}.jsonl`. Entry points:
 * `tapesIn` (to write), `tapeFiles` (to read).
 *
 * 1. A file has one writer: the epoch is that of its session's lease.
 * 2. Nothing waits for the disk. What it does not take is lost to the tape, logged once, and a new head follows when it
 *    takes more again; memory and length are bounded.
 */
import { appendFile, mkdir, readdir, stat, truncate } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Logger } from 'pino'
import type { WallClock } from '../../config/clock.ts'
import type { RuleQuote } from '../../replay/tape/tape.ts'
import { TAPE_LINES_MAX } from '../../replay/tape/tape.ts'
import { TapeWriter } from '../../replay/tape/tape-writer.ts'
import type { DecisionTape, TapedSession } from '../../session/runner/tape-port.ts'
import type { Seen } from '../../session/step.ts'
import type { StrategyConfig } from '../../strategy/types.ts'
import { accountFolder } from '../archive/paths.ts'

/** Waiting for the disk at most, characters. */
const WAITING_MAX = 4_000_000
/** Room for the heads that follow failures. */
const LINES_MAX = TAPE_LINES_MAX - 1000
const RETRY_MS = 10_000

function tapeFolder(dataDir: string): string {
  return join(dataDir, 'tape')
}

export interface TapeOptions {
  readonly dataDir: string
  readonly wall: Pick<WallClock, 'monotonic_ms'>
  readonly log: Logger
}

/** A tape that quotes of the rules' own position can be written to, too, also when its session has ended. */
export interface RuleTape extends DecisionTape {
  follow(quote: RuleQuote): void
  /** The tapes of the day's earlier runs. */
  earlier(): Promise<readonly string[]>
  /** No later run of the session has a tape. */
  isNewest(): Promise<boolean>
}

/** What a worker tapes its sessions with. */
export function tapesIn(options: TapeOptions): (session: TapedSession) => RuleTape {
  return (session) => {
    try {
      return new TapeFile(options, session)
    } catch (error) {
      options.log.error({ err: error }, 'decisions are not taped; trading goes on')
      return NO_TAPE
    }
  }
}

const NO_TAPE: RuleTape = {
  see: () => undefined,
  configure: () => undefined,
  follow: () => undefined,
  earlier: async () => [],
  isNewest: async () => false,
  close: async () => undefined,
}

class TapeFile implements RuleTape {
  readonly #options: TapeOptions
  #session: TapedSession
  readonly #path: string
  readonly #writer = new TapeWriter()
  #waiting: string[] = []
  #waitingLength = 0
  #lines = 0
  /** Bytes of the file that are whole lines; null: not opened yet. */
  #size: number | null = null
  #needsHead = true
  #failed_ms: number | null = null
  #writing: Promise<void> = Promise.resolve()
  #isWriting = false

  constructor(options: TapeOptions, session: TapedSession) {
    this.#options = options
    this.#session = session
    const { accountId, epoch } = session
    const folder = accountFolder(tapeFolder(options.dataDir), accountId)
    this.#path = join(folder, `${session.session.date}.${String(epoch).padStart(8, '0')}.jsonl`)
  }

  see(seen: Seen): void {
    this.#add(() => this.#lineOf(seen))
  }

  follow(quote: RuleQuote): void {
    this.#add(() => this.#writer.rule(quote))
  }

  async earlier(): Promise<readonly string[]> {
    return (await this.#ofDay()).filter((file) => file < this.#path)
  }

  async isNewest(): Promise<boolean> {
    return (await this.#ofDay()).every((file) => file <= this.#path)
  }

  #ofDay(): Promise<readonly string[]> {
    const { accountId, session } = this.#session
    return tapeFiles(this.#options.dataDir, accountId, session.date)
  }

  #add(line: () => string): void {
    if (this.#lines >= LINES_MAX || this.#isOut()) return
    if (this.#needsHead) {
      this.#needsHead = false
      this.#push(this.#writer.head(this.#session.session, this.#session.strategy))
    }
    this.#push(line())
    if (this.#lines >= LINES_MAX) {
      this.#push(JSON.stringify({ k: 'cut' }))
      this.#options.log.warn({ file: this.#path }, 'the decision tape is as long as it may be; the day goes on without')
    }
    if (this.#waitingLength > WAITING_MAX) this.#lose(new Error('the disk is slower than the decisions'))
    this.#write()
  }

  configure(strategy: StrategyConfig): void {
    this.#session = { ...this.#session, strategy }
    this.#needsHead = true
  }

  async close(): Promise<void> {
    await this.#writing
  }

  #lineOf(seen: Seen): string {
    return seen.kind === 'entry'
      ? this.#writer.entry(seen.input, seen.decision)
      : this.#writer.exit(seen.input, seen.legs, seen.awaiting, seen.confirmed)
  }

  #push(line: string): void {
    this.#waiting.push(line)
    this.#waitingLength += line.length
    this.#lines += 1
  }

  /** The disk did not take it a moment ago. */
  #isOut(): boolean {
    return this.#failed_ms !== null && this.#options.wall.monotonic_ms() - this.#failed_ms < RETRY_MS
  }

  #write(): void {
    if (this.#isWriting) return
    this.#isWriting = true
    this.#writing = this.#writeAll().finally(() => {
      this.#isWriting = false
    })
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const bytes = Buffer.from(`${this.#waiting.join('\n')}\n`)
      this.#waiting = []
      this.#waitingLength = 0
      try {
        await this.#append(bytes)
        this.#failed_ms = null
      } catch (error) {
        this.#lose(error)
        // Half of what failed must not stand before what follows.
        await truncate(this.#path, this.#size ?? 0).catch(() => undefined)
      }
    }
  }

  async #append(bytes: Buffer): Promise<void> {
    if (this.#size === null) {
      await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 })
      this.#size = await sizeOf(this.#path)
    }
    await appendFile(this.#path, bytes, { mode: 0o600 })
    this.#size += bytes.length
  }

  /** The numbers of the lines would show a gap: what follows begins with a head of its own. */
  #lose(error: unknown): void {
    if (this.#failed_ms === null) {
      this.#options.log.error({ err: error, file: this.#path }, 'decisions could not be taped; trading goes on')
    }
    this.#failed_ms = this.#options.wall.monotonic_ms()
    this.#waiting = []
    this.#waitingLength = 0
    this.#needsHead = true
  }
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return 0
      throw error
    },
  )
}

/** The tapes of a day on this machine, in the order of their epochs; [] where there are none. */
export async function tapeFiles(dataDir: string, accountId: string, date: string): Promise<readonly string[]> {
  const folder = accountFolder(tapeFolder(dataDir), accountId)
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  const own = names.filter((name) => name.startsWith(`${date}.`) && name.endsWith('.jsonl'))
  return own.toSorted().map((name) => join(folder, name))
}
