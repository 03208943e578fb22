/** The real market data that tests check against: beside the repository, or in SHARED_DIR; never part of it. */
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url))
const FOLDER = resolve(process.env.SHARED_DIR ?? join(REPOSITORY, '..', 'shared'), 'data')

/** Path of a data file, or null where it is absent: then skip, and say so in the test's name. */
export function sharedFile(name: string): string | null {
  const path = join(FOLDER, name)
  return existsSync(path) ? path : null
}

/** The recorded books and bars of 2026-07-17 to 2026-08-07. */
export function recordedFiles(): { readonly quotes: string; readonly bars: string } | null {
  const quotes = sharedFile('spy_0dte_puts_2026-07-17_2026-08-07.csv.gz')
  const bars = sharedFile('spy_1min_derived_2026-07-17_2026-08-07.csv.gz')
  return quotes === null || bars === null ? null : { quotes, bars }
}

/** Added to the name of a test that is skipped for want of data. */
export const ABSENT = `(skipped: no market data in ${FOLDER}; set SHARED_DIR)`
