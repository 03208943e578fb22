/** `phase4d export`: the journal as files, with a manifest. */
import { join } from 'node:path'
import type { Config } from '../config/config.ts'
import { createLogger } from '../config/logger.ts'
import { fromTypedPath } from '../config/paths.ts'
import { systemWallClock } from '../config/wall-clock.ts'
import { exportJournal, FolderInUse } from '../store/archive/export.ts'
import type { Manifest } from '../store/archive/manifest.ts'
import { openStore } from '../store/open-store.ts'
import { dateOption } from './date-option.ts'
import { EXIT, refuse, UsageError } from './usage.ts'

/** As typed. */
interface ExportCommandOptions extends Readonly<Partial<Record<'account' | 'from' | 'to' | 'out', string>>> {
  readonly json?: boolean
}

export async function runExport(config: Config, options: ExportCommandOptions): Promise<number> {
  const { redisUrl } = config
  if (redisUrl === null) throw new UsageError('no REDIS_URL, and no desk runs here: type npm start first')
  const [from, to] = [dateOption('--from', options.from), dateOption('--to', options.to)]
  if (from !== null && to !== null && from > to) {
    throw new UsageError(`--from: expected a date not after --to (${to}), got "${from}"`)
  }
  const wall = systemWallClock
  const folder = options.out === undefined ? defaultFolder(config.dataDir, wall.now_ms()) : fromTypedPath(options.out)
  const log = await createLogger({ level: 'error', name: 'export' })
  const store = await openStore({ redisUrl, wall, log })
  try {
    const { redis, keys } = store
    const { account: wanted } = options
    const manifest = await exportJournal({
      redis,
      keys,
      wall,
      log,
      folder,
      from,
      to,
      dataDir: config.dataDir,
      selects: ({ accountId, profile }) => wanted === undefined || accountId === wanted || profile === wanted,
    })
    return answer(manifest, folder, options)
  } catch (error) {
    if (error instanceof FolderInUse) throw new UsageError(`--out: ${error.message}`)
    throw error
  } finally {
    store.close()
  }
}

function defaultFolder(dataDir: string, now_ms: number): string {
  return join(dataDir, 'export', new Date(now_ms).toISOString().replaceAll(/[:.]/g, '-'))
}

function answer(manifest: Manifest, folder: string, { json, account }: ExportCommandOptions): number {
  if (manifest.accounts.length === 0) {
    const what =
      account === undefined ? 'no account has a journal in these dates' : `no journal of account "${account}"`
    const why = `nothing to export: ${what} (${folder} holds an empty manifest)`
    return refuse({ out: process.stdout, err: process.stderr, json }, 'no_data', why)
  }
  if (json === true) {
    process.stdout.write(`${JSON.stringify({ folder, ...manifest })}\n`)
    return EXIT.done
  }
  for (const { account: exported, feed, files } of manifest.accounts) {
    const entries = files.reduce((sum, file) => sum + file.entries, 0)
    const numbers = feed === null ? 'no feed numbers' : `feed ${feed.first} to ${feed.last}`
    process.stdout.write(
      `${exported.profile} (${exported.accountId}): ${files.length} days, ${entries} entries, ${numbers}\n`,
    )
  }
  process.stdout.write(`Exported to ${folder}\n`)
  return EXIT.done
}
