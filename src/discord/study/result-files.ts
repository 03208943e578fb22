/** The files of a result as attachments, inside what Discord takes. Pure. Entry point: `attachmentsOf`. */
import { gzipSync } from 'node:zlib'
import type { StudyFile } from '../../study/messages.ts'
import type { ReplyFile } from '../reply.ts'

/** Discord takes 10 MiB a message; the rest is for the embed and the form. */
const BYTES_MAX = 9 << 20

/** A picture among the attachments. */
export interface ResultImage {
  readonly file: string
  readonly title: string
}

interface ResultFiles {
  /** What the first file says. */
  readonly document: unknown
  readonly images: readonly ResultImage[]
  readonly attachments: readonly ReplyFile[]
}

/** @param bytesMax what all of them together may have; a document beyond it is packed. */
export function attachmentsOf(files: readonly StudyFile[], bytesMax = BYTES_MAX): ResultFiles {
  const decoded = files.map(({ name, data, description }) => {
    const file = { name, data: Buffer.from(data, 'base64') }
    return description === null ? file : { ...file, description }
  })
  const [first] = decoded
  if (first === undefined) throw new Error('expected the document of a study, got no file')
  const document: unknown = JSON.parse(first.data.toString())
  const images = files.flatMap(({ name, title }) =>
    name.endsWith('.png') ? [{ file: name, title: title ?? name }] : [],
  )
  const size = decoded.reduce((sum, { data }) => sum + data.length, 0)
  const attachments = decoded.map((file) =>
    size > bytesMax && file === first ? { name: `${file.name}.gz`, data: gzipSync(file.data) } : file,
  )
  return { document, images, attachments }
}
