/**
 * Steps a paused market of recorded days book by book, waiting each time until the desk has done what the book asks
 * for.
 */
import { z } from 'zod'
import type { SessionState } from '../../src/session/state.ts'
import { entryWindow } from '../../src/strategy/rules.ts'
import type { TestDesk } from './desk-in-test.ts'
import { eventually } from './waits.ts'

const stepReply = z.object({ now: z.iso.datetime({ offset: true }), stopped: z.string() })
/** 12 days of 80 books, their starts and closes. */
const STEPS_MAX = 5000

export async function driveRecordedDays(desk: TestDesk, accountId: string): Promise<void> {
  await dayBegun(desk, accountId)
  for (let count = 0; count < STEPS_MAX; count += 1) {
    const { now, stopped } = await step(desk, { books: 1 })
    if (stopped === 'end') return
    if (stopped === 'book') await settled(desk, accountId, Date.parse(now))
    if (stopped === 'close') await dayEnded(desk, accountId)
    if (stopped === 'day_start') await dayBegun(desk, accountId)
  }
  throw new Error(`expected the recording to end within ${STEPS_MAX} steps`)
}

async function step(desk: TestDesk, body: object): Promise<z.infer<typeof stepReply>> {
  const answer = await fetch(`${desk.sim.url}/sim/step`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return stepReply.parse(await answer.json())
}

const iso = (t_ms: number) => new Date(t_ms).toISOString()

async function session(desk: TestDesk, accountId: string): Promise<SessionState | null> {
  return (await desk.store.sessions.session(accountId, desk.sim.market.session.date)).value
}

/** Moves to just before the open: preflight passed, streams connected, so that the first book finds the desk ready. */
async function dayBegun(desk: TestDesk, accountId: string): Promise<void> {
  const { open_ms, date } = desk.sim.market.session
  await resumeAfterBreach(desk, accountId, date)
  await step(desk, { to: iso(open_ms - 60_000) })
  await eventually(`the session of ${date} to watch`, async () => {
    const state = await session(desk, accountId)
    const status = await desk.store.reader.status(accountId)
    const streams = Object.values(status?.health.streams ?? {})
    const connected = status?.date === date && streams.length === 3 && streams.every((one) => one === 'connected')
    return connected && state?.phase === 'watching' ? true : null
  })
}

/** A day that reached its loss limit leaves the account paused; the team resumes it for the next one. */
async function resumeAfterBreach(desk: TestDesk, accountId: string, date: string): Promise<void> {
  const campaign = await eventually(`the campaign to reach ${date}`, async () => {
    const { value } = await desk.store.sessions.campaign(accountId)
    return value?.session.date === date ? value : null
  })
  if (campaign.control.mode !== 'ACTIVE') await desk.resume()
}

async function settled(desk: TestDesk, accountId: string, book_ms: number): Promise<void> {
  await eventually(`the book of ${iso(book_ms)} to be dealt with`, async () => {
    const state = await session(desk, accountId)
    return state !== null && isSettled(state, book_ms) ? true : null
  })
}

function isSettled(state: SessionState, book_ms: number): boolean {
  const window = entryWindow(state.session, state.strategy.limits)
  switch (state.phase) {
    case 'watching':
      return book_ms < window.from_ms || book_ms > window.to_ms || (state.lastDecision?.at_ms ?? 0) >= book_ms
    case 'holding':
      return (state.trade?.checked_ms ?? 0) >= book_ms || (state.trade?.decided_ms ?? 0) >= book_ms
    case 'done':
      return true
    default:
      return false
  }
}

async function dayEnded(desk: TestDesk, accountId: string): Promise<void> {
  await eventually('the session to end at the close', async () =>
    (await session(desk, accountId))?.phase === 'ended' ? true : null,
  )
}
