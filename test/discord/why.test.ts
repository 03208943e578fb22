/** `/why` on a day with more history of gates than a message holds. */
import { describe, expect, test } from 'vitest'
import type { Desk } from '../../src/discord/desk.ts'
import { whyReply } from '../../src/discord/views/why-reply.ts'
import type { EventOf, JournalEntry } from '../../src/session/events.ts'
import { MINUTE_MS } from '../../src/time/units.ts'
import { ACCOUNT_ID, at, entryOf } from '../support/desk-samples.ts'
import { STATUS } from '../support/view-samples.ts'

/** A day on which the gate changes every minute. */
const decision = (minute: number): EventOf<'decision'> => ({
  type: 'decision',
  at_ms: at('09:45') + minute * MINUTE_MS,
  action: 'skip',
  reason: minute % 2 === 0 ? 'high_vix' : 'premium_low',
  value: minute % 2 === 0 ? 25.1 + minute / 100 : 0.04,
  limit: minute % 2 === 0 ? 25 : 0.05,
  spot: 741.15,
  vixEstimate: 25.1,
  rangePct: 0.4,
  bars: 15,
})
const journal = (minutes: number): JournalEntry[] =>
  Array.from({ length: minutes }, (_, minute) => entryOf(decision(minute), minute + 1))

async function why(minutes: number) {
  const reader = {
    accounts: async () => [{ accountId: ACCOUNT_ID, profile: '25k', source: STATUS.source, armed: true }],
    status: async () => STATUS,
    journal: async () => journal(minutes),
  }
  // Only what `/why` reads.
  return whyReply('25k', { reader } as unknown as Pick<Desk, 'reader'>)
}

describe('/why', () => {
  test('shows the newest runs first, as many as fit, and attaches the whole day', async () => {
    const { embeds, files } = await why(285)
    const lines = embeds[0]?.description?.split('\n') ?? []
    const first = lines.findIndex((line) => line.startsWith('`'))
    expect(lines[first]).toMatch(/^`14:29` volatility/)
    expect(lines[first + 1]).toMatch(/^`14:28` premium/)
    const shown = lines.filter((line) => line.startsWith('`')).length
    expect(shown).toBeGreaterThan(40)
    expect(lines.at(-1)).toBe(`…and ${285 - shown} earlier, all of them in the attached file`)
    const [file] = files ?? []
    expect(file?.name).toBe('phase4d-sim-25k-2026-07-17-gates.txt')
    const text = Buffer.from(file?.data ?? [])
      .toString()
      .trimEnd()
      .split('\n')
    expect(text[0]).toContain('Gates of 25k on Fri 17 Jul 2026')
    expect(text.slice(2)).toHaveLength(285)
    expect(text[2]).toBe('09:45 volatility estimate too high: 25.1, limit 25.0')
    expect(text.at(-1)).toContain('14:29')
  })

  test('attaches nothing to a day that fits', async () => {
    const { embeds, files } = await why(20)
    expect(files).toBeUndefined()
    expect(embeds[0]?.description?.split('\n').filter((line) => line.startsWith('`'))).toHaveLength(20)
    expect(embeds[0]?.description).not.toContain('attached')
  })
})
