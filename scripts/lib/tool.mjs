/** Runs one of the project's own TypeScript tools after installing and compiling what is missing. */
import { join } from 'node:path'
import { nodeVersionProblem } from './node-version.mjs'

export async function runTool(name, file) {
  const problem = nodeVersionProblem(process.versions.node)
  if (problem !== null) {
    process.stderr.write(`${problem}\n`)
    process.exit(1)
  }
  const { ensureInstalled } = await import('./install.mjs')
  const { ensureBuilt } = await import('./build.mjs')
  const { ROOT, run } = await import('./project.mjs')
  try {
    await ensureInstalled()
    await ensureBuilt()
    const args = ['--import', 'tsx', join(ROOT, file), ...process.argv.slice(2)]
    process.exitCode = await run(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'] })
  } catch (error) {
    process.stderr.write(`${name}: ${error.message}\n`)
    process.exitCode = 1
  }
}
