/**
 * When resuming an account raises risk, so that it needs a second person: pure. Entry points: `resumeGuard`,
 * `switched`.
 *
 * 1. What a person paused, a person resumes. After a breach, a halt, or anything the desk held back by itself, two do.
 * 2. A pause on top of a halt or a breach lifts nothing: the guard stays with the switch until two persons resume.
 * 3. Pausing, halting and stopping never ask for anybody.
 * 4. A drill's halt is none: what was before it counts.
 */
import type { Control, ResumeGuard } from '../session/campaign.ts'
import type { Actor } from '../session/events.ts'
import { followsSwitch, type HeldSession, holdsOf, isHalted } from '../session/holds.ts'
import type { SessionMode } from '../session/mode.ts'

/** What of a session tells; null where the day has none yet. */
export type GuardedSession = HeldSession | null

/** Null: whoever may operate may resume. */
export function resumeGuard(control: Control, session: GuardedSession): ResumeGuard | null {
  if (control.drill !== undefined) return resumeGuard(control.drill.before, session)
  // First: resuming lifts the breach too, so that is what two persons must have been asked about.
  if (session?.breachedDay === true) {
    return { cause: 'breach', why: `the daily loss limit was reached on ${session.session.date}` }
  }
  if (control.guard !== undefined) return control.guard
  if (control.mode === 'HALTED') return { cause: 'halt', why: control.reason }
  if (session !== null && isHalted(session)) return { cause: 'halt', why: session.modeReason }
  if (control.mode !== 'ACTIVE' && control.actor.via === 'system') return { cause: 'desk', why: control.reason }
  if (session?.mode === 'REDUCING' && !followsSwitch(session)) return { cause: 'desk', why: session.modeReason }
  return null
}

/**
 * The switch after somebody set it; on, it lifts what `session` holds itself back for, and nothing that comes later.
 */
export function switched(
  before: Control,
  session: GuardedSession,
  set: { readonly mode: SessionMode; readonly actor: Actor; readonly reason: string },
): Control {
  const seq = before.seq + 1
  if (set.mode === 'ACTIVE') return { seq, ...set, lifts: holdsOf(session) }
  const known = resumeGuard(before, session)
  const guard: ResumeGuard | null = known ?? (set.mode === 'HALTED' ? { cause: 'halt', why: set.reason } : null)
  return { seq, ...set, ...(guard === null ? {} : { guard }) }
}
