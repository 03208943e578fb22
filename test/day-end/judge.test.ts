import { expect, test } from 'vitest'
import { refusedOrders } from '../../src/day-end/judge.ts'
import type { JournalEvent } from '../../src/session/events.ts'
import { entryOf } from '../support/desk-samples.ts'

const countOf = (...events: JournalEvent[]) => refusedOrders(events.map((event, index) => entryOf(event, index + 1)))
const ended = (clientOrderId: string, status: string): JournalEvent => ({
  type: 'order_ended',
  clientOrderId,
  status,
  filledQty: 0,
})

test('every refused order of a day counts, posted or not, and each once', () => {
  const refused = {
    type: 'order_refused',
    clientOrderId: 'c1',
    purpose: 'close',
    code: '40310000',
    message: 'no',
  } as const
  expect(countOf(refused, refused, ended('c2', 'refused 40310000'), ended('c3', 'rejected'))).toBe(3)
  expect(countOf(ended('c4', 'filled'), ended('c5', 'canceled'))).toBe(0)
})
