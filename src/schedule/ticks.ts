/**
 * The schedule's ticks, by wall time: each second somebody looks whether market time made something due. Entry point:
 * `followSchedules`.
 */
import { schedule } from 'node-cron'
import type { Logger } from 'pino'
import { StoreUnreachable } from '../store/port.ts'
import { passSchedules, type SchedulePorts } from './pass.ts'

const EVERY_SECOND = '* * * * * *'

/** Until `signal` aborts. One look at a time; a store that is away is waited out. */
export async function followSchedules(ports: SchedulePorts, signal: AbortSignal): Promise<'stopped'> {
  let looking: Promise<void> | null = null
  const look = async (): Promise<void> => {
    await passSchedules(ports, signal).catch((error: unknown) => {
      if (error instanceof StoreUnreachable) ports.log.debug({ err: error }, 'the schedule waits for the store')
      else ports.log.error({ err: error }, 'the schedule could not be looked at; trying again')
    })
    looking = null
  }
  const tick = (): void => {
    if (!signal.aborted) looking ??= look()
  }
  const task = schedule(EVERY_SECOND, tick, { logger: quiet(ports.log), suppressMissedWarning: true })
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
  await task.destroy()
  await looking
  return 'stopped'
}

/** A tick that came late is no news: the next one sees the same. */
function quiet(log: Logger) {
  const debug = (message: string | Error): void => log.debug({ cron: String(message) }, 'cron')
  return { info: debug, warn: debug, error: debug, debug }
}
