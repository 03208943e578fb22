import { readdirSync, readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createStudyQueue, type StudyQueue } from '../../src/queue/study-queue.ts'
import { createStudyStore, type StudyStore } from '../../src/store/study-store.ts'
import { readTried } from '../../src/store/tried-runs.ts'
import type { StudyJob } from '../../src/study/spec.ts'
import { startTestDesk, type TestDesk } from '../support/desk-in-test.ts'
import { eventually } from '../support/waits.ts'
import { spawnWorker, type WorkerProcess } from '../support/worker-process.ts'

const START_MS_MAX = 60_000
/** A study runs at the lowest priority: on a busy machine it waits for everybody else. Not what is measured. */
const RESULT_MS_MAX = 240_000
const JOB: StudyJob = {
  id: 'killed-1',
  actor: { id: 'u1', name: 'Olivia', via: 'discord' },
  asked_ms: 1,
  spec: {
    kind: 'backtest',
    days: { kind: 'market', seed: 'killed', from: '2026-01-02', days: 40 },
    fills: 'touch',
    profile: '25k',
    structure: 'short_put',
    set: [],
    sweep: ['vixMax=15,20,25'],
  },
}

/** Processes on this machine that run a study, by what they were started with. */
function studyProcesses(parent: number | undefined): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const isStudy = readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('build/src/study/child.js')
        const parentPid = Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1])
        return isStudy && parentPid === parent ? [Number(pid)] : []
      } catch {
        return []
      }
    })
}

const isThere = (pid: number): boolean => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('child.js')
  } catch {
    return false
  }
}

const isLinux = process.platform === 'linux'
describe.skipIf(!isLinux)(`a worker that is killed with a study under way${isLinux ? '' : ' (reads /proc)'}`, () => {
  let desk: TestDesk
  let studies: StudyStore
  let queue: StudyQueue
  const workers: WorkerProcess[] = []

  beforeEach(async () => {
    desk = await startTestDesk({ source: { kind: 'seed', seed: '7', startDate: '2026-11-23' }, database: 6 })
    studies = createStudyStore(desk.store.redis, desk.store.keys, desk.store.leases)
    queue = await createStudyQueue(desk.redisUrl, desk.prefix)
  })
  afterEach(async () => {
    for (const { child } of workers) child.kill('SIGKILL')
    await Promise.all(workers.map((worker) => worker.exited))
    await queue.close()
    await desk.close()
  })

  test('takes its process with it, and another worker does the study', async () => {
    const first = spawnWorker(desk)
    workers.push(first)
    await studies.ask({ job: JOB, message: null })
    await queue.add(JOB)
    const children = await eventually(
      'the process of the study',
      async () => {
        const found = studyProcesses(first.child.pid)
        return found.length > 0 ? found : null
      },
      START_MS_MAX,
    )
    first.child.kill('SIGKILL')
    await eventually('its end', async () => (children.some(isThere) ? null : true))
    workers.push(spawnWorker(desk))
    const run = await eventually(
      'the result',
      async () => {
        const known = (await studies.one(JOB.id))?.run
        return known != null && known.state !== 'running' ? known : null
      },
      RESULT_MS_MAX,
    )
    expect(run.state).toBe('done')
    expect((await studies.files(JOB.id))?.map(({ name }) => name)).toEqual([
      'backtest.json',
      'tear-sheet-equity.png',
      'tear-sheet-trades.png',
      'tear-sheet-conditions.png',
    ])
    const places = { dataDir: '/nowhere', store: desk.store, say: () => undefined }
    expect(await readTried(places)).toHaveLength(1)
  }, 360_000)
})
