/** The list of an export's files: what must be there, with counts and hashes. An archive's own folder has none. */
import { open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { codeOf, reasonOf } from '../../config/reason.ts'
import { accountSchema, FILE_SCHEMA, issuesOf } from './line.ts'

export const MANIFEST_NAME = 'manifest.json'
export const MANIFEST_SCHEMA = 'phase4d.export/1'

const fileSchema = z.object({
  /** Relative to the manifest. */
  path: z.string(),
  date: z.iso.date(),
  lines: z.int(),
  entries: z.int(),
  bytes: z.int(),
  sha256: z.string(),
})
export type ManifestFile = z.infer<typeof fileSchema>

const manifestSchema = z.object({
  schema: z.literal(MANIFEST_SCHEMA),
  fileSchema: z.literal(FILE_SCHEMA),
  /** False while the export runs. */
  complete: z.boolean(),
  createdAt_ms: z.int(),
  from: z.iso.date().nullable(),
  to: z.iso.date().nullable(),
  /** Variants tried and look-ahead checks; null: there were none. */
  desk: z.object({ tried: z.int(), lookaheads: z.int(), sha256: z.string() }).nullable().default(null),
  accounts: z.array(
    z.object({
      account: accountSchema,
      feed: z.object({ first: z.int(), last: z.int() }).nullable(),
      files: z.array(fileSchema),
    }),
  ),
})
export type Manifest = z.infer<typeof manifestSchema>

/** Replaces the one that is there, on the disk when it resolves. */
export async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  const path = join(folder, MANIFEST_NAME)
  const handle = await open(`${path}.new`, 'w', 0o600)
  try {
    await handle.writeFile(`${JSON.stringify(manifest, null, 2)}\n`)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(`${path}.new`, path)
}

/** Null where there is none; a string says what is wrong with it. */
export async function readManifest(folder: string): Promise<Manifest | string | null> {
  const path = join(folder, MANIFEST_NAME)
  try {
    const parsed = manifestSchema.safeParse(JSON.parse(await readFile(path, 'utf8')))
    if (!parsed.success) return `${path}: ${issuesOf(parsed.error)}`
    return parsed.data.complete ? parsed.data : `${path}: this export was not finished; export again`
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
    return `${path}: ${reasonOf(error)}`
  }
}
