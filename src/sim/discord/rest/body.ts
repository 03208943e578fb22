/** Reads request bodies: JSON, or multipart with `payload_json` and `files[n]`. */
import { Buffer } from 'node:buffer'
import { apiErrors } from '../errors.ts'
import type { Upload } from '../files.ts'

const FILE_FIELD = /^files\[(\d{1,2})\]$/

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw apiErrors.invalidJson()
  }
}

export async function readBody(
  raw: Buffer | undefined,
  contentType: string,
): Promise<{ body: unknown; uploads: readonly Upload[] }> {
  if (raw === undefined || raw.length === 0) return { body: undefined, uploads: [] }
  if (!contentType.startsWith('multipart/form-data')) return { body: parseJson(raw.toString('utf8')), uploads: [] }
  const form = await new Response(new Uint8Array(raw), { headers: { 'content-type': contentType } })
    .formData()
    .catch(() => {
      throw apiErrors.invalidJson()
    })
  let body: unknown
  const uploads: Upload[] = []
  for (const [name, value] of form.entries()) {
    if (typeof value === 'string') {
      if (name === 'payload_json') body = parseJson(value)
      continue
    }
    const index = FILE_FIELD.exec(name)?.[1]
    uploads.push({
      index: index === undefined ? uploads.length : Number(index),
      filename: value.name,
      contentType: value.type === '' ? null : value.type,
      bytes: Buffer.from(await value.arrayBuffer()),
    })
  }
  return { body, uploads }
}
