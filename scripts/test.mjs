/**
 * What `npm test` runs: set-up, Biome, TypeScript, vitest. `--all` adds the slow tests (`*.slow.test.ts`). The last
 * line counts the tests; a run without any test fails.
 */
import { nodeVersionProblem } from './lib/node-version.mjs'

const problem = nodeVersionProblem(process.versions.node)
if (problem !== null) {
  process.stderr.write(`${problem}\n`)
  process.exit(1)
}

const { existsSync, mkdirSync, readFileSync, rmSync } = await import('node:fs')
const { join } = await import('node:path')
const { ROOT, run, say } = await import('./lib/project.mjs')
const { ensureInstalled } = await import('./lib/install.mjs')
const { ensureBuilt } = await import('./lib/build.mjs')

const bin = (path) => join(ROOT, 'node_modules', path)
const PAGE_TYPES = 'src/sim/page/client/tsconfig.json'
const RESULTS = join(ROOT, '.data', 'test-results.json')

async function step(name, script, args, env = process.env) {
  say(`\n== ${name}`)
  return (await run(process.execPath, [script, ...args], { stdio: ['ignore', 'inherit', 'inherit'], env })) === 0
}

/** The counts of vitest's JSON report; zeros when it wrote none. */
function counts() {
  if (!existsSync(RESULTS)) return { passed: 0, failed: 0, skipped: 0 }
  const report = JSON.parse(readFileSync(RESULTS, 'utf8'))
  return {
    passed: report.numPassedTests,
    // A file that does not load fails without a test in it.
    failed: Math.max(report.numFailedTests, report.testResults.filter((file) => file.status === 'failed').length),
    skipped: report.numPendingTests + report.numTodoTests,
  }
}

async function main() {
  const all = process.argv.includes('--all')
  const chosen = process.argv.slice(2).filter((argument) => argument !== '--all')
  await ensureInstalled()
  await ensureBuilt()
  let ok = await step('Biome', bin('@biomejs/biome/bin/biome'), ['check', '--error-on-warnings'])
  ok = (await step('TypeScript', bin('typescript/bin/tsc'), ['-p', ROOT])) && ok
  if (existsSync(join(ROOT, PAGE_TYPES))) {
    ok = (await step('TypeScript (page)', bin('typescript/bin/tsc'), ['--noEmit', '-p', join(ROOT, PAGE_TYPES)])) && ok
  }
  if (!ok) say('\nLint or types failed (above); running the tests all the same.')
  mkdirSync(join(ROOT, '.data'), { recursive: true })
  rmSync(RESULTS, { force: true })
  const env = { ...process.env, ...(all ? { PHASE4D_SLOW_TESTS: '1' } : {}) }
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${RESULTS}`]
  const tests = await step('Tests', bin('vitest/vitest.mjs'), ['run', ...reporters, ...chosen], env)
  const { passed, failed, skipped } = counts()
  if (passed + failed === 0) say('No test ran.')
  if (!ok) say('Lint or types failed: see above.')
  process.stdout.write(`${passed} passed, ${failed} failed, ${skipped} skipped\n`)
  return ok && tests && passed > 0 ? 0 : 1
}

process.exitCode = await main().catch((error) => {
  say(`npm test: ${error.message}`)
  return 1
})
