/** The end of a journal file, for a quick look at whether anything is missing; nothing is verified here. */
import { open } from 'node:fs/promises'
import { z } from 'zod'
import { streamIdSchema } from './line.ts'

const TAIL_BYTES = 64 * 1024

const entryId = z.object({ kind: z.literal('entry'), id: streamIdSchema })

/** Id of the last entry; null where the file's last 64 KB do not tell, or the file is not there. */
export async function lastEntryId(path: string): Promise<string | null> {
  const tail = await readTail(path)
  if (tail === null || !tail.endsWith('\n')) return null
  for (const line of tail.split('\n').reverse()) {
    const parsed = entryId.safeParse(jsonOrNull(line))
    if (parsed.success) return parsed.data.id
  }
  return null
}

async function readTail(path: string): Promise<string | null> {
  const handle = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  if (handle === null) return null
  try {
    const { size } = await handle.stat()
    const length = Math.min(size, TAIL_BYTES)
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, size - length)
    return buffer.toString('utf8', 0, bytesRead)
  } finally {
    await handle.close()
  }
}

export function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
