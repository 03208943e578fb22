/**
 * A position whose puts are quoted no more: no close can be filled, the market closes with it, and the next morning
 * knows what became of it. The whole desk over the real protocols, read in the channel.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, expect, test } from 'vitest'
import { systemWallClock } from '../../src/config/wall-clock.ts'
import type { EventOf, JournalEventType } from '../../src/session/events.ts'
import { startArchive } from '../../src/store/archive/start-archive.ts'
import { type MadeBook, type MadeDay, recording } from '../sim/alpaca/harness.ts'
import { startTestChat, type TestChat } from '../support/chat-in-test.ts'
import { textOf } from '../support/chat-user.ts'
import { postTo, startTestDesk, type TestDesk } from '../support/desk-in-test.ts'
import { problemsBy } from '../support/published-schema.ts'
import { eventually, until } from '../support/waits.ts'

const [DATE, NEXT] = ['2026-07-17', '2026-07-20'] as const
const LAST_CLOSE = 744.5
const minute = (at: number): string =>
  `${String(9 + Math.floor((30 + at) / 60)).padStart(2, '0')}:${String((30 + at) % 60).padStart(2, '0')}`
const SOLD: MadeBook['rows'] = [
  [741, 0.3, 0.32],
  [742, 0.36, 0.38],
  [746, 1.4, 1.42],
  [747, 1.78, 1.8],
]

/** Calm until 10:05; from 10:06 on nobody quotes what was sold, and SPY ends $2.50 below its strike. */
const FALLEN: MadeDay = {
  date: DATE,
  books: [
    { time: '10:00:00', spot: 746.5, rows: SOLD },
    { time: '10:01:00', spot: 746.5, rows: SOLD },
    { time: '10:06:00', spot: 746.2, rows: [[741, 0.3, 0.32]] },
    { time: '15:50:00', spot: LAST_CLOSE, rows: [[741, 0.01, 0.02]] },
  ],
  bars: [
    ...Array.from({ length: 36 }, (_, at) => [minute(at), 746.5, 746.6, 746.4, 746.5 + (at % 2) * 0.02] as const),
    ['15:59', 744.6, 744.7, 744.4, LAST_CLOSE],
  ],
}

/** Posts keep minus and dollar on one line with it; nobody sees it. */
const WORD_JOINER = '\u2060'

let desk: TestDesk
let chat: TestChat
const folder = mkdtempSync(join(tmpdir(), 'p4d-expiry-'))
afterEach(async () => {
  await chat.close()
  await desk.close()
  rmSync(folder, { recursive: true, force: true })
})

async function events<T extends JournalEventType>(accountId: string, type: T): Promise<readonly EventOf<T>[]> {
  const entries = await desk.store.sessions.journal(accountId, DATE)
  return entries.flatMap(({ event }) => (event.type === type ? [event as EventOf<T>] : []))
}

const to = (time: string) => postTo(`${desk.sim.url}/sim/step`, { to: `${DATE}T${time}-04:00` })

test('is settled at the official close, and post, card and report say so', async () => {
  desk = await startTestDesk({
    source: recording([FALLEN, { ...FALLEN, date: NEXT }]),
    accounts: [{ profile: '25k', keyId: 'PKSIM25K', secret: 'sim', optionsLevel: 3, equity: 3_000_000 }],
    structure: 'short_put',
    paused: true,
    dataDir: folder,
  })
  await desk.addWorker()
  chat = await startTestChat(desk, {
    hasSchedule: true,
    draw: async () => ({ png: Buffer.from('png'), alt: 'a chart' }),
  })
  const reportsDir = join(folder, 'reports')
  const log = pino({ level: 'silent' })
  const archive = startArchive({
    ...{ store: desk.store, dataDir: folder, reportsDir, clock: { now_ms: () => 1 }, wall: systemWallClock, log },
  })
  await to('09:29:00')
  const started = await desk.start('25k')
  if (!started.ok) throw new Error(started.refusal.message)
  const { accountId } = started
  const phase = async () => (await desk.store.sessions.session(accountId, DATE)).value?.phase
  const reached = (wanted: string) => until(wanted, async () => (await phase()) === wanted)
  await reached('watching')
  await to('10:00:02')
  await reached('holding')
  await to('10:06:30')
  await to('10:07:30')
  await reached('exiting')
  await to('16:00:00')
  await eventually('the settlement', async () => (await events(accountId, 'trade_closed'))[0] ?? null)
  // 747 against 744.50: 25 puts at 2.50, sold at 1.78, commission of the opening alone.
  const net = (178 - 250) * 2500 - 1625
  expect(await events(accountId, 'trade_closed')).toMatchObject([
    { reason: 'assigned', exitFill: '2.5', netPnlCents: net },
  ])
  expect((await events(accountId, 'session_ended')).map(({ status }) => status)).toEqual(['incomplete', 'traded'])
  const posted = (wanted: RegExp) =>
    eventually(`a post with ${wanted}`, async () => texts().find((text) => wanted.test(text)) ?? null)
  const texts = () => chat.olivia.messages().map((message) => textOf(message).replaceAll(WORD_JOINER, ''))
  expect(await posted(/Session over, .*: not settled yet/)).toContain('A position was open at the close')
  const closed = await posted(/Trade closed: −\$1,816\.25/)
  expect(closed).toContain('25 held past the close: assigned, settled at $2.50 a share, SPY’s official close $744.50.')
  expect(await posted(/Day settled, .*: −\$1,816\.25/)).toContain('when the P&L was not known')
  const report = await posted(/Day's report, .*: −\$1,816\.25/)
  expect(report).toContain('takes the place of the one that was told with the position open')
  expect(report).toContain('Books agree to $0.00')
  expect(report).toContain('1 breach')
  expect(await posted(/Closed: 25 × SPY 747P · −\$1,816\.25/)).toContain(
    'decided 10:07:30, and not filled: no quotes of the position',
  )
  await archive.stop()
  const file = JSON.parse(readFileSync(join(reportsDir, accountId, `${DATE}.json`), 'utf8'))
  expect(problemsBy('day-4')(file)).toEqual([])
  expect(file).toMatchObject({ status: 'traded', netPnlCents: net, corrected: { status: 'incomplete' } })
}, 150_000)
