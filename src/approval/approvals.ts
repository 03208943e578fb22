/**
 * Requests that two persons decide, out of the journal: pure. Entry points: `ApprovalBook`, `decisionRefusal`.
 *
 * 1. A request is decided once: approved, denied, or expired, which is a no.
 * 2. Whoever asked cannot approve; anybody of the team, the requester too, can deny.
 * 3. What was approved is applied within a bound, or never: the world has moved on.
 */
import type { Actor, EventOf, JournalEntry } from '../session/events.ts'
import type { Refusal } from '../session/refusal.ts'
import { MINUTE_MS } from '../time/units.ts'

/** What is approved and not applied by then, wall milliseconds after the decision, is not applied any more. */
export const APPLY_WITHIN_MS = 5 * MINUTE_MS

export interface Approval {
  /** The journal entry of the request; its feed number names its card. */
  readonly entry: JournalEntry
  readonly request: EventOf<'approval_requested'>
  readonly decided: (EventOf<'approval_decided'> & { readonly at_wall_ms: number }) | null
  readonly applied: EventOf<'approval_applied'> | null
}

/** All requests seen so far; entries may come in any order of dates, and twice. */
export class ApprovalBook {
  readonly #requests = new Map<string, Pick<Approval, 'entry' | 'request'>>()
  readonly #decisions = new Map<string, { readonly date: string; readonly event: NonNullable<Approval['decided']> }>()
  readonly #applied = new Map<string, { readonly date: string; readonly event: EventOf<'approval_applied'> }>()

  add(entry: JournalEntry): void {
    const { event } = entry
    if (event.type === 'approval_requested') this.#requests.set(event.approvalId, { entry, request: event })
    if (event.type === 'approval_decided' && !this.#decisions.has(event.approvalId)) {
      const { date, atWall_ms: at_wall_ms } = entry
      this.#decisions.set(event.approvalId, { date, event: { ...event, at_wall_ms } })
    }
    if (event.type === 'approval_applied' && !this.#applied.has(event.approvalId)) {
      this.#applied.set(event.approvalId, { date: entry.date, event })
    }
  }

  /** Forgets the requests of days before `date`. What was said of one that is not known yet waits for it. */
  forgetBefore(date: string): void {
    for (const [id, { entry }] of this.#requests) if (entry.date < date) this.#requests.delete(id)
    for (const said of [this.#decisions, this.#applied]) {
      for (const [id, one] of said) if (one.date < date && !this.#requests.has(id)) said.delete(id)
    }
  }

  get(approvalId: string): Approval | null {
    const found = this.#requests.get(approvalId)
    if (found === undefined) return null
    const decided = this.#decisions.get(approvalId)?.event ?? null
    return { ...found, decided, applied: this.#applied.get(approvalId)?.event ?? null }
  }

  all(): readonly Approval[] {
    return [...this.#requests.keys()].flatMap((id) => this.get(id) ?? [])
  }
}

export function approvalsOf(entries: readonly JournalEntry[]): ApprovalBook {
  const book = new ApprovalBook()
  for (const entry of entries) book.add(entry)
  return book
}

export const isOpen = ({ decided, request }: Approval, now_ms: number): boolean =>
  decided === null && now_ms < request.expires_wall_ms

export const isDue = ({ decided, request }: Approval, now_ms: number): boolean =>
  decided === null && now_ms >= request.expires_wall_ms

/** Said to whoever would be the only one. */
const ALONE =
  'If nobody else has an approver role, let whoever manages this server give one of the approver roles to a second person; nothing is opened meanwhile, and `/stop` and `/pause` need nobody.'

/** Why `actor` cannot decide so now; null: they can. Roles were checked before. */
export function decisionRefusal(
  { request, decided }: Approval,
  actor: Actor,
  decision: 'approved' | 'denied',
  now_ms: number,
): Refusal | null {
  if (decided !== null) {
    const by = decided.actor === null ? '' : ` by ${decided.actor.name}`
    return { code: 'already_decided', message: `This was ${decided.decision}${by} already.`, numbers: {} }
  }
  if (now_ms >= request.expires_wall_ms) {
    return {
      code: 'approval_expired',
      message: 'Nobody decided in time, so the answer was no. Ask again if it is still wanted.',
      numbers: {},
    }
  }
  if (decision === 'approved' && isSamePerson(actor, request.requester)) {
    return {
      code: 'same_person',
      message: `You asked for it, so another approver has to decide. ${ALONE}`,
      numbers: {},
    }
  }
  return null
}

export const isSamePerson = (one: Actor, other: Actor): boolean => one.id === other.id && one.via === other.via

/** Whether what was approved may still be applied; `decided` must be an approval. */
export const isInTime = (decided: NonNullable<Approval['decided']>, now_ms: number): boolean =>
  now_ms <= decided.at_wall_ms + APPLY_WITHIN_MS
