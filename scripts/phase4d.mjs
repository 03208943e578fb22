/** What `npm start` and `npm run phase4d` run: set-up, then the command line. */
import { runCompiled } from './lib/compiled.mjs'

await runCompiled('phase4d', 'cli/main.js')
