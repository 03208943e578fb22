import { describe, expect, test } from 'vitest'
import { DRILL_REASON } from '../../src/approval/drills.ts'
import { cardEmbed } from '../../src/discord/views/card-embed.ts'
import { heldWords, obstacleWords } from '../../src/discord/views/held-back.ts'
import { statusEmbed } from '../../src/discord/views/status-embed.ts'
import { whyShown } from '../../src/discord/views/why-embed.ts'
import type { StatusView } from '../../src/report/views.ts'
import type { JournalEvent } from '../../src/session/events.ts'
import { at, DATE, DAY_EVENTS, entryOf } from '../support/desk-samples.ts'
import { STATUS } from '../support/view-samples.ts'

const FLAT: StatusView = { ...STATUS, position: null, phase: 'done', entries: 0, now_ms: at('10:10') }
const BREACHED: StatusView = {
  ...FLAT,
  entries: 1,
  mode: 'REDUCING',
  modeReason: `the daily loss limit was reached on ${DATE}`,
  guard: { cause: 'breach', why: `the daily loss limit was reached on ${DATE}` },
  dayNetPnlCents: -165_000,
}
const REFUSED: JournalEvent = {
  type: 'order_refused',
  clientOrderId: 'o1',
  purpose: 'open',
  code: '40310000',
  message: 'insufficient options buying power',
}
const ABANDONED: JournalEvent = { type: 'entry_abandoned', tradeId: 't', reason: 'refused: no', attempts: 1 }
const DENIED: JournalEvent = {
  type: 'order_denied',
  clientOrderId: 'o1',
  purpose: 'open',
  code: 'buying_power',
  numbers: { needed: '12500.00', has: '9000.00' },
}
const journal = (...events: readonly JournalEvent[]) => events.map((event, n) => entryOf(event, n + 1))
const [, STARTED, DECIDED, FILLED] = DAY_EVENTS as readonly [JournalEvent, JournalEvent, JournalEvent, JournalEvent]

describe('what holds an account back', () => {
  test('a breach is called so, with its numbers, and says that two persons resume, in /why, /status and the card', () => {
    const texts = [whyShown(BREACHED, []).embed, statusEmbed(BREACHED, 0), cardEmbed(BREACHED, NOTE)].map(
      ({ description }) => description,
    )
    for (const text of texts) {
      expect(text).toContain('Breach')
      expect(text).toContain('−\u2060$1,650.00 against a limit of −\u2060$1,500.00')
      expect(text).toContain('Resuming takes two persons')
    }
  })

  test('a date is shown as everywhere else, not as the journal has it', () => {
    expect(heldWords(BREACHED)).toContain('the daily loss limit was reached on Fri 17 Jul 2026')
    expect(heldWords(BREACHED)).not.toContain(DATE)
  })

  test('a drill is told as one, and closes nothing', () => {
    const drilled: StatusView = { ...FLAT, mode: 'HALTED', modeReason: DRILL_REASON }
    expect(heldWords(drilled)).toContain('what is open stays open')
    expect(heldWords({ ...drilled, modeReason: 'by hand' })).toContain('what is open is closed')
  })

  test('a breach of another day shows no figures of today', () => {
    expect(heldWords({ ...BREACHED, date: '2026-07-20', dayNetPnlCents: 0 })).not.toContain('$')
  })

  test('a pause by hand needs one person, and says why it is', () => {
    const { guard: _, ...paused } = { ...BREACHED, modeReason: 'lunch' }
    expect(heldWords(paused)).toBe('⏸️ **Paused** (lunch): nothing is opened. `/resume` allows entries again.')
    expect(heldWords(FLAT)).toBeNull()
  })

  test('an entry that the broker refused is not told as a window that closed', () => {
    const obstacle = obstacleWords(journal(STARTED, DECIDED, REFUSED, ABANDONED), 'done')
    const { description } = whyShown(FLAT, [], obstacle).embed
    expect(description).toContain('The entry came to nothing')
    expect(description).toContain('insufficient options buying power (40310000)')
    expect(description).toContain('Nothing more is opened today')
    expect(description).toContain('`/validate`')
    expect(description).not.toContain('it closed 14:30')
    expect(statusEmbed(FLAT, 0, [], obstacle).description).toContain('the broker refused the opening order')
  })

  test('an entry that the desk did not send says the numbers', () => {
    const text = obstacleWords(journal(STARTED, DECIDED, DENIED, ABANDONED), 'done')
    expect(text).toContain('Needed $12,500.00, Has $9,000.00')
    expect(text).toContain('fewer contracts')
  })

  test('one that was given up may come again; filled, begun anew, or in a new session nothing is in the way', () => {
    expect(obstacleWords(journal(STARTED, DECIDED, ABANDONED), 'watching')).toContain('Later minutes decide anew')
    expect(obstacleWords(journal(STARTED, DECIDED, REFUSED, ABANDONED, DECIDED), 'entering')).toBeNull()
    expect(obstacleWords(journal(STARTED, DECIDED, ABANDONED, FILLED), 'holding')).toBeNull()
    expect(obstacleWords(journal(DECIDED, REFUSED, ABANDONED, STARTED), 'watching')).toBeNull()
  })

  test('a session that was refused says why', () => {
    const refused: JournalEvent = { type: 'session_refused', code: 'options_level', message: 'Level 1, needs 3.' }
    expect(obstacleWords(journal(refused), 'done')).toContain('No session today, options level: Level 1, needs 3.')
  })
})

const NOTE = { number: 1, updated_ms: 1_784_300_000_000, isOutdated: false }

describe('limits set for today', () => {
  const dayLimits = [{ limit: 'max_daily_loss', value: 1_000, configured: 1_500 }] as const
  const view: StatusView = { ...STATUS, dayLimits, plan: { ...STATUS.plan, maxDailyLossCents: 100_000 } }

  test('are marked in /status and in the card, with what is configured', () => {
    for (const { fields = [] } of [statusEmbed(view, 0), cardEmbed(view, NOTE)]) {
      const text = fields.map(({ name, value }) => `${name}: ${value}`).join('\n')
      expect(text).toContain('Limits of today only: loss limit of the day **$1,000.00**, configured $1,500.00')
      expect(text).toMatch(/(limit −\u2060\$1,000\.00|Daily limit used) 🔸/)
    }
    expect(JSON.stringify(statusEmbed(STATUS, 0))).not.toContain('🔸')
  })
})
