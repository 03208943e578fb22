/**
 * Lines that are printed only once all has gone well, without being held in memory until then: beyond some text they
 * stand in a temporary file. Entry points: `SpooledLines`, `SpoolError` (there is no room for it).
 *
 * 1. Memory does not grow with the number of lines.
 * 2. The file has no name while it is used: it goes with the process, however that ends (a reader that has enough, a
 *    signal).
 *    `remove`, which is to be called in any case, gives its room back at once.
 */
import { once } from 'node:events'
import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Writable } from 'node:stream'
import { reasonOf } from '../config/reason.ts'

/** Characters held at most: some hundred days, which then need no file. */
const HELD_MAX = 64 * 1024

export class SpoolError extends Error {
  override readonly name = 'SpoolError'
}

export class SpooledLines {
  #held: string[] = []
  #heldLength = 0
  #file: FileHandle | null = null

  /** @throws SpoolError */
  async add(line: string): Promise<void> {
    this.#held.push(`${line}\n`)
    this.#heldLength += line.length + 1
    if (this.#heldLength > HELD_MAX) await this.#spill()
  }

  /** Writes the lines in the order in which they came, no faster than they are taken. */
  async copyTo(out: Writable): Promise<void> {
    if (this.#file !== null) {
      const written: AsyncIterable<Buffer> = this.#file.createReadStream({ start: 0, autoClose: false })
      for await (const chunk of written) await write(out, chunk)
    }
    await write(out, this.#held.join(''))
  }

  async remove(): Promise<void> {
    await this.#file?.close()
    this.#file = null
  }

  async #spill(): Promise<void> {
    try {
      this.#file ??= await unnamedFile()
      await this.#file.appendFile(this.#held.join(''))
    } catch (error) {
      throw new SpoolError(
        `expected room for a temporary file in ${tmpdir()}, got ${reasonOf(error)}: make room, or set TMPDIR`,
      )
    }
    this.#held = []
    this.#heldLength = 0
  }
}

async function unnamedFile(): Promise<FileHandle> {
  const folder = await mkdtemp(join(tmpdir(), 'phase4d-lines-'))
  try {
    return await open(join(folder, 'lines'), 'a+')
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function write(out: Writable, text: string | Buffer): Promise<void> {
  if (text.length > 0 && !out.write(text)) await once(out, 'drain')
}
