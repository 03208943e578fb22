/** Documents as they come back: nothing restored trades by itself, and what needs a person is said. Pure. */
import type { Campaign } from '../../session/campaign.ts'
import { sessionStateSchema } from '../../session/documents.ts'
import { isUnsettled, SETTLED_WITHIN_DAYS } from '../../session/settlement.ts'
import { heldQty, SESSION_STATE_VERSION, type SessionState } from '../../session/state.ts'
import type { DocumentLine } from './line.ts'

const ACTOR = { id: 'restore', name: 'phase4d restore', via: 'system' } as const

/** Disarmed: somebody who has looked at the account arms it anew. A switch that was set (paused, halted) stays set. */
export function campaignForRestore(
  line: DocumentLine,
  profile: string,
): { readonly document: DocumentLine; readonly notes: readonly string[] } {
  if (line.value.active !== true) return { document: line, notes: [] }
  const stop: Campaign['stop'] = { actor: ACTOR, kind: 'operator' }
  const value = { ...line.value, active: false, stop: line.value.stop ?? stop }
  const note = `${profile} was armed. It comes back disarmed and trades nothing: look at the account, then /start ${profile}`
  return { document: { ...line, value }, notes: [note] }
}

/** The document is null where this version of the program could not go on with it. */
export function sessionForRestore(
  line: DocumentLine,
  what: string,
): { readonly document: DocumentLine | null; readonly notes: readonly string[] } {
  const { version } = line.value
  if (version !== SESSION_STATE_VERSION) {
    const note = `${what}: the session was saved by another version (${version}, not ${SESSION_STATE_VERSION}) and is left out; its journal is restored`
    return { document: null, notes: [note] }
  }
  const { data, error } = sessionStateSchema.safeParse(line.value)
  if (error !== undefined) {
    const wrong = error.issues.map(({ path }) => path.join('.')).join(', ')
    const note = `${what}: the session (${wrong}) cannot be read by this version and is left out: look at the account; its journal is restored`
    return { document: null, notes: [note] }
  }
  if (isUnsettled(data)) {
    const note = `${what}: a position was held past the close, and it is not known what became of it. A worker settles it as soon as it can, and nothing is opened before; where the day is more than ${SETTLED_WITHIN_DAYS} days old, the broker's own statement has to say`
    return { document: line, notes: [note] }
  }
  const open = openContracts(data)
  if (open === 0) return { document: line, notes: [] }
  const note = `${what}: ${open} contracts were open when the files end, and NOBODY WATCHES THEM now: look at the account, then /start`
  return { document: line, notes: [note] }
}

function openContracts({ phase, trade }: SessionState): number {
  return phase === 'ended' ? 0 : heldQty(trade)
}
