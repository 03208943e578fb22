/** The `.env` file, and the names that nobody reads. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { fromTypedPath, PROJECT_ROOT } from './paths.ts'
import { ALL_VARIABLES } from './variables.ts'

export interface EnvFile {
  /** Null: there is none. */
  readonly path: string | null
  readonly values: Readonly<Record<string, string>>
}

/** `.env` in the project's folder, or the file that ENV_FILE names; ENV_FILE=none reads none. */
export function readEnvFile(chosen: string | undefined): EnvFile {
  if (chosen === 'none') return { path: null, values: {} }
  const path = chosen ? fromTypedPath(chosen) : join(PROJECT_ROOT, '.env')
  if (!existsSync(path)) {
    if (chosen) throw new Error(`ENV_FILE: expected a file, got "${path}", which does not exist`)
    return { path: null, values: {} }
  }
  const text = readFileSync(path, 'utf8')
    .replace(/^\uFEFF/, '')
    .replaceAll('\r\n', '\n')
  return { path, values: Object.fromEntries(Object.entries(parseEnv(text)).map(([key, value]) => [key, value ?? ''])) }
}

const KNOWN: ReadonlySet<string> = new Set(ALL_VARIABLES.map((variable) => variable.name))
/** Names in the process's environment that can only be meant for this program; other programs' names are not ours. */
const OURS = /^(DISCORD|ALPACA|SIM_CLOCK)_|_(2K|25K)$/

/** A sentence for each name that nothing reads: all of a file's, only look-alikes of the process's environment. */
export function unknownNames(names: readonly string[], file: string | null): readonly string[] {
  return names
    .filter((name) => !KNOWN.has(name) && (file !== null || OURS.test(name)))
    .map((name) => {
      const near = nearest(name)
      const hint = near === null ? 'see .env.example for all names' : `did you mean ${near}?`
      return `${name}${file === null ? '' : ` in ${file}`}: unknown name; ${hint}`
    })
}

const DISTANCE_MAX = 4

function nearest(name: string): string | null {
  let best: { readonly name: string; readonly distance: number } | null = null
  for (const known of KNOWN) {
    const distance = editDistance(name.toUpperCase(), known)
    if (distance <= DISTANCE_MAX && (best === null || distance < best.distance)) best = { name: known, distance }
  }
  return best?.name ?? null
}

/** Levenshtein distance. */
export function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, substitution))
    }
    row = next
  }
  return row[b.length] ?? 0
}
