/** The program's own modules, for tests that read them as text. Entry points: `sourceFiles`, `textOfFile`. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import { PROJECT_ROOT } from '../../src/config/paths.ts'

/** Paths from the project's root, with `/`, of the files below `folder` that end in one of `endings`. */
export function sourceFiles(folder: string, endings: readonly string[] = ['.ts']): string[] {
  const names = readdirSync(join(PROJECT_ROOT, folder), { recursive: true, encoding: 'utf8' })
  return names
    .filter((name) => endings.some((ending) => name.endsWith(ending)))
    .map((name) => `${folder}/${name.split(sep).join('/')}`)
}

export const textOfFile = (path: string): string => readFileSync(join(PROJECT_ROOT, path), 'utf8')
