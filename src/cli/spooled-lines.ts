/**
 * Lines that are printed only once all has gone well, without being held in memory until then: beyond some text they stand in
 * a temporary file. Entry point: `SpooledLines`.
 *
 * 1. Memory does not grow with the number of lines.
 * 2. Nothing is left behind by `remove`, which is to be called in any case.
 */
import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Writable } from 'node:stream'

/** Characters held at most: some hundred days, which then need no file. */
const HELD_MAX = 64 * 1024

export class SpooledLines {
  #held: string[] = []
  #heldLength = 0
  #folder: string | null = null
  #file: FileHandle | null = null

  async add(line: string): Promise<void> {
    this.#held.push(`${line}\n`)
    this.#heldLength += line.length + 1
    if (this.#heldLength > HELD_MAX) await this.#spill()
  }

  /** Writes the lines in the order in which they came, no faster than they are taken. */
  async copyTo(out: Writable): Promise<void> {
    if (this.#folder !== null) {
      // Without an encoding, a stream of a file gives bytes.
      // Without an encoding a file is read in buffers.
      for await (const chunk of createReadStream(fileIn(this.#folder))) await write(out, chunk as Buffer)
    }
    await write(out, this.#held.join(''))
  }

  async remove(): Promise<void> {
    await this.#file?.close()
    this.#file = null
    if (this.#folder !== null) await rm(this.#folder, { recursive: true, force: true })
    this.#folder = null
  }

  async #spill(): Promise<void> {
    this.#folder ??= await mkdtemp(join(tmpdir(), 'phase4d-lines-'))
    this.#file ??= await open(fileIn(this.#folder), 'a')
    await this.#file.appendFile(this.#held.join(''))
    this.#held = []
    this.#heldLength = 0
  }
}

const fileIn = (folder: string): string => join(folder, 'lines')

async function write(out: Writable, text: string | Buffer): Promise<void> {
  if (text.length > 0 && !out.write(text)) await once(out, 'drain')
}
