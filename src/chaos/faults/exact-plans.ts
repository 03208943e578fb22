/** Faults that are chosen, not drawn: one death at one call, or one fault and then another. */
import type { Fault, FaultKind, FaultPlan } from './fault.ts'

/** Call sites at which a process can die: streams are events, not calls. */
const isCall = (site: string): boolean => !site.startsWith('stream.')

export interface CountingPlan extends FaultPlan {
  readonly calls: number
}

/** No fault; counts the calls a day has. */
export function countingPlan(): CountingPlan {
  let calls = 0
  return {
    get calls() {
      return calls
    },
    draw(site) {
      if (isCall(site)) calls += 1
      return null
    },
  }
}

/** The process that makes the day's call number `at` (from 1) dies there. */
export function killAt(at: number, kind: 'crash_before' | 'crash_after'): FaultPlan {
  let calls = 0
  return {
    draw(site) {
      if (!isCall(site)) return null
      calls += 1
      return calls === at ? { kind, wait_ms: 0, variant: 0 } : null
    },
  }
}

export interface SiteFault {
  readonly site: string
  readonly kind: FaultKind
}

/** Times and variants of chosen faults: long enough to matter, shorter than any patience of the desk. */
const WAIT_MS = 3000

/** `first` at the first call of its site from `from_ms` on, then `second` at the next call of its own. */
export function pairPlan(first: SiteFault, second: SiteFault, from_ms: number, variant: number): FaultPlan {
  const waiting = [first, second]
  const faultOf = ({ kind }: SiteFault): Fault => ({ kind, wait_ms: WAIT_MS, variant })
  return {
    draw(site, now_ms) {
      const next = waiting[0]
      if (next === undefined || now_ms < from_ms || next.site !== site) return null
      waiting.shift()
      return faultOf(next)
    },
  }
}
