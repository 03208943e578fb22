import { expect, test } from 'vitest'
import { isDurableChange } from '../../src/session/durable.ts'
import { holdingDesk } from '../support/session.ts'

test('a quote that decides nothing is worth no write', () => {
  const desk = holdingDesk().quote('09:51', [1.9, 1.94], [0.2, 0.22])
  const before = desk.state
  desk.quote('09:51:01', [1.9, 1.94], [0.2, 0.22])
  expect(desk.state).not.toBe(before)
  expect(isDurableChange(before, desk.state)).toBe(false)
})

test('a minute’s mark, an order and a switch are', () => {
  const desk = holdingDesk().quote('09:51', [1.9, 1.94], [0.2, 0.22])
  for (const change of [
    () => desk.quote('09:52', [1.9, 1.94], [0.2, 0.22]),
    () => desk.give({ kind: 'store_lost' }),
    () => desk.give({ kind: 'stop', request: { actor: { id: 'u', name: 'O', via: 'cli' }, kind: 'operator' } }),
  ]) {
    const before = desk.state
    change()
    expect(isDurableChange(before, desk.state)).toBe(true)
  }
})
