/** What of a day is flagged because somebody changed it. */
import { expect, test } from 'vitest'
import { overridesOf } from '../../src/validation/verdict/overrides.ts'

const OLIVIA = { id: 'u1', name: 'Olivia', via: 'discord' } as const
const AMIR = { id: 'u2', name: 'Amir', via: 'discord' } as const
const DESK = { id: 'desk', name: 'the desk', via: 'system' } as const
const set = { type: 'control_set', reason: 'x' } as const

test('a switch that two persons set names both, one set alone its one, and the desk’s own none', () => {
  const lines = overridesOf([
    { ...set, actor: OLIVIA, mode: 'HALTED' },
    { ...set, actor: OLIVIA, approver: AMIR, mode: 'ACTIVE' },
    { ...set, actor: DESK, mode: 'REDUCING' },
  ])
  expect(lines).toEqual(['halted by Olivia', 'resumed by Olivia and Amir'])
})
