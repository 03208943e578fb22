/** An account's switch over night. Entry point: `keptControl`. */
import { resumeGuard } from '../approval/guard.ts'
import { type Campaign, CONTROL_ACTIVE } from '../session/campaign.ts'
import { unlifted } from '../session/holds.ts'
import type { SessionState } from '../session/state.ts'

/** The switch after a day: what the session held back holds on, and why two persons resume it. */
export function keptControl(control: Campaign['control'], ended: SessionState | null): Campaign['control'] {
  if (ended === null) return control
  const isNewer = control.seq > ended.control.seq
  const isOvertaken = isNewer && control.mode === 'ACTIVE'
  if (isOvertaken && unlifted(control, ended).length === 0) return control
  const guard = resumeGuard(control, ended)
  // A drill's switch is put back as it was before the drill: what holds the account back must not go with it.
  const isOfDrill = control.drill !== undefined && guard !== null
  const kept =
    !isOfDrill && ((isNewer && !isOvertaken) || ended.mode === control.mode)
      ? control
      : { ...CONTROL_ACTIVE, seq: control.seq + 1, mode: ended.mode, reason: ended.modeReason }
  return guard === null ? kept : { ...kept, guard }
}
