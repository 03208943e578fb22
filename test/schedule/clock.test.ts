import { describe, expect, test } from 'vitest'
import { systemWallClock } from '../../src/config/wall-clock.ts'
import { passSchedules } from '../../src/schedule/pass.ts'
import type { Campaign } from '../../src/session/campaign.ts'
import { MINUTE_MS } from '../../src/time/units.ts'
import { liveOf, saveCampaign } from '../support/armed-campaign.ts'
import { at } from '../support/desk-samples.ts'

import { scheduleBench } from './schedule-bench.ts'

const SIMULATED = { now_ms: () => null, observe: () => undefined, speed: () => 1, until: async () => undefined }

describe('the clock that the schedule goes by', () => {
  const { ports, sessions, campaign, lookAt, silent, told, toldOf, types, change, trade } = scheduleBench()

  const stopped = async (source: Campaign['source']) => {
    await change({ source })
    await trade('10:12')
    await lookAt(at('10:20'))
    await change({ active: false })
  }

  test('a paper account that was stopped is told of its open reviews at once, and of its week when it is over', async () => {
    await stopped({ kind: 'PAPER', label: 'PA3' })
    let now_ms = at('11:00')
    const paper = { ...ports(), wall: { ...systemWallClock, now_ms: () => now_ms } }
    for (; now_ms <= at('16:25'); now_ms += 5 * MINUTE_MS) await passSchedules(paper)
    expect(await toldOf('reviews_reminded')).toMatchObject([{ event: { waiting: 1 } }])
    expect(await toldOf('week_ended')).toEqual([])
    for (; now_ms <= at('17:00'); now_ms += 5 * MINUTE_MS) await passSchedules(paper)
    expect(await toldOf('week_ended')).toHaveLength(1)
    expect(await toldOf('reviews_reminded')).toHaveLength(1)
    expect(await toldOf('market_opened')).toEqual([])
  })

  test('on a paper account whose engine is silent, or never was, the clock goes on, and no old price is shown', async () => {
    await change({ source: { kind: 'PAPER', label: 'PA3' } })
    let now_ms = at('09:00')
    const paper = { ...ports(), wall: { ...systemWallClock, now_ms: () => now_ms } }
    for (; now_ms <= at('09:20'); now_ms += 5 * MINUTE_MS) await passSchedules(paper)
    expect(await types()).toEqual(['preflight_reported'])
    now_ms = at('09:29')
    await lookAt(now_ms, paper)
    await silent(11_000)
    for (; now_ms <= at('14:02'); now_ms += 7 * MINUTE_MS) await passSchedules(paper)
    expect((await told()).map(({ event }) => event).slice(1)).toMatchObject([
      { type: 'market_opened', spot: null },
      { type: 'expiry_watched', strike: 742, at_ms: at('14:00'), spot: null, mid: null, netPnlCents: null },
    ])
    // Back, its clock a little behind.
    await lookAt(at('14:00') - 1, paper)
    await lookAt(at('14:01'), paper)
    expect(await types()).toHaveLength(3)
  })

  test('while an engine writes, its clock counts on a paper account too; on a simulated market no other does', async () => {
    await lookAt(at('09:00'))
    const now_ms = at('09:20')
    const wall = { ...systemWallClock, now_ms: () => now_ms }
    await passSchedules({ ...ports(), wall })
    expect(await types()).toEqual([])
    await change({ source: { kind: 'PAPER', label: 'PA3' } })
    await lookAt(at('09:14'), { ...ports(), wall })
    expect(await types()).toEqual([])
    await lookAt(at('09:15'), { ...ports(), wall })
    expect(await types()).toEqual(['preflight_reported'])
  })

  test.each([
    ['ahead', 60_000],
    ['behind', -60_000],
  ])('an engine whose machine is a minute %s of the bot is watched all the same', async (_, ahead_ms) => {
    await change({ source: { kind: 'PAPER', label: 'PA3' } })
    const wall = { ...systemWallClock, now_ms: () => systemWallClock.now_ms() - ahead_ms }
    const own = async (time: string) => {
      const said = { ...liveOf(campaign(), systemWallClock.now_ms()), now_ms: at(time), spot: 741.2 }
      await sessions().saveLive(said)
      await passSchedules({ ...ports(), wall })
    }
    await own('09:29')
    await own('09:30')
    expect((await told()).map(({ event }) => event)).toMatchObject([{ type: 'market_opened', spot: 741.2 }])
  })

  test('one on a simulated market goes by an engine of that market; without one and its clock its week waits', async () => {
    await stopped({ kind: 'SIM', label: '7' })
    await passSchedules(ports())
    await passSchedules(ports())
    expect(await toldOf('reviews_reminded')).toHaveLength(1)
    expect(await toldOf('week_ended')).toEqual([])
    const other = { ...campaign(), accountId: 'other', active: true }
    await saveCampaign(sessions(), other)
    await sessions().saveLive({ ...liveOf(other, 1), now_ms: at('16:31') })
    await passSchedules(ports())
    expect(await toldOf('week_ended')).toHaveLength(1)
  })

  test('with no engine on its market left, a stopped account goes by the simulated market itself', async () => {
    await stopped({ kind: 'REPLAY', label: 'recorded' })
    let now_ms: number | null = at('16:29')
    const simulated = { ...SIMULATED, now_ms: () => now_ms }
    await passSchedules({ ...ports(), simulated })
    expect(await toldOf('week_ended')).toEqual([])
    now_ms = null
    await passSchedules({ ...ports(), simulated })
    now_ms = at('16:45')
    await passSchedules({ ...ports(), simulated })
    await passSchedules({ ...ports(), simulated })
    expect(await toldOf('week_ended')).toHaveLength(1)
  })

  test('a campaign that was stopped after the close has been reminded already', async () => {
    await lookAt(at('15:59'))
    await lookAt(at('16:05'))
    await change({ active: false })
    const before = (await told()).length
    await passSchedules(ports())
    expect(await told()).toHaveLength(before)
  })
})
