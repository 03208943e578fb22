/**
 * A day's tapes read back: parity, and the day replayed from them. Entry points: `checkTapes`, `readTapes`.
 *
 * It runs beside trading: files are read as streams, and the process is given back between slices.
 */
import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { setImmediate } from 'node:timers/promises'
import type { AttributedDay } from '../../replay/attribution.ts'
import { type Parity, ParityTally } from '../../replay/tape/parity.ts'
import { type TapedDecision, TapeError, TapeReader } from '../../replay/tape/tape.ts'
import { TapeReplay } from '../../replay/tape/tape-replay.ts'
import { tapeFiles } from './tape-files.ts'

/** Decisions re-run before others get their turn. */
const SLICE = 50

export interface TapeCheck {
  readonly parity: Parity
  /** The rules alone on what the tapes saw. */
  readonly replayed: AttributedDay
  /** At the end the rules held nothing and had an entry left. */
  readonly mayEnter: boolean
  readonly files: number
  /** A tape reached its greatest length. */
  readonly isCut: boolean
}

/** Null: there is no tape of that day here. @throws TapeError, or what the file system throws. */
export async function checkTapes(dataDir: string, accountId: string, date: string): Promise<TapeCheck | null> {
  const files = await tapeFiles(dataDir, accountId, date)
  if (files.length === 0) return null
  const [tally, replay] = [new ParityTally(), new TapeReplay()]
  const isCut = await readTapes(files, (taped) => {
    tally.add(taped)
    replay.add(taped)
  })
  return {
    parity: tally.result(),
    replayed: replay.result(),
    mayEnter: replay.mayEnter(),
    files: files.length,
    isCut,
  }
}

/** Each line of these tapes in order; whether one of them reached its greatest length. @throws as `checkTapes`. */
export async function readTapes(files: readonly string[], take: (taped: TapedDecision) => void): Promise<boolean> {
  let isCut = false
  let done = 0
  for (const file of files) {
    const reader = new TapeReader()
    for await (const line of wholeLines(file)) {
      const taped = reader.read(line)
      if (taped === null) continue
      take(taped)
      done++
      if (done % SLICE === 0) await setImmediate()
    }
    isCut ||= reader.isCut
  }
  return isCut
}

/** A process that was killed left half a line at the end: it was never a decision's record. */
async function* wholeLines(file: string): AsyncGenerator<string> {
  const lines = createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Number.POSITIVE_INFINITY })
  let held: string | null = null
  for await (const line of lines) {
    if (held !== null) yield held
    held = line
  }
  if (held !== null && isWhole(held)) yield held
}

function isWhole(line: string): boolean {
  try {
    JSON.parse(line)
    return true
  } catch {
    return false
  }
}

/** Why a tape could not be read, for people. */
export function tapeProblem(error: unknown): string {
  if (error instanceof TapeError) return error.message
  return error instanceof Error && 'code' in error ? `the tape cannot be read (${String(error.code)})` : String(error)
}
