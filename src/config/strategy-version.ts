/**
 * Which version of the rules' code runs here: a hash over the files that decide what is traded. Entry point:
 * `strategyVersion`.
 *
 * Two builds of the same source may differ; the same build never does. A version says that something was changed, not
 * what.
 */
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

const FOLDER = join(import.meta.dirname, '..', 'strategy')
const SHOWN = 16
let known: Promise<string> | null = null

/** Sixteen hexadecimal digits. Throws what the file system throws. */
export function strategyVersion(): Promise<string> {
  known ??= hashOf(FOLDER)
  return known
}

async function hashOf(folder: string): Promise<string> {
  const names = (await readdir(folder)).filter((name) => /^[^.]+\.[jt]s$/.test(name)).toSorted()
  const hash = createHash('sha256')
  for (const name of names)
    hash
      .update(name)
      .update('\0')
      .update(await readFile(join(folder, name)))
  return hash.digest('hex').slice(0, SHOWN)
}
