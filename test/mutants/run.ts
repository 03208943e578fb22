/**
 * Runs mutants, each in a scratch copy of the tree, so that the work tree is never touched. Entry point: `runMutants`.
 *
 * 1. The tests must pass on the unchanged copy first: a test that fails anyway kills nothing.
 * 2. Killed means that a test ran and failed. A copy in which no test could run at all counts as broken, not as killed.
 */
import { spawn } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { PROJECT_ROOT } from '../../src/config/paths.ts'
import { type ScratchRedis, startScratchRedis } from '../../src/config/scratch-redis.ts'
import type { Mutant } from './entry.ts'

export type Verdict = 'killed' | 'survived' | 'broken' | 'timeout'

export interface MutantResult {
  readonly mutant: Mutant
  readonly verdict: Verdict
  /** The test that noticed, or what went wrong. */
  readonly detail: string
  readonly took_ms: number
}

interface RunOptions {
  /** Copies at work side by side. */
  readonly atOnce: number
  readonly onResult: (result: MutantResult) => void
}

const COPIED = ['src', 'commands', 'test', 'docs', 'scripts', 'package.json', 'tsconfig.json', '.env.example']
const MUTANT_MS_MAX = 90_000
const BASELINE_MS_MAX = 900_000

/** @throws Error where the tests fail on the unchanged tree. */
export async function runMutants(mutants: readonly Mutant[], options: RunOptions): Promise<readonly MutantResult[]> {
  const redis = await startTestRedis()
  const copies: string[] = []
  try {
    for (let copy = 0; copy < Math.min(options.atOnce, mutants.length); copy += 1) copies.push(scratchCopy())
    const [first] = copies
    if (first === undefined) return []
    const all = [...new Set(mutants.flatMap((mutant) => mutant.tests))]
    const baseline = await runTests(first, all, redis.url, BASELINE_MS_MAX)
    if (baseline.verdict !== 'survived') {
      throw new Error(`the tests fail without any mutant (${baseline.verdict}): ${baseline.detail}`)
    }
    const waiting = [...mutants]
    const results: MutantResult[] = []
    const work = async (copy: string): Promise<void> => {
      for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
        const result = await runOne(copy, mutant, redis.url)
        results.push(result)
        options.onResult(result)
      }
    }
    await Promise.all(copies.map(work))
    return results
  } finally {
    await redis.close()
    for (const copy of copies) rmSync(copy, { recursive: true, force: true })
  }
}

async function startTestRedis(): Promise<ScratchRedis> {
  const shared = process.env.TEST_REDIS_URL
  return shared === undefined ? startScratchRedis({ durable: false }) : { url: shared, close: async () => undefined }
}

function scratchCopy(): string {
  const copy = mkdtempSync(join(tmpdir(), 'phase4d-mutant-'))
  for (const name of COPIED) {
    if (existsSync(join(PROJECT_ROOT, name))) cpSync(join(PROJECT_ROOT, name), join(copy, name), { recursive: true })
  }
  symlinkSync(join(PROJECT_ROOT, 'node_modules'), join(copy, 'node_modules'))
  return copy
}

async function runOne(copy: string, mutant: Mutant, redisUrl: string): Promise<MutantResult> {
  const path = join(copy, mutant.file)
  const source = readFileSync(path, 'utf8')
  const began_ms = performance.now()
  writeFileSync(
    path,
    source.replace(mutant.find, () => mutant.replace),
  )
  try {
    const { verdict, detail } = await runTests(copy, mutant.tests, redisUrl, MUTANT_MS_MAX)
    return { mutant, verdict, detail, took_ms: performance.now() - began_ms }
  } finally {
    writeFileSync(path, source)
  }
}

const reportSchema = z.object({
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  testResults: z.array(
    z.object({
      name: z.string(),
      message: z.string().optional(),
      assertionResults: z.array(z.object({ status: z.string(), fullName: z.string() })),
    }),
  ),
})

interface Outcome {
  readonly verdict: Verdict
  readonly detail: string
}

async function runTests(
  copy: string,
  tests: readonly string[],
  redisUrl: string,
  timeout_ms: number,
): Promise<Outcome> {
  const output = join(copy, 'results.json')
  rmSync(output, { force: true })
  const vitest = join(copy, 'node_modules/vitest/vitest.mjs')
  const config = join(copy, 'test/mutants/vitest.config.ts')
  const args = ['run', '--config', config, '--root', copy, '--reporter=json', `--outputFile.json=${output}`, ...tests]
  const env = { ...process.env, TEST_REDIS_URL: redisUrl }
  const child = spawn(process.execPath, [vitest, ...args], { cwd: copy, stdio: 'ignore', env })
  const timer = setTimeout(() => child.kill('SIGKILL'), timeout_ms)
  await new Promise<void>((resolve) => child.once('exit', () => resolve()))
  clearTimeout(timer)
  if (child.signalCode !== null) return { verdict: 'timeout', detail: `no result within ${timeout_ms} ms` }
  return existsSync(output) ? outcomeOf(output) : { verdict: 'broken', detail: 'vitest wrote no report' }
}

function outcomeOf(output: string): Outcome {
  const report = reportSchema.parse(JSON.parse(readFileSync(output, 'utf8')))
  const failed = report.testResults.flatMap(({ assertionResults }) =>
    assertionResults.filter(({ status }) => status === 'failed'),
  )
  if (failed[0] !== undefined) return { verdict: 'killed', detail: failed[0].fullName }
  const broken = report.testResults.find(({ assertionResults }) => assertionResults.length === 0)
  if (broken !== undefined) return { verdict: 'broken', detail: `${broken.name}: ${broken.message ?? 'no test in it'}` }
  if (report.numPassedTests === 0) return { verdict: 'broken', detail: 'no test ran' }
  return { verdict: 'survived', detail: `${report.numPassedTests} tests passed` }
}
