/** The version of this program. Entry point: `programVersion`. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { PROJECT_ROOT } from './paths.ts'

/** A missing file costs a word of `/health`, not the process. */
export function programVersion(): string {
  try {
    const manifest: unknown = JSON.parse(readFileSync(join(PROJECT_ROOT, 'package.json'), 'utf8'))
    return z.object({ version: z.string() }).parse(manifest).version
  } catch {
    return 'unknown'
  }
}
