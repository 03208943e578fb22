/** What `npm run bench` runs: set-up, then `bench/main.ts`. */
import { runTool } from './lib/tool.mjs'

await runTool('npm run bench', 'bench/main.ts')
