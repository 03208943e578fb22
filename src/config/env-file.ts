/**
 * The `.env` file, and the names that nobody reads. Entry points: `readEnvFile`, `unknownNames`.
 *
 * 1. Every line is blank, a `#` comment or NAME=value; a value ends with its line. Anything else is a problem with its
 *    line number: what was meant as a limit must not vanish.
 * 2. Problems never show a line's text, which may be a secret.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { fromTypedPath, PROJECT_ROOT } from './paths.ts'
import { codeOf } from './reason.ts'
import { ALL_VARIABLES } from './variables.ts'

interface EnvFile {
  /** Null: there is none. */
  readonly path: string | null
  readonly values: Readonly<Record<string, string>>
  /** Sentences about a file or lines that cannot be used. */
  readonly problems: readonly string[]
}

/** `.env` in the project's folder, or the file that ENV_FILE names; ENV_FILE=none reads none. */
export function readEnvFile(chosen: string | undefined): EnvFile {
  if (chosen === 'none') return { path: null, values: {}, problems: [] }
  const path = chosen ? fromTypedPath(chosen) : join(PROJECT_ROOT, '.env')
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    const code = codeOf(error)
    if (code === 'ENOENT' && !chosen) return { path: null, values: {}, problems: [] }
    const why = code === 'ENOENT' ? 'which does not exist' : `which cannot be read (${code})`
    return {
      path: null,
      values: {},
      problems: [`${chosen ? 'ENV_FILE' : '.env'}: expected a file, got "${path}", ${why}`],
    }
  }
  return { path, ...parseLines(text, path) }
}

const ASSIGNMENT = /^(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*)$/
const QUOTES = ['"', "'", '`']

function parseLines(text: string, path: string): Pick<EnvFile, 'values' | 'problems'> {
  const values: Record<string, string> = {}
  const problems: string[] = []
  const lineOf = new Map<string, number>()
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n/)
  lines.forEach((whole, index) => {
    const line = whole.trim()
    if (line === '' || line.startsWith('#')) return
    const at = `${path}:${index + 1}`
    const [, name, value] = ASSIGNMENT.exec(line) ?? []
    if (name === undefined || value === undefined) {
      problems.push(`${at}: expected NAME=value or a # comment, got something else (not shown: it may be a secret)`)
      return
    }
    const quote = QUOTES.find((mark) => value.startsWith(mark))
    if (quote !== undefined && !value.slice(1).includes(quote)) {
      problems.push(`${at}: ${name}: expected a closing ${quote} on the same line, got none`)
      return
    }
    const first = lineOf.get(name)
    if (first !== undefined) {
      problems.push(`${at}: ${name}: expected each name once, but line ${first} sets it too; remove one of them`)
      return
    }
    lineOf.set(name, index + 1)
    values[name] = parseEnv(line)[name] ?? ''
  })
  return { values, problems }
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
function editDistance(a: string, b: string): number {
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
