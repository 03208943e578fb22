/**
 * Days on disk in their packed form: written once, read back faster than any text.
 *
 * Entry points: `writeDayFile`, `readDayFile`, `DayFileError`.
 *
 * 1. A file is a magic word, then frames: kind, length, CRC-32, contents. The last frame holds what the readers
 *    counted.
 * 2. A file appears under its name only when it is whole. A day is handed out only when its CRC holds; what does not
 *    hold is a `DayFileError`, and the caller reads the source again.
 * 3. Numbers are little-endian, as on every machine Node runs on here.
 */
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { crc32 } from 'node:zlib'
import { z } from 'zod'
import { codeOf, reasonOf } from '../config/reason.ts'
import { dayToNumbers, numbersToDay } from './day-numbers.ts'
import type { PackedDay } from './packed-day.ts'
import { type ReadCounts, readCountFields } from './quality.ts'

const MAGIC = Buffer.from('P4DDAYS1')
const FRAME_HEAD_BYTES = 16
const KIND_DAY = 1
const KIND_END = 2
/** A day of one-second books and a hundred strikes has 60 MB; a longer frame is damage. */
const FRAME_BYTES_MAX = 256 << 20

/** The file is absent, from another version, cut off or damaged. */
export class DayFileError extends Error {
  override readonly name = 'DayFileError'
  /** Nothing to say to anybody: there was no such file yet. */
  readonly isAbsent: boolean

  constructor(message: string, isAbsent = false) {
    super(message)
    this.isAbsent = isAbsent
  }
}

const endSchema = z.object({ days: z.int().nonnegative(), counts: z.object(readCountFields) })

function frameOf(kind: number, contents: Uint8Array): Buffer[] {
  const head = Buffer.alloc(FRAME_HEAD_BYTES)
  head.writeUInt32LE(kind, 0)
  head.writeUInt32LE(contents.byteLength, 4)
  head.writeUInt32LE(crc32(contents), 8)
  return [head, Buffer.from(contents.buffer, contents.byteOffset, contents.byteLength)]
}

export interface DayFileWriter {
  add(day: PackedDay): Promise<void>
  /** Puts the file in its place. */
  finish(counts: ReadCounts): Promise<void>
  /** Leaves nothing behind; harmless after `finish`. */
  abandon(): Promise<void>
}

/** @param unique makes the temporary name this writer's own. */
export async function writeDayFile(file: string, unique: string): Promise<DayFileWriter> {
  const temporary = `${file}.${unique}.tmp`
  await mkdir(dirname(file), { recursive: true })
  const handle = await open(temporary, 'w')
  let days = 0
  let isOpen = true
  await handle.writev([MAGIC])
  return {
    add: async (day) => {
      const numbers = dayToNumbers(day)
      await handle.writev(frameOf(KIND_DAY, new Uint8Array(numbers.buffer)))
      days++
    },
    finish: async (counts) => {
      await handle.writev(frameOf(KIND_END, Buffer.from(JSON.stringify({ days, counts }))))
      await handle.close()
      isOpen = false
      await rename(temporary, file)
    },
    abandon: async () => {
      if (!isOpen) return
      isOpen = false
      await handle.close()
      await rm(temporary, { force: true })
    },
  }
}

async function readExactly(handle: FileHandle, bytes: number): Promise<Buffer> {
  const buffer = Buffer.from(new ArrayBuffer(bytes))
  const { bytesRead } = await handle.read(buffer, 0, bytes, null)
  if (bytesRead !== bytes) throw new DayFileError('the file ends too early')
  return buffer
}

async function readFrame(handle: FileHandle): Promise<{ kind: number; contents: Buffer }> {
  const head = await readExactly(handle, FRAME_HEAD_BYTES)
  const [kind, bytes, crc] = [head.readUInt32LE(0), head.readUInt32LE(4), head.readUInt32LE(8)]
  if (bytes > FRAME_BYTES_MAX) throw new DayFileError('a frame is too long')
  const contents = await readExactly(handle, bytes)
  if (crc32(contents) !== crc) throw new DayFileError('a checksum does not hold')
  return { kind, contents }
}

function dayOf(contents: Buffer): PackedDay {
  if (contents.byteLength % 8 !== 0) throw new DayFileError('a frame is no day')
  try {
    return numbersToDay(new Float64Array(contents.buffer, contents.byteOffset, contents.byteLength / 8))
  } catch (error) {
    throw new DayFileError(reasonOf(error))
  }
}

function endOf(contents: Buffer): z.infer<typeof endSchema> {
  try {
    return endSchema.parse(JSON.parse(contents.toString()))
  } catch {
    throw new DayFileError('the last frame cannot be read')
  }
}

/**
 * The days of a file, and at its end what was counted when it was written.
 * @throws DayFileError where the file is not there or not whole; the days before it hold.
 */
export async function* readDayFile(file: string): AsyncGenerator<PackedDay, ReadCounts> {
  let handle: FileHandle
  try {
    handle = await open(file, 'r')
  } catch (error) {
    throw new DayFileError(reasonOf(error), codeOf(error) === 'ENOENT')
  }
  try {
    if (!(await readExactly(handle, MAGIC.length)).equals(MAGIC)) throw new DayFileError('it is of another version')
    for (let days = 0; ; days++) {
      const { kind, contents } = await readFrame(handle)
      if (kind === KIND_DAY) {
        yield dayOf(contents)
        continue
      }
      const end = kind === KIND_END ? endOf(contents) : null
      if (end === null || end.days !== days) throw new DayFileError('days are missing')
      return end.counts
    }
  } finally {
    await handle.close()
  }
}
