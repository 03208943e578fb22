/** A digest of what a file holds: `fileDigest`. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'

const CHUNK_BYTES = 1 << 20

/** SHA-256 of a file's contents, as hex. Throws what the file system throws. */
export async function fileDigest(file: string): Promise<string> {
  const hash = createHash('sha256')
  const chunks: AsyncIterable<Buffer> = createReadStream(file, { highWaterMark: CHUNK_BYTES })
  for await (const chunk of chunks) hash.update(chunk)
  return hash.digest('hex')
}
