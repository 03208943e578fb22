/** Orders on their way out and back: the broker, the switch and the lease by hand. */
import { pino } from 'pino'
import type {
  Broker,
  BrokerError,
  BrokerErrorKind,
  BrokerOrder,
  BrokerPosition,
  BrokerResult,
} from '../../src/broker/port.ts'
import { notSent } from '../../src/broker/requests.ts'
import type { SessionInput } from '../../src/session/input.ts'
import type { SessionMode } from '../../src/session/mode.ts'
import type { EffectsContext } from '../../src/session/runner/effects.ts'
import { createOrdersOut } from '../../src/session/runner/orders-out.ts'
import { type HandHold, handHold } from './lease-holds.ts'
import { ACCOUNT, brokerOrder, CHAIN, type Desk, holdingDesk, watchingDesk } from './session.ts'

export type SubmitResult = BrokerResult<BrokerOrder>

export const no = (kind: BrokerErrorKind, message = 'no'): { ok: false; error: BrokerError } => ({
  ok: false,
  error: { kind, code: null, message, retryAfter_ms: null },
})

export interface OrdersOutWorld {
  readonly desk: Desk
  control: SessionMode | null
  submit: () => Promise<SubmitResult>
  /** Runs before the account answers. */
  whileRead: () => Promise<void>
  /** Answers of lookups, in turn; the last one stays. */
  lookups: SubmitResult[]
  readonly pushed: SessionInput[]
  readonly submitted: string[]
  looks: number
  /** What the broker holds; null: it does not say. */
  positions: readonly BrokerPosition[] | null
  /** Runs when the order waits for its turn at the broker. */
  whileQueued: () => Promise<void>
  /** Monotonic and wall milliseconds of the process. */
  now_ms: number
  readonly hold: HandHold
  readonly slept: number[]
}

function world(desk: Desk): { out: ReturnType<typeof createOrdersOut>; world: OrdersOutWorld } {
  const state: OrdersOutWorld = {
    desk,
    control: 'ACTIVE',
    submit: async () => ({ ok: true, value: brokerOrder(desk.sent(), 'new', 0, null, desk.now_ms) }),
    whileRead: async () => undefined,
    lookups: [no('not_found')],
    pushed: [],
    submitted: [],
    looks: 0,
    positions: [],
    whileQueued: async () => undefined,
    now_ms: 0,
    hold: handHold(),
    slept: [],
  }
  const quotes = new Map([
    ['SPY260717P00742000', { bid: 1.9, ask: 1.94, t_ms: desk.now_ms }],
    ['SPY260717P00737000', { bid: 0.2, ask: 0.22, t_ms: desk.now_ms }],
  ])
  const broker: Partial<Broker> = {
    account: async () => {
      await state.whileRead()
      return { ok: true, value: ACCOUNT }
    },
    optionQuotes: async () => ({ ok: true, value: quotes }),
    positions: async () => (state.positions === null ? no('unavailable') : { ok: true, value: state.positions }),
    submit: async (request, maySend) => {
      await state.whileQueued()
      if (maySend?.() === false) return { ok: false, error: notSent() }
      state.submitted.push(request.clientOrderId)
      return state.submit()
    },
    orderByClientId: async () => {
      const answer = state.lookups[Math.min(state.looks, state.lookups.length - 1)]
      state.looks += 1
      return answer ?? no('not_found')
    },
  }
  const context: Partial<EffectsContext> = {
    broker: broker as Broker,
    wall: {
      now_ms: () => state.now_ms,
      monotonic_ms: () => state.now_ms,
      sleep: async (wait_ms) => void state.slept.push(wait_ms),
    },
    clock: { now_ms: () => desk.now_ms, observe: () => undefined, speed: () => 1, until: async () => undefined },
    hold: state.hold,
    log: pino({ level: 'silent' }),
    push: (input) => void state.pushed.push(input),
    current: () => ({ state: desk.state, view: desk.view }),
    readControl: async () => state.control,
  }
  return { out: createOrdersOut(context as EffectsContext), world: state }
}

export const entering = () => world(watchingDesk().spotAt('09:50', 741.15).snapshot(CHAIN))
export const exiting = () => world(holdingDesk().quote('09:51', [4.5, 4.54], [0.2, 0.22]))
