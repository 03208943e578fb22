import { describe, expect, it } from 'vitest'
import { gateHistory } from '../../src/report/gate-history.ts'
import { at } from '../support/desk-samples.ts'
import { journalOf } from '../support/journal-samples.ts'

describe('the history of the gates', () => {
  it('is runs of the same outcome, with the span of the numbers that decided', () => {
    const runs = gateHistory(journalOf())
    expect(runs.map(({ reason, decisions }) => [reason, decisions])).toEqual([
      ['high_vix', 12],
      ['premium_low', 3],
      [null, 1],
    ])
    const [first] = runs
    expect(first).toMatchObject({ from_ms: at('09:45:01'), to_ms: at('09:57:01'), high: 27.9, limit: 25 })
    expect(first?.low).toBeCloseTo(25.5)
    expect(first?.last.bars).toBe(27)
  })

  it('is empty before the first decision', () => {
    expect(gateHistory(journalOf().slice(0, 2))).toEqual([])
  })

  it('keeps a number that only some decisions of a run have', () => {
    const decisions = journalOf()
      .filter(({ event }) => event.type === 'decision')
      .slice(0, 3)
    const values = [null, 26, null]
    const some = decisions.map((entry, i) =>
      entry.event.type === 'decision' ? { ...entry, event: { ...entry.event, value: values[i] ?? null } } : entry,
    )
    expect(gateHistory(some)).toMatchObject([{ low: 26, high: 26, decisions: 3 }])
  })
})
