/** Says once a second that this process lives. Entry point: `keepBeating`. */
import type { WallClock } from '../config/clock.ts'
import { HEARTBEAT_MS, type Heartbeats } from '../queue/heartbeats.ts'

/** Until `signal` aborts, and then that it is gone. A store that is away hears nothing, and is waited for by nobody. */
export async function keepBeating(heartbeats: Heartbeats, wall: WallClock, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await heartbeats.beat().catch(() => undefined)
    await wall.sleep(HEARTBEAT_MS, signal)
  }
  await heartbeats.leave().catch(() => undefined)
}
