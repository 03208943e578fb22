import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Broker } from '../../../src/broker/port.ts'
import { attribute } from '../../../src/replay/attribution.ts'
import { checkTapes } from '../../../src/store/tape/read-tapes.ts'
import { followRules } from '../../../src/store/tape/rule-follower.ts'
import { tapeFiles, tapesIn } from '../../../src/store/tape/tape-files.ts'
import { at, config, SESSION } from '../../strategy/fixtures.ts'
import { decided, decidedMid, entry, quote } from '../../support/taped.ts'
import { until } from '../../support/waits.ts'

const ACCOUNT = 'account-1'

/** A market whose time is made by waiting: each wait of the follower is that much later there and on the wall. */
function market(startsAt: string) {
  const world = {
    now_ms: at(startsAt),
    reads: 0,
    /** Mid of the position at a market time; null: the broker does not answer. */
    mid: (_now_ms: number): number | null => decidedMid,
    waits: 0,
    onWait: () => {},
  }
  const wall = {
    monotonic_ms: () => world.now_ms,
    async sleep(wait_ms: number) {
      world.waits += 1
      world.now_ms += wait_ms
      world.onWait()
      await new Promise((resolve) => setImmediate(resolve))
    },
  }
  const optionQuotes: Broker['optionQuotes'] = async (symbols) => {
    world.reads += 1
    const mid = world.mid(world.now_ms)
    if (mid === null) return { ok: false, error: { kind: 'unreachable', message: 'away' } as never }
    const row = { bid: mid - 0.01, ask: mid + 0.01, t_ms: world.now_ms }
    return { ok: true, value: new Map(symbols.map((symbol) => [symbol, row])) }
  }
  return { world, wall, optionQuotes, clock: { now_ms: () => world.now_ms, speed: () => 1 } }
}

describe('what the rules hold and the desk does not', () => {
  let dataDir: string
  let warnings: string[]
  const log = pino({ level: 'warn' }, { write: (line: string) => void warnings.push(line) })
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'p4d-follow-'))
    warnings = []
  })
  afterEach(() => rmSync(dataDir, { recursive: true, force: true }))

  function desk(startsAt: string) {
    const { world, wall, optionQuotes, clock } = market(startsAt)
    const open = tapesIn({ dataDir, wall, log })
    const follower = followRules({ open, brokers: { of: () => ({ optionQuotes }) }, clock, wall, log })
    const tape = (epoch = 1) => follower.openTape({ accountId: ACCOUNT, session: SESSION, strategy: config(), epoch })
    return { world, tape, follower }
  }
  const replayed = async () => (await checkTapes(dataDir, ACCOUNT, SESSION.date))?.replayed

  test('a fill that was missed: its quotes go on the tape until the rules would have closed', async () => {
    const { world, tape } = desk('10:00:00')
    world.mid = (now_ms) => (now_ms < at('10:30:00') ? decidedMid : decidedMid + 0.5)
    const taped = tape()
    taped.see(entry('10:00:00', 25))
    await until('the exit', async () => (await replayed())?.status === 'traded')
    const day = await replayed()
    expect(day).toMatchObject({ trades: [{ end: 'stop_loss', entryFill: decided.sellPrice }] })
    const actual = { status: 'no_trade', why: 'not_filled' } as const
    const [pair] = attribute([{ date: SESSION.date, actual, replayed: day ?? actual }]).days
    expect(pair).toMatchObject({ kind: 'missed' })
    expect(pair?.split.missedFill).toBeGreaterThan(100_000)
    expect(pair?.split.missedFill).toBe(pair?.differenceCents)
    const { reads } = world
    await taped.close(true)
    // Nothing is read any more once the rules are out.
    expect(world.reads).toBe(reads)
    expect((await checkTapes(dataDir, ACCOUNT, SESSION.date))?.parity).toMatchObject({ decisions: 1, reproduced: 1 })
  })

  test('a person’s stop ends the session, and its worth is known in the end', async () => {
    const { world, tape } = desk('10:00:00')
    world.mid = (now_ms) => (now_ms < at('11:00:00') ? decidedMid : 0.02)
    const taped = tape()
    taped.see(entry('10:00:00', 25))
    taped.see(quote('10:00:05', decidedMid, decidedMid))
    await taped.close(true)
    await until('the exit', async () => (await replayed())?.status === 'traded')
    expect(await replayed()).toMatchObject({ trades: [{ end: 'profit_target' }] })
  })

  test('without another exit the rules close at the end of the session, on a quote that stands still, too', async () => {
    const { world, tape } = desk('15:00:00')
    const taped = tape()
    taped.see(entry('10:00:00', 25))
    taped.see(quote('14:59:59', decidedMid, decidedMid))
    await taped.close(true)
    await until('the exit', async () => (await replayed())?.status === 'traded')
    const day = await replayed()
    expect(day).toMatchObject({ trades: [{ end: 'session_end', exit_ms: at('15:10:00') }] })
    expect(world.now_ms).toBeLessThan(SESSION.close_ms)
  })

  test('what the desk watches itself is not asked for', async () => {
    const { world, tape } = desk('10:00:00')
    const taped = tape()
    taped.see(entry('10:00:00', 25))
    world.onWait = () => taped.see(quote('10:00:01', decidedMid, decidedMid))
    await until('many waits', () => world.waits > 40)
    expect(world.reads).toBe(0)
    world.onWait = () => undefined
    await until('a read', () => world.reads > 0)
    await taped.close(false)
  })

  test('after a hole of minutes there is no replay rather than a made-up exit', async () => {
    const { world, tape } = desk('10:00:00')
    world.mid = (now_ms) => (now_ms > at('10:01:00') && now_ms < at('10:07:00') ? null : decidedMid + 0.5)
    world.mid = (
      (later) => (now_ms: number) =>
        now_ms <= at('10:01:00') ? decidedMid : later(now_ms)
    )(world.mid)
    const taped = tape()
    taped.see(entry('10:00:00', 25))
    await until('giving up', () => warnings.some((text) => text.includes('was not quoted for minutes')))
    expect(await replayed()).toMatchObject({ status: 'unsettled' })
    await taped.close(true)
  })

  test('the next run of the session goes on from the tape, and the one before leaves it to that', async () => {
    const { world, tape, follower } = desk('10:00:00')
    const first = tape(1)
    first.see(entry('10:00:00', 25))
    await until(
      'a quote',
      async () => (await tapeFiles(dataDir, ACCOUNT, SESSION.date)).length === 1 && world.reads > 3,
    )
    await first.close(false)
    const left_ms = world.now_ms
    world.mid = () => 0.02
    tape(2)
    await until('the exit', async () => (await replayed())?.status === 'traded')
    const day = await replayed()
    expect(day?.status === 'traded' ? day.trades[0]?.exit_ms : 0).toBeGreaterThan(left_ms)
    expect(await tapeFiles(dataDir, ACCOUNT, SESSION.date)).toHaveLength(2)
    follower.stop()
  })

  test('a worker that stops leaves nothing running', async () => {
    const { world, tape, follower } = desk('10:00:00')
    tape().see(entry('10:00:00', 25))
    await until('a read', () => world.reads > 3)
    follower.stop()
    const { waits } = world
    await replayed()
    await replayed()
    // The one that was under way.
    expect(world.waits - waits).toBeLessThanOrEqual(1)
  })
})
