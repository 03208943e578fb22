/**
 * Whether the broker answers at all: every call and every message of a stream tells. Entry point: `createBrokerReach`.
 *
 * A refusal is an answer too; what counts as silence is no answer to anything that was asked.
 */
import type { Broker, BrokerErrorKind, BrokerResult } from '../../broker/port.ts'
import type { WallClock } from '../../config/clock.ts'

/** With no word for so long, and a request that found no answer since, the broker is away. */
const SILENCE_MS = 15_000

const NO_ANSWER: ReadonlySet<BrokerErrorKind> = new Set<BrokerErrorKind>(['ambiguous', 'unavailable'])

export interface BrokerReach {
  /** The same broker, its answers listened to. */
  readonly broker: Broker
  /** A message came by a stream. */
  heard(): void
  /** Wall milliseconds since its last word; null while it is not known to be away. */
  silence_ms(): number | null
  /** Wall milliseconds since its last word, whether or not something was asked since. */
  quiet_ms(): number
}

export function createBrokerReach(broker: Broker, wall: WallClock): BrokerReach {
  let heard_ms = wall.monotonic_ms()
  let failed = false

  const heard = () => {
    heard_ms = wall.monotonic_ms()
    failed = false
  }
  function note<T>(result: BrokerResult<T>): BrokerResult<T> {
    // What was not sent was neither answered nor left without an answer.
    if (!result.ok && result.error.kind === 'not_sent') return result
    if (!result.ok && NO_ANSWER.has(result.error.kind)) failed = true
    else heard()
    return result
  }
  const listen = <T>(call: Promise<BrokerResult<T>>): Promise<BrokerResult<T>> => call.then(note<T>)
  const quiet_ms = () => wall.monotonic_ms() - heard_ms
  return {
    heard,
    quiet_ms,
    silence_ms: () => (failed && quiet_ms() >= SILENCE_MS ? quiet_ms() : null),
    broker: {
      account: () => listen(broker.account()),
      clock: () => listen(broker.clock()),
      calendar: (from, to) => listen(broker.calendar(from, to)),
      bars: (from_ms, to_ms) => listen(broker.bars(from_ms, to_ms)),
      officialClose: (session) => listen(broker.officialClose(session)),
      snapshot: (expiry, strikeRange) => listen(broker.snapshot(expiry, strikeRange)),
      optionQuotes: (symbols) => listen(broker.optionQuotes(symbols)),
      submit: (request, maySend) => listen(broker.submit(request, maySend)),
      cancel: (orderId) => listen(broker.cancel(orderId)),
      orderByClientId: (clientOrderId) => listen(broker.orderByClientId(clientOrderId)),
      orders: (since_ms) => listen(broker.orders(since_ms)),
      positions: () => listen(broker.positions()),
      activities: (since) => listen(broker.activities(since)),
      streams: (handlers) => broker.streams(handlers),
      close: () => broker.close(),
    },
  }
}
