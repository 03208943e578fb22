/** Recorded days traded by the real worker, then judged out of the desk's store. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { runVerdict } from '../../src/cli/verdict.ts'
import { systemWallClock } from '../../src/config/wall-clock.ts'
import { dayDocumentSchema } from '../../src/report/day/schema.ts'
import { startArchive } from '../../src/store/archive/start-archive.ts'
import { PROFILES } from '../../src/strategy/profiles.ts'
import { DEFAULT_LIMITS } from '../../src/strategy/rules.ts'
import { startTestDesk, type TestDesk } from '../support/desk-in-test.ts'
import { driveRecordedDays } from '../support/drive-recorded.ts'
import { problemsBy } from '../support/published-schema.ts'
import { ABSENT, recordedFiles } from '../support/shared-data.ts'
import { eventually } from '../support/waits.ts'

const files = recordedFiles()

describe.skipIf(files === null)(`the verdict on days the desk has traded ${files === null ? ABSENT : ''}`, () => {
  let desk: TestDesk
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'p4d-verdict-'))
  })
  afterEach(async () => {
    await desk.close()
    rmSync(folder, { recursive: true, force: true })
  })

  test('counts them from the store with their evidence, as REPLAY', async () => {
    const { quotes, bars } = files ?? { quotes: '', bars: '' }
    const account = { profile: '25k', keyId: 'PKSIM25K', secret: 'sim', optionsLevel: 3, equity: 3_000_000 } as const
    desk = await startTestDesk({
      source: { kind: 'recorded', quotesFile: quotes, barsFile: bars, from: '2026-07-17', to: '2026-07-20' },
      accounts: [account],
      structure: 'short_put',
      paused: true,
      dataDir: folder,
      engine: { positionQuoteAgeMax_s: 7200 },
    })
    await desk.addWorker()
    expect(await desk.start('25k')).toMatchObject({ ok: true })
    const [armed] = await desk.store.reader.accounts()
    await driveRecordedDays(desk, armed?.accountId ?? '')
    await expectReports(desk, armed?.accountId ?? '', folder)
    const out = new PassThrough().setEncoding('utf8')
    const status = await runVerdict(
      { json: true, source: 'REPLAY' },
      {
        out,
        err: new PassThrough(),
        strategyFor: (name) => ({ profile: PROFILES[name], limits: DEFAULT_LIMITS }),
        optionFeed: null,
        now_ms: 0,
        openReader: async () => ({ reader: desk.store.reader, close: () => undefined }),
      },
    )
    expect(status).toBe(0)
    out.end()
    const document = JSON.parse((await out.toArray()).join(''))
    const report = await desk.store.reader.report(armed?.accountId ?? '', '2026-07-17')
    expect(report?.netPnlCents).toBe(-113_250)
    expect(document).toMatchObject({
      word: 'INSUFFICIENT',
      registration: { source: 'REPLAY', structure: 'short_put', floorCents: -400_000 },
      counts: { days: 2, noSession: 0 },
      drift: { paired: 2, meanCents: 0 },
      gates: [
        { name: 'registered before the first day', state: 'passed' },
        { name: 'no look-ahead', state: 'unknown' },
        { name: 'parity of live decisions', state: 'passed' },
        { name: 'broker difference $0', state: 'passed' },
      ],
      registered: { number: 1, from: '2026-07-17', strategyVersion: 'of-the-test' },
      from: '2026-07-17',
      to: '2026-07-20',
      tail: { worst: { netPnlCents: expect.any(Number) } },
    })
    // The stop of the first day, seen in its events; and what its fills cost, of which nothing is proven here but the
    // spread.
    const [, , risk] = document.criteria
    expect(risk).toMatchObject({
      state: 'cannot_prove',
      evidence: expect.stringMatching(/^[1-9] of [1-9] trades at a loss limit/),
    })
    // Recorded quotes could show the spread, and so few trades do not.
    expect(document.costs.estimates.map(({ proves }: { proves: boolean }) => proves)).toEqual([false, false, false])
    expect(document.costs.estimates[1].samples).toBeGreaterThan(0)
  })
})

/** Both days are written with their checks: the tape reproduces every decision, and replays to the reference's cent. */
async function expectReports(desk: TestDesk, accountId: string, dataDir: string): Promise<void> {
  const reportsDir = join(dataDir, 'reports')
  const log = pino({ level: 'silent' })
  const clock = { now_ms: () => 1 }
  const archive = startArchive({ store: desk.store, dataDir, reportsDir, clock, wall: systemWallClock, log })
  const fileOf = (date: string) => join(reportsDir, accountId, `${date}.json`)
  await eventually('both days to be reported', async () =>
    existsSync(fileOf('2026-07-17')) && existsSync(fileOf('2026-07-20')) ? true : null,
  ).finally(() => archive.stop())
  for (const date of ['2026-07-17', '2026-07-20']) {
    expect(problemsBy('day-4')(JSON.parse(readFileSync(fileOf(date), 'utf8')))).toEqual([])
  }
  const day = dayDocumentSchema.parse(JSON.parse(readFileSync(fileOf('2026-07-17'), 'utf8')))
  expect(day.checks.parity).toMatchObject({ complete: true, reproduced: day.checks.parity?.decisions, mismatches: [] })
  expect(day.checks.parity?.exits).toBeGreaterThan(0)
  expect(day.checks.replay).toMatchObject({ status: 'traded', netPnlCents: -113_250, difference: { kind: 'matched' } })
  expect(day.risk.stops).toMatchObject([{ limit: 'max_loss_per_trade', reason: 'stop_loss', overshootCents: 13_250 }])
  expect(await desk.store.reader.document(accountId, '2026-07-17')).toEqual(day)
}
