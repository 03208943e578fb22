/**
 * Rate limits as Discord's: buckets a route and major parameter, 50 requests a second over all, and the ban of an
 * address after 10,000 invalid requests in ten minutes. Windows start with their first request.
 */
import { createHash } from 'node:crypto'
import type { SimTime } from './time.ts'

const GLOBAL_PER_SECOND = 50
const INVALID_MAX = 10_000
const INVALID_WINDOW_MS = 600_000
const BUCKETS_MAX = 10_000

export interface Bucket {
  readonly name: string
  readonly limit: number
  readonly window_ms: number
}

export interface Verdict {
  readonly isAllowed: boolean
  readonly headers: Readonly<Record<string, string>>
  /** Seconds; 0 when allowed. */
  readonly retryAfter_s: number
  readonly isGlobal: boolean
}

interface Window {
  until_ms: number
  used: number
}

const FREE: Verdict = { isAllowed: true, headers: {}, retryAfter_s: 0, isGlobal: false }

export class RateLimits {
  private readonly windows = new Map<string, Window>()
  private readonly time: SimTime

  constructor(time: SimTime) {
    this.time = time
  }

  /** Counts a request in `bucket` for the major parameters `key`, and over all unless `isExempt`. */
  take(bucket: Bucket | null, key: string, isExempt: boolean): Verdict {
    const banned = this.peek('invalid', INVALID_MAX)
    if (banned > 0) return refusal(banned, true, {})
    if (!isExempt) {
      const wait_s = this.use('global', GLOBAL_PER_SECOND, 1_000).wait_s
      if (wait_s > 0) return refusal(wait_s, true, {})
    }
    if (bucket === null) return FREE
    const used = this.use(`${bucket.name}:${key}`, bucket.limit, bucket.window_ms)
    const headers = {
      'x-ratelimit-limit': String(bucket.limit),
      'x-ratelimit-remaining': String(used.remaining),
      'x-ratelimit-reset': (used.until_ms / 1_000).toFixed(3),
      'x-ratelimit-reset-after': Math.max(0, (used.until_ms - this.time.now_ms()) / 1_000).toFixed(3),
      'x-ratelimit-bucket': createHash('md5').update(bucket.name).digest('hex'),
    }
    return used.wait_s > 0 ? refusal(used.wait_s, false, headers) : { ...FREE, headers }
  }

  /** Answers 401, 403 and 429 count towards the ban. */
  countInvalid(): void {
    this.use('invalid', INVALID_MAX, INVALID_WINDOW_MS)
  }

  private peek(name: string, limit: number): number {
    const window = this.windows.get(name)
    const now_ms = this.time.now_ms()
    return window === undefined || window.until_ms <= now_ms || window.used < limit
      ? 0
      : (window.until_ms - now_ms) / 1_000
  }

  private use(name: string, limit: number, window_ms: number): { wait_s: number; remaining: number; until_ms: number } {
    const now_ms = this.time.now_ms()
    let window = this.windows.get(name)
    if (window === undefined || window.until_ms <= now_ms) {
      window = { until_ms: now_ms + window_ms, used: 0 }
      this.windows.delete(name)
      this.windows.set(name, window)
      this.forgetOld(now_ms)
    }
    const { until_ms } = window
    if (window.used >= limit) return { wait_s: (until_ms - now_ms) / 1_000, remaining: 0, until_ms }
    window.used++
    return { wait_s: 0, remaining: limit - window.used, until_ms }
  }

  private forgetOld(now_ms: number): void {
    for (const [name, window] of this.windows) {
      if (this.windows.size <= BUCKETS_MAX && window.until_ms > now_ms) break
      this.windows.delete(name)
    }
  }
}

function refusal(wait_s: number, isGlobal: boolean, headers: Readonly<Record<string, string>>): Verdict {
  return {
    isAllowed: false,
    isGlobal,
    retryAfter_s: wait_s,
    headers: {
      ...headers,
      'retry-after': String(Math.ceil(wait_s)),
      'x-ratelimit-scope': isGlobal ? 'global' : 'user',
      ...(isGlobal ? { 'x-ratelimit-global': 'true' } : {}),
    },
  }
}
