/**
 * Does a study that computes disturb whoever trades? How late timers of this process come, as those of a worker, with a
 * study's process at work beside it and without, in turns; and with as many processes of ordinary priority for
 * comparison.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemWallClock } from '../src/config/wall-clock.ts'
import { STUDY_BOUNDS } from '../src/queue/study-worker.ts'
import { PROFILES } from '../src/strategy/profiles.ts'
import { DEFAULT_LIMITS, DEFAULT_WIDTH } from '../src/strategy/rules.ts'
import type { StudyRequest } from '../src/study/messages.ts'
import { runInProcess } from '../src/study/study-process.ts'
import type { Benchmark, Row } from './lib/benchmark.ts'
import { median, percentile } from './lib/stats.ts'

const ROUNDS = 6
const ROUND_MS = 3_000
const EVERY_MS = 5
/** Until its process computes. */
const START_MS = 2_500
const RATIO_MAX = 1.5
const BURN = 'for (;;) Math.sqrt(2)'

const wall = systemWallClock

function request(folder: string, round: number): StudyRequest {
  const days = { kind: 'market', seed: `beside-${round}`, from: '2026-01-02', days: 2_000 } as const
  const rules = { fills: 'touch', profile: '25k', structure: 'short_put', set: [], sweep: [] } as const
  return {
    type: 'run',
    job: {
      id: `beside-${round}`,
      actor: { id: 'bench', name: 'bench', via: 'system' },
      asked_ms: 0,
      spec: { kind: 'backtest', days, ...rules, set: [], sweep: [] },
    },
    strategy: { profile: PROFILES['25k'], limits: DEFAULT_LIMITS, width: DEFAULT_WIDTH },
    dataSetsDir: folder,
    cacheDir: join(folder, 'cache'),
    threads: Math.max(1, availableParallelism() - 1),
    memoryMax_mb: STUDY_BOUNDS.memoryMax_mb,
    priority: STUDY_BOUNDS.priority,
  }
}

async function lateness(): Promise<number[]> {
  const late_ms: number[] = []
  const end_ms = wall.monotonic_ms() + ROUND_MS
  while (wall.monotonic_ms() < end_ms) {
    const due_ms = wall.monotonic_ms() + EVERY_MS
    await wall.sleep(EVERY_MS)
    late_ms.push(Math.max(0, wall.monotonic_ms() - due_ms))
  }
  return late_ms
}

async function beside(folder: string, round: number): Promise<number[]> {
  const stop = new AbortController()
  const study = runInProcess(request(folder, round), {
    timeMax_ms: STUDY_BOUNDS.timeMax_ms,
    heapMax_mb: STUDY_BOUNDS.heapMax_mb,
    clock: wall,
    signal: stop.signal,
    onProgress: () => undefined,
    remember: async () => 1,
    say: () => undefined,
  })
  await wall.sleep(START_MS)
  const late_ms = await lateness()
  stop.abort()
  const { state } = await study
  if (state !== 'stopped') throw new Error(`expected the study to compute all the time, got ${state}`)
  return late_ms
}

async function burning(): Promise<number[]> {
  const burners: ChildProcess[] = Array.from({ length: availableParallelism() }, () =>
    spawn(process.execPath, ['-e', BURN], { stdio: 'ignore' }),
  )
  await wall.sleep(START_MS)
  const late_ms = await lateness()
  for (const burner of burners) burner.kill('SIGKILL')
  return late_ms
}

const p99 = (values: readonly number[]): number => percentile(values, 99)

export const studyBeside: Benchmark = {
  about: 'how late timers of a process come while a study computes beside it, in turns with nothing beside it',
  async run({ say }): Promise<readonly Row[]> {
    const folder = await mkdtemp(join(tmpdir(), 'phase4d-bench-study-'))
    const rounds: { alone: number[]; study: number[]; burners: number[] }[] = []
    try {
      for (let round = 0; round < ROUNDS; round++) {
        say(`round ${round + 1} of ${ROUNDS}`)
        rounds.push({ alone: await lateness(), study: await beside(folder, round), burners: await burning() })
      }
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
    const alone = rounds.flatMap((round) => round.alone)
    const study = rounds.flatMap((round) => round.study)
    const burners = rounds.flatMap((round) => round.burners)
    const ratio = median(rounds.map((round) => p99(round.study) / p99(round.alone)))
    return [
      { what: 'late, alone, p50', value: median(alone), unit: 'ms', limit: null },
      { what: 'late, alone, p99', value: p99(alone), unit: 'ms', limit: null },
      { what: 'late, beside a study, p50', value: median(study), unit: 'ms', limit: null },
      { what: 'late, beside a study, p99', value: p99(study), unit: 'ms', limit: null },
      {
        what: 'p99, beside a study : alone',
        value: ratio,
        unit: '×',
        limit: RATIO_MAX,
        note: `median of ${ROUNDS} rounds`,
      },
      {
        what: 'late, beside busy processes, p99',
        value: p99(burners),
        unit: 'ms',
        limit: null,
        note: 'ordinary priority, one a processor, for comparison',
      },
    ]
  },
}
