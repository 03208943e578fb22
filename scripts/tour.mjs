/**
 * What `npm run tour` runs: the guided tour in a browser on a private desk, which fails where the desk does not do what
 * the tour tells; its pictures go to docs/images/tour.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { ready } from './lib/ready.mjs'

await ready('npm run tour')
const { ROOT, run } = await import('./lib/project.mjs')
const pictures = join(ROOT, 'docs/images/tour')
mkdirSync(pictures, { recursive: true })
const env = { ...process.env, PHASE4D_SLOW_TESTS: '1', PHASE4D_TOUR: pictures }
const args = [join(ROOT, 'node_modules/vitest/vitest.mjs'), 'run', 'test/tour']
process.exitCode = await run(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'], env })
