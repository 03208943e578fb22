import { describe, expect, test } from 'vitest'
import { approvalsOf, decisionRefusal, isDue, isOpen } from '../../src/approval/approvals.ts'
import type { Actor, EventOf, JournalEvent } from '../../src/session/events.ts'
import { entryOf } from '../support/desk-samples.ts'

const OLIVIA: Actor = { id: 'u1', name: 'Olivia', via: 'discord' }
const AMIR: Actor = { id: 'u2', name: 'Amir', via: 'discord' }
const EXPIRES_MS = 1_900_000

const REQUEST: EventOf<'approval_requested'> = {
  type: 'approval_requested',
  approvalId: 'a1',
  requester: OLIVIA,
  reason: 'reviewed',
  subject: { kind: 'resume', cause: 'breach', why: 'the daily loss limit was reached', controlSeq: 4 },
  expires_wall_ms: EXPIRES_MS,
}
const decided = (decision: 'approved' | 'denied' | 'expired', actor: Actor | null): JournalEvent => ({
  type: 'approval_decided',
  approvalId: 'a1',
  decision,
  actor,
})
const approvalOf = (...events: readonly JournalEvent[]) => {
  const found = approvalsOf([REQUEST, ...events].map((event, index) => entryOf(event, index + 1))).get('a1')
  if (found === null) throw new Error('expected an approval')
  return found
}
const codeOf = (actor: Actor, decision: 'approved' | 'denied', now_ms = 0, ...events: readonly JournalEvent[]) =>
  decisionRefusal(approvalOf(...events), actor, decision, now_ms)?.code ?? 'may'

describe('who decides', () => {
  test('somebody else approves; everybody may deny, the requester too', () => {
    expect(codeOf(AMIR, 'approved')).toBe('may')
    expect(codeOf(OLIVIA, 'approved')).toBe('same_person')
    expect(codeOf(OLIVIA, 'denied')).toBe('may')
    expect(codeOf(AMIR, 'denied')).toBe('may')
  })

  test('the only approver is told what to do', () => {
    expect(decisionRefusal(approvalOf(), OLIVIA, 'approved', 0)?.message).toContain('give one of the approver roles')
  })

  test('nobody in time is a no, for the requester as for others', () => {
    expect(codeOf(AMIR, 'approved', EXPIRES_MS - 1)).toBe('may')
    expect(codeOf(AMIR, 'approved', EXPIRES_MS)).toBe('approval_expired')
    expect(codeOf(OLIVIA, 'denied', EXPIRES_MS)).toBe('approval_expired')
  })

  test('what is decided stays decided, and says by whom', () => {
    expect(codeOf(AMIR, 'approved', 0, decided('denied', AMIR))).toBe('already_decided')
    const twice = approvalOf(decided('denied', AMIR), decided('approved', OLIVIA))
    expect(twice.decided?.decision).toBe('denied')
    expect(decisionRefusal(twice, OLIVIA, 'denied', 0)?.message).toBe('This was denied by Amir already.')
    expect(decisionRefusal(approvalOf(decided('expired', null)), AMIR, 'approved', 0)?.code).toBe('already_decided')
  })

  test('a request is open until it is decided or its time is over, and due to be closed from then on', () => {
    expect([isOpen(approvalOf(), EXPIRES_MS - 1), isDue(approvalOf(), EXPIRES_MS - 1)]).toEqual([true, false])
    expect([isOpen(approvalOf(), EXPIRES_MS), isDue(approvalOf(), EXPIRES_MS)]).toEqual([false, true])
    const done = approvalOf(decided('approved', AMIR))
    expect([isOpen(done, 0), isDue(done, EXPIRES_MS)]).toEqual([false, false])
  })
})
