/**
 * An outage of Discord on request: the gateway drops its sockets and takes no new ones, REST answers 503, for a bounded
 * time. Pages stay connected, as they are this server's own, and are told when it begins and ends.
 */
import type { Hub } from './hub.ts'
import type { SimTime } from './time.ts'

export const OUTAGE_SECONDS_MAX = 600

export class Outage {
  private readonly time: SimTime
  private readonly hub: Hub
  private until: number | null = null
  private cancelEnd: () => void = () => {}

  constructor(time: SimTime, hub: Hub) {
    this.time = time
    this.hub = hub
  }

  /** Wall time at which it ends; null when there is none. */
  get until_ms(): number | null {
    return this.until
  }

  get isOn(): boolean {
    return this.until !== null
  }

  /** Begins one, or changes how long the present one lasts. */
  begin(seconds: number): void {
    if (!(seconds > 0 && seconds <= OUTAGE_SECONDS_MAX)) {
      throw new RangeError(`expected more than 0 and at most ${OUTAGE_SECONDS_MAX} seconds, got ${seconds}`)
    }
    this.cancelEnd()
    this.cancelEnd = this.time.after(seconds * 1000, () => this.end())
    this.tell(this.time.now_ms() + seconds * 1000)
  }

  end(): void {
    this.cancelEnd()
    if (this.until !== null) this.tell(null)
  }

  private tell(until_ms: number | null): void {
    this.until = until_ms
    this.hub.emit({ type: 'outage', until_ms })
  }
}
