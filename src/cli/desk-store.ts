/** The desk's store for commands that only read it. Entry point: `openDeskReader`. */
import type { Config } from '../config/config.ts'
import { createLogger } from '../config/logger.ts'
import { systemWallClock } from '../config/wall-clock.ts'
import type { DeskReader } from '../report/views.ts'
import { openStore } from '../store/open-store.ts'
import { UsageError } from './usage.ts'

/**
 * @throws UsageError where no store is configured and no desk runs here; `StoreUnreachable` where it does not answer.
 */
export async function openDeskReader({ redisUrl }: Config): Promise<{ reader: DeskReader; close: () => void }> {
  if (redisUrl === null) throw new UsageError('no REDIS_URL, and no desk runs here: type npm start first')
  const log = await createLogger({ level: 'silent', name: 'cli' })
  const { reader, close } = await openStore({ redisUrl, wall: systemWallClock, log })
  return { reader, close }
}
