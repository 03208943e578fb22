/** Which versions this process runs. Entry point: `readVersions`. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { version as discordJs } from 'discord.js'
import { z } from 'zod'
import { PROJECT_ROOT } from '../config/paths.ts'

export interface Versions {
  readonly phase4d: string
  readonly node: string
  readonly discordJs: string
}

export function readVersions(): Versions {
  const manifest = z.object({ version: z.string() }).safeParse(readManifest())
  return { phase4d: manifest.data?.version ?? 'unknown', node: process.versions.node, discordJs }
}

/** A missing file costs a line of `/health`, not the bot. */
function readManifest(): unknown {
  try {
    return JSON.parse(readFileSync(join(PROJECT_ROOT, 'package.json'), 'utf8'))
  } catch {
    return null
  }
}
