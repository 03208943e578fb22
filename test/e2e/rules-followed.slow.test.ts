/** A person stops a trade: on the simulated market, what the rules would have made of it comes out all the same. */
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { checksOf } from '../../src/report/day/checks.ts'
import { checkTapes } from '../../src/store/tape/read-tapes.ts'
import { postTo, startTestDesk, type TestDesk } from '../support/desk-in-test.ts'
import { TRADING_DATE } from '../support/held-desk.ts'
import { eventually, until } from '../support/waits.ts'

let folder: string
let desk: TestDesk
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'p4d-followed-'))
})
afterEach(async () => {
  await desk.close()
  rmSync(folder, { recursive: true, force: true })
})

test('a stopped trade has its replay, and the difference is the person’s', { timeout: 200_000 }, async () => {
  desk = await startTestDesk({
    source: { kind: 'seed', seed: '7', startDate: TRADING_DATE },
    speed: 240,
    paused: true,
    dataDir: folder,
  })
  await desk.addWorker()
  const started = await desk.start('25k')
  if (!started.ok) throw new Error(started.refusal.message)
  const { accountId } = started
  await desk.beginAt(`${TRADING_DATE}T09:40:00-05:00`)
  const session = async () => (await desk.store.sessions.session(accountId, TRADING_DATE)).value
  await until('a position', async () => (await session())?.phase === 'holding', 60_000)
  await postTo(desk.sim.clockUrl, { speed: 1 })
  const actor = { id: 'u1', name: 'Olivia', via: 'discord' } as const
  const stop = { kind: 'stop', id: randomUUID(), actor, profile: '25k', requestedAt_ms: 0 } as const
  expect(await desk.bus.submit(stop, 30_000)).toMatchObject({ ok: true })
  await until('the end', async () => (await session())?.phase === 'ended', 60_000)
  await postTo(desk.sim.clockUrl, { speed: 300 })
  const found = await eventually(
    'the exit of the rules',
    async () => {
      const tapes = await checkTapes(folder, accountId, TRADING_DATE)
      return tapes?.replayed.status === 'traded' ? tapes : null
    },
    90_000,
  )
  const events = (await desk.store.sessions.journal(accountId, TRADING_DATE)).map(({ event }) => event)
  const { parity, replay } = checksOf(events, TRADING_DATE, found)
  expect(parity).toMatchObject({ complete: true, mismatches: [] })
  const difference = replay?.difference
  expect(difference).toMatchObject({ kind: 'matched', split: { signal: 0, missedFill: 0, expiry: 0 } })
  expect(difference?.split.humanStop).not.toBe(0)
})
