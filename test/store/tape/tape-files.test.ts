import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { checkTapes } from '../../../src/store/tape/read-tapes.ts'
import { tapeFiles, tapesIn } from '../../../src/store/tape/tape-files.ts'
import { at, config, SESSION } from '../../strategy/fixtures.ts'
import { decidedMid, entry, quote } from '../../support/taped.ts'

const DATE = SESSION.date
const ACCOUNT = 'account-1'

describe('decision tapes on the disk', () => {
  let dataDir: string
  let now_ms: number
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'p4d-tape-'))
    now_ms = 0
  })
  afterEach(() => rmSync(dataDir, { recursive: true, force: true }))

  const open = (epoch = 1, accountId = ACCOUNT) =>
    tapesIn({ dataDir, wall: { monotonic_ms: () => now_ms }, log: pino({ level: 'silent' }) })({
      accountId,
      session: SESSION,
      strategy: config(),
      epoch,
    })

  test('are read back and run again over the runs of a session, and the day is replayed from them', async () => {
    const first = open(1)
    first.see(entry('09:46:00', 9))
    first.see(entry('10:00:00', 25))
    first.see(quote('10:01:00', decidedMid, decidedMid))
    await first.close(true)
    const second = open(2)
    second.see(quote('10:02:00', 0.05, decidedMid))
    await second.close(true)
    const found = await checkTapes(dataDir, ACCOUNT, DATE)
    expect(found).toMatchObject({ files: 2, isCut: false })
    expect(found?.parity).toMatchObject({ decisions: 4, reproduced: 4, entries: 2, exits: 2 })
    expect(found?.replayed).toMatchObject({
      status: 'traded',
      trades: [{ exitFill: expect.closeTo(0.06, 9), end: 'profit_target', decided_ms: at('10:00:00') }],
    })
  })

  test('a day whose position was not followed to an exit is not settled, with the reason', async () => {
    const tape = open()
    tape.see(entry('10:00:00', 25))
    await tape.close(true)
    expect((await checkTapes(dataDir, ACCOUNT, DATE))?.replayed).toEqual({
      status: 'unsettled',
      reason: 'the desk did not hold what the rules entered: no quotes of it are on the tape',
    })
  })

  test('a decision that was altered on the disk is found', async () => {
    const tape = open()
    tape.see(entry('09:46:00', 9))
    await tape.close(true)
    const [file = ''] = await tapeFiles(dataDir, ACCOUNT, DATE)
    writeFileSync(file, readFileSync(file, 'utf8').replace('warming_up', 'high_vix'))
    expect((await checkTapes(dataDir, ACCOUNT, DATE))?.parity).toMatchObject({ decisions: 1, reproduced: 0 })
  })

  test('half a last line, as a killed process leaves it, is no decision; damage before is refused', async () => {
    const tape = open()
    tape.see(entry('09:46:00', 9))
    await tape.close(true)
    const [file = ''] = await tapeFiles(dataDir, ACCOUNT, DATE)
    appendFileSync(file, '{"k":"entry","n":2,"t"')
    expect((await checkTapes(dataDir, ACCOUNT, DATE))?.parity).toMatchObject({ decisions: 1, reproduced: 1 })
    appendFileSync(file, '\n{"k":"cut"}\n')
    await expect(checkTapes(dataDir, ACCOUNT, DATE)).rejects.toThrow(/line 3 of the tape: expected JSON/)
  })

  test('a disk that takes nothing stops nothing; when it takes more, a new head begins', async () => {
    mkdirSync(join(dataDir, 'tape'), { recursive: true })
    const blocked = join(dataDir, 'tape', ACCOUNT)
    writeFileSync(blocked, 'not a folder')
    const tape = open()
    tape.see(entry('09:46:00', 9))
    await tape.close(true)
    now_ms += 1000
    tape.see(entry('09:47:00', 10))
    rmSync(blocked)
    now_ms += 60_000
    tape.see(entry('10:00:00', 25))
    await tape.close(true)
    expect((await checkTapes(dataDir, ACCOUNT, DATE))?.parity).toMatchObject({ decisions: 1, reproduced: 1 })
  })

  test('an account whose id is no plain name is not taped, and nothing leaves the folder', async () => {
    const tape = open(1, '../elsewhere')
    tape.see(entry('09:46:00', 9))
    await tape.close(true)
    await expect(tapeFiles(dataDir, ACCOUNT, DATE)).resolves.toEqual([])
  })

  test('there is none where nothing was taped', async () => {
    expect(await checkTapes(dataDir, ACCOUNT, DATE)).toBeNull()
  })
})
