/** The store's journal as files in a new folder, with a manifest. Entry point: `exportJournal`. */
import { mkdir, readdir } from 'node:fs/promises'
import { join, relative } from 'node:path'
import type { Redis } from 'ioredis'
import type { Logger } from 'pino'
import type { WallClock } from '../../config/clock.ts'
import { fileDigest } from '../../config/file-digest.ts'
import type { Keys } from '../keys.ts'
import { Archiver } from './archiver.ts'
import { DESK_FILE, keepDeskRecords, readDeskRecords } from './desk-records.ts'
import type { ArchivedAccount } from './line.ts'
import { FILE_SCHEMA } from './line.ts'
import { MANIFEST_SCHEMA, type Manifest, writeManifest } from './manifest.ts'
import { accountsIn } from './paths.ts'
import { type AccountPlan, planRestore } from './restore-plan.ts'

export interface ExportOptions {
  readonly redis: Redis
  readonly keys: Keys
  readonly wall: WallClock
  readonly log: Logger
  /** Empty, or not there yet. */
  readonly folder: string
  readonly from: string | null
  readonly to: string | null
  /** Of the desk, for what was tried without a store; null: only what the store holds. */
  readonly dataDir: string | null
  selects(account: ArchivedAccount): boolean
}

/** Throws `FolderInUse` before anything is written; an Error when what was written does not read back. */
export async function exportJournal(options: ExportOptions): Promise<Manifest> {
  const { folder, from, to } = options
  await mkdir(folder, { recursive: true, mode: 0o700 })
  if ((await readdir(folder)).length > 0) throw new FolderInUse(folder)
  const head = {
    schema: MANIFEST_SCHEMA,
    fileSchema: FILE_SCHEMA,
    createdAt_ms: options.wall.now_ms(),
    from,
    to,
  } as const
  await writeManifest(folder, { ...head, complete: false, desk: null, accounts: [] })
  const archiver = new Archiver({
    ...options,
    selects: (account, date) => (from ?? date) <= date && date <= (to ?? date) && options.selects(account),
    lost: () => false,
    onDamage: () => undefined,
  })
  await archiver.sweep()
  const desk = await exportDesk(options)
  const manifest = { ...head, complete: true, desk, accounts: await describe(folder) }
  await writeManifest(folder, manifest)
  return manifest
}

async function exportDesk({ redis, keys, dataDir, folder }: ExportOptions): Promise<Manifest['desk']> {
  const records = await readDeskRecords({ redis, keys }, dataDir)
  if (!(await keepDeskRecords(folder, records))) return null
  const { tried, lookaheads } = records
  return { tried: tried.length, lookaheads: lookaheads.length, sha256: await fileDigest(join(folder, DESK_FILE)) }
}

export class FolderInUse extends Error {
  constructor(folder: string) {
    super(`expected an empty folder, or one that does not exist yet, got ${folder}, which holds files`)
    this.name = 'FolderInUse'
  }
}

/** Reads back what was written. */
async function describe(folder: string): Promise<Manifest['accounts']> {
  if ((await accountsIn(folder)).length === 0) return []
  const plan = await planRestore(folder, { gapsAllowed: true, ignoreManifest: true })
  if (!plan.ok) throw new Error(`the export does not read back:\n${plan.problems.join('\n')}`)
  const described: Manifest['accounts'] = []
  for (const account of plan.accounts) described.push(await describeAccount(folder, account))
  return described
}

async function describeAccount(folder: string, plan: AccountPlan): Promise<Manifest['accounts'][number]> {
  const files: Manifest['accounts'][number]['files'] = []
  for (const { date, path, lines, entries, bytes } of plan.days) {
    files.push({ path: relative(folder, path), date, lines, entries, bytes, sha256: await fileDigest(path) })
  }
  return { account: plan.account, feed: plan.feed, files }
}
