/** Where journal files are: `{folder}/{account id}/{date}.jsonl`. */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { codeOf } from '../../config/reason.ts'

const FILE_NAME = /^(\d{4}-\d{2}-\d{2})\.jsonl$/
const ACCOUNT_NAME = /^\w[\w.-]{0,99}$/

/** The archive's own folder in the data folder. */
export function journalFolder(dataDir: string): string {
  return join(dataDir, 'journal')
}

/** Throws for an account id that is no plain name: it must not lead out of the folder. */
export function accountFolder(folder: string, accountId: string): string {
  if (!ACCOUNT_NAME.test(accountId)) {
    throw new Error(`expected an account id of letters, digits and dashes, got "${accountId}"`)
  }
  return join(folder, accountId)
}

export function journalPath(folder: string, accountId: string, date: string): string {
  return join(accountFolder(folder, accountId), `${date}.jsonl`)
}

/** Ids of the accounts that have a folder; [] where there is no folder at all. */
export async function accountsIn(folder: string): Promise<readonly string[]> {
  const found = await entriesOf(folder)
  return found
    .filter((entry) => entry.isDirectory() && ACCOUNT_NAME.test(entry.name))
    .map((entry) => entry.name)
    .sort()
}

/** Dates with a file, ascending. */
export async function datesIn(folder: string, accountId: string): Promise<readonly string[]> {
  const found = await entriesOf(accountFolder(folder, accountId))
  return found.flatMap((entry) => (entry.isFile() ? (FILE_NAME.exec(entry.name)?.[1] ?? []) : [])).sort()
}

async function entriesOf(folder: string) {
  try {
    return await readdir(folder, { withFileTypes: true })
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return []
    throw error
  }
}
