/** The highest feed number of an account in its journal files: what a store that lost its data does not give again. */
import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import { datesIn, journalPath } from './paths.ts'
import { jsonOrNull } from './tail.ts'

const numbered = z.object({ kind: z.literal('entry'), feedNo: z.int().positive() })

/** 0 where there are no files, or none of them has a published entry. Throws what the file system throws. */
export async function lastFeedNoIn(folder: string, accountId: string): Promise<number> {
  // Numbers only rise from day to day: the newest file that has any has the highest.
  for (const date of (await datesIn(folder, accountId)).toReversed()) {
    const feedNo = await highestIn(journalPath(folder, accountId, date))
    if (feedNo > 0) return feedNo
  }
  return 0
}

async function highestIn(path: string): Promise<number> {
  let highest = 0
  // The last line may be half written.
  for await (const line of createInterface({ input: createReadStream(path) })) {
    const entry = line.startsWith('{"kind":"entry"') ? numbered.safeParse(jsonOrNull(line)) : null
    if (entry?.success) highest = Math.max(highest, entry.data.feedNo)
  }
  return highest
}
