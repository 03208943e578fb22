/** The broker of simulated days on its own, its virtual time moving with the test's. Entry point: `createBroker`. */
import { brokerPorts } from '../../src/chaos/broker/broker-ports.ts'
import { DataStreams } from '../../src/chaos/broker/data-streams.ts'
import { DayMarket } from '../../src/chaos/broker/day-market.ts'
import { SimBroker } from '../../src/chaos/broker/sim-broker.ts'
import { FaultCounts, NO_FAULTS } from '../../src/chaos/faults/fault.ts'
import { Gate } from '../../src/chaos/faults/gate.ts'
import { SimProcess } from '../../src/chaos/time/sim-process.ts'
import { VirtualTime } from '../../src/chaos/time/virtual-time.ts'
import { sequence } from '../../src/config/prng.ts'
import { MINUTE_MS } from '../../src/time/units.ts'
import type { ConformanceSubject } from '../broker/conformance-stage.ts'
import { ACCOUNT, at, DATE } from '../support/session.ts'

const SINCE_OPEN_MS = 30 * MINUTE_MS
/**
 * Virtual time moves on by so much at every turn of the pump: what a broker takes its time for comes about while a test
 * waits.
 */
const PUMPED_MS = 500
const PUMP_EVERY_MS = 5

export function createBroker(seed: string): ConformanceSubject {
  const hours = { date: DATE, open_ms: at('09:30'), close_ms: at('16:00') }
  const start_ms = hours.open_ms + SINCE_OPEN_MS
  const random = sequence(seed)
  const time = new VirtualTime()
  const now_ms = () => start_ms + time.now_ms
  const counts = new FaultCounts()
  const market = new DayMarket(hours, random, SINCE_OPEN_MS)
  const streams = new DataStreams(market, { plan: NO_FAULTS, counts, trace: null })
  const broker = new SimBroker({
    ...{ account: ACCOUNT, market, random, time, now_ms },
    watch: { arrived: () => undefined, filled: () => undefined },
    onUpdate: (update) => streams.update(update),
  })
  const process = new SimProcess('p', time, { wall_ms: start_ms, market_ms: start_ms, marketEnd_ms: hours.close_ms })
  const gate = new Gate({ process, plan: NO_FAULTS, counts, onSilence: () => undefined, trace: null })
  const hooks = { submitting: () => undefined, read: () => undefined }
  let moved = Promise.resolve()
  const move = (by_ms: number): Promise<void> => {
    moved = moved.then(async () => {
      // Time stands where its last event was: one is planned for its end.
      const until_ms = time.now_ms + by_ms
      time.at(until_ms, () => undefined)
      await time.run(until_ms + 1)
    })
    return moved
  }
  const pump = setInterval(() => void move(PUMPED_MS), PUMP_EVERY_MS)
  return {
    broker: brokerPorts({ broker, market, streams, now_ms }, process, gate, hooks),
    step: async (seconds) => {
      await move(seconds * 1000)
      streams.quotes(now_ms())
    },
    close: async () => {
      clearInterval(pump)
      await moved
    },
  }
}
