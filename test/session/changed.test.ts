import { describe, expect, test } from 'vitest'
import { changed, changedTrade } from '../../src/session/changed.ts'
import { holdingDesk, newSession } from '../support/session.ts'

describe('a changed copy', () => {
  test('has every field of the state, and the change', () => {
    const state = holdingDesk().state
    const actor = { id: 'u1', name: 'Olivia', via: 'discord' } as const
    const full = { ...state, drain: { actor, kind: 'operator' }, limitsSeq: 3, settlementCents: -5 } as const
    expect(changed(full, {})).toEqual(full)
    expect(changed(full, { decisions: 7, mode: 'HALTED' })).toEqual({ ...full, decisions: 7, mode: 'HALTED' })
  })

  test('has every field of the trade, and the change', () => {
    const { trade } = holdingDesk().state
    if (trade === null) throw new Error('expected a trade, got none')
    expect(changedTrade(trade, {})).toEqual(trade)
    expect(changedTrade(trade, { markMinute: 9 })).toEqual({ ...trade, markMinute: 9 })
  })

  test('leaves what it was made of as it was', () => {
    const state = newSession()
    const before = structuredClone(state)
    changed(state, { decisions: 7 })
    expect(state).toEqual(before)
  })

  test('is stored without what is absent', () => {
    const state = newSession()
    expect(JSON.stringify(changed(state, {}))).not.toContain('drain')
  })
})
