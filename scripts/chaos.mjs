/** What `npm run chaos` runs: compiles where needed, then the simulator of faults in this very process. */
import { nodeVersionProblem } from './lib/node-version.mjs'

const problem = nodeVersionProblem(process.versions.node)
if (problem !== null) {
  process.stderr.write(`${problem}\n`)
  process.exit(1)
}

try {
  const { ensureInstalled } = await import('./lib/install.mjs')
  const { ensureBuilt } = await import('./lib/build.mjs')
  await ensureInstalled()
  await ensureBuilt()
} catch (error) {
  process.stderr.write(`chaos: ${error.message}\n`)
  process.exit(1)
}
await import(new URL('../build/src/chaos/main.js', import.meta.url).href)
