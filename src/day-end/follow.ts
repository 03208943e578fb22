/** Looks, by wall time, for days that have ended. Entry point: `followDayEnds`. */
import { StoreUnreachable } from '../store/port.ts'
import { type DayEndPorts, DayEnds } from './pass.ts'

const LOOK_EVERY_MS = 1_000

/** Until `signal` aborts; a store that is away is waited out. */
export async function followDayEnds(ports: DayEndPorts, signal: AbortSignal): Promise<'stopped'> {
  const { wall, log } = ports
  const ends = new DayEnds(ports)
  while (!signal.aborted) {
    await ends.pass(signal).catch((error: unknown) => {
      if (error instanceof StoreUnreachable) log.debug({ err: error }, 'the reports of ended days wait for the store')
      else log.error({ err: error }, 'ended days could not be looked for; trying again')
    })
    await wall.sleep(LOOK_EVERY_MS, signal)
  }
  return 'stopped'
}
