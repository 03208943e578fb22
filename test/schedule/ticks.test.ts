import { pino } from 'pino'
import { expect, test } from 'vitest'
import { systemWallClock } from '../../src/config/wall-clock.ts'
import type { SchedulePorts } from '../../src/schedule/pass.ts'
import { followSchedules } from '../../src/schedule/ticks.ts'
import { StoreUnreachable } from '../../src/store/port.ts'
import { until } from '../support/waits.ts'

const portsOf = (engines: SchedulePorts['schedules']['engines'], lines: string[] = []): SchedulePorts => ({
  schedules: { engines, ended: async () => [], position: async () => null, advance: async () => undefined },
  sessions: {
    commit: async () => {
      throw new Error('expected nothing to commit')
    },
  },
  actions: {},
  wall: systemWallClock,
  log: pino({ level: 'warn' }, { write: (line: string) => lines.push(line) }),
})

test('looks each second, one look at a time, until told to stop', async () => {
  let looks = 0
  let atOnce = 0
  let mostAtOnce = 0
  const stop = new AbortController()
  const following = followSchedules(
    portsOf(async () => {
      looks += 1
      atOnce += 1
      mostAtOnce = Math.max(mostAtOnce, atOnce)
      // Longer than a tick.
      await systemWallClock.sleep(1_200, stop.signal)
      atOnce -= 1
      return []
    }),
    stop.signal,
  )
  await until('two looks', () => looks >= 2)
  stop.abort()
  expect(await following).toBe('stopped')
  expect(mostAtOnce).toBe(1)
  expect(atOnce).toBe(0)
})

test('goes on after an outage of the store without a word, and after a bug with one', async () => {
  const failures = [new StoreUnreachable(new Error('away')), new TypeError('a bug')]
  const lines: string[] = []
  let looks = 0
  const stop = new AbortController()
  const following = followSchedules(
    portsOf(async () => {
      looks += 1
      const failure = failures.shift()
      if (failure !== undefined) throw failure
      return []
    }, lines),
    stop.signal,
  )
  await until('three looks', () => looks >= 3)
  stop.abort()
  await following
  expect(lines).toHaveLength(1)
  expect(lines[0]).toContain('a bug')
})

test('told to stop before it began, it never looks', async () => {
  const engines = async () => {
    throw new Error('expected no look')
  }
  expect(await followSchedules(portsOf(engines), AbortSignal.abort())).toBe('stopped')
})
