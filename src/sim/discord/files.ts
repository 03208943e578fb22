/** Uploaded files in memory, served under `PAGE_ATTACHMENTS_PATH`; the oldest go when the store is full. */
import type { Buffer } from 'node:buffer'
import { PAGE_ATTACHMENTS_PATH } from './page-api.ts'

/** Discord's limit for a server without boosts. */
export const FILE_BYTES_MAX = 10 * 1024 * 1024
const STORE_BYTES_MAX = 256 * 1024 * 1024
const PNG_SIGNATURE = '89504e470d0a1a0a'

export interface Upload {
  /** The number in the form field's name, `files[n]`. */
  readonly index: number
  readonly filename: string
  readonly contentType: string | null
  readonly bytes: Buffer
}

export interface StoredFile {
  readonly id: string
  readonly channelId: string
  readonly filename: string
  readonly contentType: string
  readonly bytes: Buffer
  readonly url: string
  /** Pixels; null when it is not a PNG picture. */
  readonly width: number | null
  readonly height: number | null
}

const TYPES: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  json: 'application/json; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
  txt: 'text/plain; charset=utf-8',
  md: 'text/markdown; charset=utf-8',
}

function contentTypeOf(upload: Upload): string {
  const ending = upload.filename.split('.').pop()?.toLowerCase() ?? ''
  return TYPES[ending] ?? 'application/octet-stream'
}

function pngSize(bytes: Buffer): { width: number; height: number } | null {
  if (bytes.length < 24 || bytes.subarray(0, 8).toString('hex') !== PNG_SIGNATURE) return null
  return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) }
}

/** Discord keeps letters, digits, dots, dashes and underscores of a file's name. */
const safeName = (name: string): string => name.replaceAll(/[^\w.-]+/g, '_').slice(-200) || 'unknown'

export class Files {
  private readonly stored = new Map<string, StoredFile>()
  private bytes = 0
  private readonly nextId: () => string
  private readonly baseUrl: () => string

  constructor(nextId: () => string, baseUrl: () => string) {
    this.nextId = nextId
    this.baseUrl = baseUrl
  }

  add(channelId: string, upload: Upload, filename = upload.filename): StoredFile {
    const id = this.nextId()
    const name = safeName(filename)
    const size = pngSize(upload.bytes)
    const file: StoredFile = {
      id,
      channelId,
      filename: name,
      contentType: contentTypeOf({ ...upload, filename: name }),
      bytes: upload.bytes,
      url: `${this.baseUrl()}${PAGE_ATTACHMENTS_PATH}/${channelId}/${id}/${encodeURIComponent(name)}`,
      width: size?.width ?? null,
      height: size?.height ?? null,
    }
    this.stored.set(id, file)
    this.bytes += file.bytes.length
    for (const oldest of this.stored.keys()) {
      if (this.bytes <= STORE_BYTES_MAX) break
      this.delete(oldest)
    }
    return file
  }

  get(id: string): StoredFile | undefined {
    return this.stored.get(id)
  }

  delete(id: string): void {
    const file = this.stored.get(id)
    if (file === undefined) return
    this.stored.delete(id)
    this.bytes -= file.bytes.length
  }
}
