/**
 * A report as the file that people get: its name, and the published JSON. Pure. Entry points: `dayFile`, `jsonFile`.
 */
import type { DayDocument } from './schema.ts'

export interface JsonFile {
  readonly name: string
  readonly data: Uint8Array
}

export const dayFile = (document: DayDocument): JsonFile =>
  jsonFile(`phase4d-${document.source.kind.toLowerCase()}-${document.profile}-${document.date}.json`, document)

export const jsonFile = (name: string, document: unknown): JsonFile => ({
  name,
  data: Buffer.from(`${JSON.stringify(document, null, 2)}\n`),
})
