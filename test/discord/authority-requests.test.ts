import { describe, expect, test } from 'vitest'
import { REPEATS } from '../../src/approval/alerts.ts'
import { APPLY_WITHIN_MS } from '../../src/approval/approvals.ts'
import { postKey } from '../../src/feed/post-key.ts'
import type { JournalEvent } from '../../src/session/events.ts'
import { DAY_MS } from '../../src/time/units.ts'
import { ALERT, AMIR, OLIVIA, REQUEST, useAuthorityBench } from '../support/authority-bench.ts'
import { ACCOUNT_ID, DATE } from '../support/desk-samples.ts'

const bench = useAuthorityBench()

describe('a request', () => {
  test('expires once, whoever looks, and cannot be decided after that', async () => {
    const desk = bench.current
    await desk.arm(REQUEST)
    desk.posted.set(1, desk.now_ms)
    await desk.made().pass()
    expect(await desk.eventsOf('approval_decided')).toEqual([])
    desk.now_ms += 60_000
    expect(await desk.made().decide(postKey(ACCOUNT_ID, 1), 'approved', AMIR)).toMatchObject({
      code: 'approval_expired',
    })
    await Promise.all([desk.made().pass(), desk.made().pass()])
    expect(await desk.eventsOf('approval_decided')).toMatchObject([{ decision: 'expired', actor: null }])
    expect(await desk.made().decide(postKey(ACCOUNT_ID, 1), 'approved', AMIR)).toMatchObject({
      code: 'already_decided',
    })
    await desk.made().pass()
    expect(desk.edits.at(-1)).toBe('⌛ Expired: Resume 25k after a halt')
    expect(desk.jobs).toEqual([])
  })

  test('decided by two at once is decided once', async () => {
    const desk = bench.current
    await desk.arm(REQUEST)
    desk.posted.set(1, desk.now_ms)
    const key = postKey(ACCOUNT_ID, 1)
    const answers = await Promise.all([
      desk.made().decide(key, 'approved', AMIR),
      desk.made().decide(key, 'denied', OLIVIA),
      desk.made().decide(key, 'approved', { ...AMIR, id: 'u3' }),
    ])
    expect(answers.filter((answer) => !('code' in answer))).toHaveLength(1)
    expect(await desk.eventsOf('approval_decided')).toHaveLength(1)
  })

  test('approved is put on the queue again and again under one id, until the journal says what came of it', async () => {
    const desk = bench.current
    await desk.arm(REQUEST)
    await desk.made().decide(postKey(ACCOUNT_ID, 1), 'approved', AMIR)
    const next = desk.made()
    await next.pass()
    await next.pass()
    expect(new Set(desk.jobs.map(({ id }) => id))).toEqual(new Set(['approval-a1']))
    expect(desk.jobs.length).toBeGreaterThan(1)
    expect(desk.jobs[0]).toMatchObject({ kind: 'approved', accountId: ACCOUNT_ID, date: DATE, approvalId: 'a1' })
    await desk.arm({
      type: 'approval_applied',
      approvalId: 'a1',
      ok: false,
      code: 'approval_outdated',
      message: 'Too late.',
    })
    const count = desk.jobs.length
    desk.posted.set(1, desk.now_ms)
    desk.now_ms += APPLY_WITHIN_MS
    await desk.made().pass()
    expect(desk.jobs).toHaveLength(count)
    expect(desk.edits).toEqual(['✅ Approved: Resume 25k after a halt'])
  })
})

describe('what was approved and came to nothing', () => {
  const LATE: JournalEvent = {
    type: 'approval_applied',
    approvalId: 'a1',
    ok: false,
    code: 'approval_outdated',
    message: 'It was approved, but no worker was there in time to do it; nothing was done.',
  }

  test('is shown so on its card, once, by the bot that waited for it and by one that starts anew', async () => {
    const desk = bench.current
    await desk.arm(REQUEST)
    desk.posted.set(1, desk.now_ms)
    const waiting = desk.made()
    await waiting.decide(postKey(ACCOUNT_ID, 1), 'approved', AMIR)
    await waiting.pass()
    expect(desk.outcomes).toEqual([expect.stringContaining('Being done.')])
    // The worker was away over a long weekend.
    desk.now_ms += 4 * DAY_MS
    await desk.arm(LATE)
    await waiting.pass()
    await waiting.pass()
    await desk.made().pass()
    expect(desk.edits).toEqual(Array(2).fill('✅ Approved: Resume 25k after a halt'))
    expect(desk.outcomes[1]).toContain('Not done: It was approved, but no worker was there in time')
    expect(desk.outcomes[1]).toContain('By **Amir**')
    expect(desk.outcomes[1]).not.toContain('Being done')
  })

  test('is shown by a bot that was away when it was journalled', async () => {
    const desk = bench.current
    await desk.arm(REQUEST)
    desk.posted.set(1, desk.now_ms)
    await desk.made().decide(postKey(ACCOUNT_ID, 1), 'approved', AMIR)
    await desk.arm(LATE)
    await desk.made().pass()
    expect(desk.outcomes.at(-1)).toContain('Not done: ')
  })
})

describe('what is over', () => {
  test('is not looked up any more: an alert that was acknowledged, or whose next repetition cannot be due yet', async () => {
    const desk = bench.current
    await desk.arm(ALERT, ALERT)
    desk.posted.set(1, desk.now_ms).set(2, desk.now_ms)
    const authority = desk.made()
    desk.now_ms += 1_000
    await authority.acknowledge(postKey(ACCOUNT_ID, 2), AMIR)
    desk.now_ms += REPEATS[0] ?? 0
    await authority.pass()
    expect(await desk.eventsOf('alert_repeated')).toHaveLength(1)
    desk.now_ms += 1
    desk.lookups = 0
    await authority.pass()
    await authority.pass()
    expect(desk.lookups).toBe(0)
  })

  test('is forgotten with the days that are not read any more, as by a bot that starts then', async () => {
    const desk = bench.current
    await desk.arm(ALERT, REQUEST)
    desk.posted.set(1, desk.now_ms).set(2, desk.now_ms)
    const old = desk.made()
    await old.pass()
    expect(await old.acknowledgementOf(ACCOUNT_ID, 1)).toBeNull()
    await old.acknowledge(postKey(ACCOUNT_ID, 1), AMIR)
    expect(await old.acknowledgementOf(ACCOUNT_ID, 1)).toMatchObject({ actor: AMIR })
    for (const [index, date] of ['2030-01-02', '2030-01-03', '2030-01-04'].entries()) {
      await desk.armOn(date, [ALERT])
      expect((await old.acknowledgementOf(ACCOUNT_ID, 1)) === null, date).toBe(index === 2)
    }
    expect(await old.decide(postKey(ACCOUNT_ID, 2), 'approved', AMIR)).toMatchObject({ code: 'stale_command' })
    expect(await desk.made().decide(postKey(ACCOUNT_ID, 2), 'approved', AMIR)).toMatchObject({ code: 'stale_command' })
    expect(await old.acknowledge(postKey(ACCOUNT_ID, 3), AMIR)).toMatchObject({ isFirst: true })
  })
})
