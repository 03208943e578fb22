/** What `npm run chaos` runs: set-up, then the simulator of faults. */
import { runCompiled } from './lib/compiled.mjs'

await runCompiled('chaos', 'chaos/main.js')
