/** What every command of the project needs before its own code can be loaded: a fitting Node, packages, the build. */
import { nodeVersionProblem } from './node-version.mjs'

/** Provides what is missing, or ends the process with what to do. `name`: what the command is called in errors. */
export async function ready(name) {
  const problem = nodeVersionProblem(process.versions.node)
  if (problem !== null) {
    process.stderr.write(`${problem}\n`)
    process.exit(1)
  }
  try {
    const { ensureInstalled } = await import('./install.mjs')
    const { ensureBuilt } = await import('./build.mjs')
    await ensureInstalled()
    await ensureBuilt()
  } catch (error) {
    process.stderr.write(`${name}: ${error.message}\n`)
    process.exit(1)
  }
}
