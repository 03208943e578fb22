/**
 * What `npm start` and `npm run phase4d` run: installs and compiles where needed, then becomes the command line. The
 * command line runs in this very process, so signals, exit status and output are its own.
 */
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
  process.stderr.write(`phase4d: ${error.message}\n`)
  process.exit(1)
}
const main = new URL('../build/src/cli/main.js', import.meta.url)
process.argv[1] = main.pathname
await import(main.href)
