import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type GuardedSession, resumeGuard, switched } from '../../src/approval/guard.ts'
import { CONTROL_ACTIVE, type Control } from '../../src/session/campaign.ts'
import type { SessionMode } from '../../src/session/mode.ts'

const OLIVIA = { id: 'u1', name: 'Olivia', via: 'discord' } as const
const DAY = { date: '2026-07-17', open_ms: 0, close_ms: 1 }
const set = (mode: SessionMode, before: Control = CONTROL_ACTIVE, session: GuardedSession = null): Control =>
  switched(before, session, { mode, actor: OLIVIA, reason: `set to ${mode}` })

const session = (over: Partial<NonNullable<GuardedSession>>): GuardedSession => ({
  mode: 'ACTIVE',
  modeReason: 'never set',
  breachedDay: false,
  control: CONTROL_ACTIVE,
  session: DAY,
  ...over,
})

describe('who may resume', () => {
  test('what a person paused, a person resumes', () => {
    const paused = set('REDUCING')
    expect(resumeGuard(paused, null)).toBeNull()
    expect(resumeGuard(paused, session({ mode: 'REDUCING', modeReason: paused.reason, control: paused }))).toBeNull()
  })

  test('after a halt it takes two, also when it was paused after that', () => {
    const halted = set('HALTED')
    expect(resumeGuard(halted, null)).toEqual({ cause: 'halt', why: 'set to HALTED' })
    expect(resumeGuard(set('REDUCING', halted), null)?.cause).toBe('halt')
    expect(resumeGuard(set('ACTIVE', halted), null)).toBeNull()
  })

  test('a halt takes two also where its switch says nothing of a guard, and whoever set it', () => {
    const kept: Control = { seq: 2, mode: 'HALTED', actor: CONTROL_ACTIVE.actor, reason: 'assigned' }
    expect(resumeGuard(kept, null)).toEqual({ cause: 'halt', why: 'assigned' })
    expect(resumeGuard({ ...kept, actor: OLIVIA }, null)).toEqual({ cause: 'halt', why: 'assigned' })
  })

  test('after a breach it takes two, also when it was paused before or after that', () => {
    const breached = session({ mode: 'REDUCING', modeReason: 'the daily loss limit', breachedDay: true })
    expect(resumeGuard(CONTROL_ACTIVE, breached)?.cause).toBe('breach')
    const paused = set('REDUCING', CONTROL_ACTIVE, breached)
    // The next day's session knows nothing of it any more: the switch does.
    expect(resumeGuard(paused, session({ mode: 'REDUCING', modeReason: paused.reason, control: paused }))?.cause).toBe(
      'breach',
    )
    const earlier = set('REDUCING')
    const pausedFirst = session({ mode: 'REDUCING', modeReason: earlier.reason, control: earlier, breachedDay: true })
    expect(resumeGuard(earlier, pausedFirst)?.cause).toBe('breach')
  })

  test('a breach on a halted account is what is asked about', () => {
    expect(resumeGuard(set('HALTED'), session({ mode: 'HALTED', breachedDay: true }))?.cause).toBe('breach')
  })

  test('what the desk itself held back takes two', () => {
    expect(resumeGuard(CONTROL_ACTIVE, session({ mode: 'REDUCING', modeReason: 'the store lost its data' }))).toEqual({
      cause: 'desk',
      why: 'the store lost its data',
    })
    expect(resumeGuard(CONTROL_ACTIVE, session({ mode: 'HALTED', modeReason: 'already_opened' }))?.cause).toBe('halt')
    expect(resumeGuard({ ...CONTROL_ACTIVE, mode: 'REDUCING' }, null)?.cause).toBe('desk')
  })

  test('prop_a guard is lifted by nothing but resuming', () => {
    const modes = fc.array(fc.constantFrom<SessionMode>('REDUCING', 'HALTED'), { maxLength: 8 })
    fc.assert(
      fc.property(modes, modes, (before, after) => {
        const halted = set(
          'HALTED',
          before.reduce<Control>((control, mode) => set(mode, control), CONTROL_ACTIVE),
        )
        const last = after.reduce<Control>((control, mode) => set(mode, control), halted)
        expect(resumeGuard(last, null)?.cause).toBe('halt')
        expect(resumeGuard(set('REDUCING', set('ACTIVE', last)), null)).toBeNull()
      }),
    )
  })
})
