/** What `npm run mutants` runs: set-up, then `test/mutants/main.ts`. */
import { runTool } from './lib/tool.mjs'

await runTool('npm run mutants', 'test/mutants/main.ts')
