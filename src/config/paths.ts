/** Where things are: the project's folder, its data folder, and files as the person named them. */
import { existsSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

function findRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url))
  for (let depth = 0; depth < 10; depth += 1) {
    if (existsSync(join(folder, 'package.json'))) return folder
    folder = dirname(folder)
  }
  throw new Error('package.json not found above the running code: the installation is incomplete')
}

/** The project's folder, the same whether the code runs from `src/` or from `build/src/`. */
export const PROJECT_ROOT: string = findRoot()

/** Everything the project writes on its own: Redis files, journals, logs, unpacked programs. Git ignores it. */
export const DATA_DIR: string = join(PROJECT_ROOT, '.data')

/**
 * A path typed by a person, relative to where they typed it: npm changes the folder and keeps the old one in INIT_CWD.
 */
export function fromTypedPath(path: string, env: NodeJS.ProcessEnv = process.env): string {
  return resolve(env.INIT_CWD ?? process.cwd(), path)
}

/**
 * A module of this program as something that Node runs by itself, a thread or a process: the compiled one, also for
 * code that runs from its source, as Node 20 reads no TypeScript. `importer` is the caller's `import.meta.url`.
 */
export function compiledModule(importer: string, file: string): string {
  const folder = dirname(fileURLToPath(importer))
  const inSource = relative(join(PROJECT_ROOT, 'src'), folder)
  return importer.endsWith('.ts') ? join(PROJECT_ROOT, 'build', 'src', inSource, file) : join(folder, file)
}
