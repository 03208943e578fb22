import { beforeAll, describe, expect, test } from 'vitest'
import { loadRecordedDays, type RecordedDay } from '../../src/replay/recorded.ts'
import { replay } from '../../src/replay/replay.ts'
import { decide } from '../../src/strategy/decide.ts'
import type { ProfileName, Structure } from '../../src/strategy/types.ts'
import { config } from '../strategy/fixtures.ts'
import { ABSENT, recordedFiles } from '../support/shared-data.ts'

const files = recordedFiles()

describe.skipIf(files === null)(`the recorded days of 2026 ${files === null ? ABSENT : ''}`, () => {
  let days: RecordedDay[] = []
  beforeAll(async () => {
    if (files !== null) days = await loadRecordedDays(files.quotes, files.bars)
  })

  test.each<[ProfileName, Structure, number, number, number]>([
    ['25k', 'short_put', 3, -6740, -8427.48],
    ['2k', 'short_put', 5, -625.2, -719.87],
    ['25k', 'put_spread', 3, -7130, -7781.79],
    ['2k', 'put_spread', 7, -64.4, -92.24],
  ])('%s %s comes to the reference, to the cent', (profile, structure, wins, netPnl, rulePnl) => {
    const { summary } = replay(days, config({ structure }, profile))
    expect(summary).toMatchObject({ days: 15, entries: 13, closed: 12, incomplete: 1, wins, netPnl, rulePnl })
  })

  test('the trade of 2026-07-17', () => {
    const { days: results } = replay(days, config())
    expect(results[0]).toMatchObject({
      date: '2026-07-17',
      entry: { time: '10:19:30', strike: 747, mid: 1.875 },
      exit: { time: '10:35:12', reason: 'stop_loss', mid: 2.3 },
      netPnl: -1132.5,
      rulePnl: -1280.31,
    })
    expect(results.find(({ date }) => date === '2026-07-23')?.status).toBe('incomplete')
  })

  test('every decision of the replay is the one that `decide` takes on the same book', () => {
    const flat = { entries: 0, netPnl: 0, open: false }
    for (const [index, result] of replay(days, config()).days.entries()) {
      const { session, bars, books } = days[index] as RecordedDay
      const entering = books.find(({ t_ms, spot, rows: chain }) => {
        const input = { now_ms: t_ms, session, spot: { bid: spot, ask: spot, t_ms }, bars, chain, day: flat }
        return decide(input, config()).action === 'enter'
      })
      expect(entering?.time).toBe(result.entry?.time)
    }
  })
})
