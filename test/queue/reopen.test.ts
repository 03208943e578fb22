/** What a session job finds of a session that has ended. */
import { describe, expect, test } from 'vitest'
import type { Broker, BrokerOrder } from '../../src/broker/port.ts'
import { toRun } from '../../src/queue/reopen.ts'
import type { SessionState } from '../../src/session/state.ts'
import { no, ok } from '../support/preflight-samples.ts'
import { at, brokerOrder, CHAIN, watchingDesk } from '../support/session.ts'

const entering = watchingDesk().spotAt('09:50', 741.15).snapshot(CHAIN)
const late = brokerOrder(entering.sent(), 'filled', 25, '1.68', at('09:51'))
const ended: SessionState = {
  ...entering.state,
  phase: 'ended',
  trade: null,
  givenUp: entering.state.trade,
  orders: {},
}
const having = (...orders: readonly BrokerOrder[]) => ({ orders: async () => ok(orders) }) as Partial<Broker> as Broker
const silent = { orders: async () => no('unavailable') } as Partial<Broker> as Broker

describe('the job of an ended session', () => {
  test('opens it again where an opening came late, and says so', async () => {
    const run = await toRun(ended, having(late), at('10:00'))
    expect(run?.state).toMatchObject({ phase: 'done', drain: { kind: 'drain' } })
    expect(run?.alert).toMatchObject({ code: 'session_reopened', critical: true })
  })

  test('leaves it ended where the broker has nothing more of it', async () => {
    expect(await toRun(ended, having(), at('10:00'))).toBeNull()
  })

  test('is tried again while the broker does not answer: nobody knows yet', async () => {
    await expect(toRun(ended, silent, at('10:00'))).rejects.toThrow('does not answer')
  })

  test.each([
    ['the close', at('16:00')],
    ['no market time', null],
  ])('asks nobody at %s: nothing can be closed', async (_what, now_ms) => {
    expect(await toRun(ended, having(late), now_ms)).toBeNull()
  })

  test('that goes on runs as it is', async () => {
    expect(await toRun(entering.state, silent, at('10:00'))).toEqual({ state: entering.state, alert: null })
  })
})
