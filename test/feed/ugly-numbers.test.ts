import { describe, expect, test } from 'vitest'
import { render } from '../../src/feed/render/index.ts'
import { dollarsText, priceText } from '../../src/session/amounts.ts'
import { type JournalEvent, journalEventSchema, PUBLISHABLE } from '../../src/session/events.ts'
import { BAD_EVENTS } from '../support/bad-events.ts'
import { at, DAY_EVENTS, entryOf } from '../support/desk-samples.ts'
import { DOCUMENT } from '../support/journal-samples.ts'

const [REPORTED] = DAY_EVENTS.filter((event) => event.type === 'day_reported')

const OTHERS: readonly JournalEvent[] = [
  {
    type: 'expiry_watched',
    at_ms: at('14:00'),
    close_ms: at('16:00'),
    liquidation_ms: at('15:30'),
    sessionEnd_ms: at('15:10'),
    structure: 'put_spread',
    strike: 742.5,
    hedgeStrike: 737.5,
    contracts: 25,
    spot: 743.1,
    mid: 0.3,
    netPnlCents: 12_345,
    assignmentCents: 185_500_000,
    worstCaseCents: 947_500,
    optionsBuyingPowerCents: 2_500_000,
  },
  {
    type: 'market_opened',
    open_ms: at('09:30'),
    close_ms: at('16:00'),
    windowOpen_ms: at('09:45'),
    windowClose_ms: at('14:30'),
    spot: 741.2,
  },
  {
    type: 'order_denied',
    clientOrderId: 'p4d',
    purpose: 'open',
    code: 'buying_power',
    numbers: { needed: '12500.1', has: 0.3, pnlCents: -1, age_s: 0.3 },
  },
  ...(REPORTED === undefined
    ? []
    : [
        {
          ...REPORTED,
          rules: {
            ...REPORTED.rules,
            hands: [
              {
                kind: 'limit_raised' as const,
                by: { id: '1', name: 'olivia', via: 'discord' as const },
                approver: null,
                at_ms: at('10:00'),
                limit: { name: 'vix_max' as const, from: 25.1, to: 30.2 },
              },
            ],
          },
        },
      ]),
]

const DECIMAL_TEXT = /^-?\d+\.\d+$/

/** The same event with every number that has decimals as arithmetic leaves it: 0.3 becomes 0.30000000123. */
function uglier(value: unknown): unknown {
  if (typeof value === 'number') return Number.isInteger(value) ? value : value + 1.23e-9
  if (typeof value === 'string') return DECIMAL_TEXT.test(value) ? `${value}333333333` : value
  if (Array.isArray(value)) return value.map(uglier)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, uglier(inner)]))
}

const EVENTS = [...DAY_EVENTS, ...BAD_EVENTS, ...OTHERS].filter(({ type }) => PUBLISHABLE.has(type))

describe('numbers in posts', () => {
  test.each(EVENTS.map((event) => [event.type, event] as const))(
    '%s shows no float as arithmetic left it',
    (_type, event) => {
      const document = uglier(DOCUMENT) as typeof DOCUMENT
      const made = render(entryOf(journalEventSchema.parse(uglier(event)), 1), { nowWall_ms: 9_000_100, document })
      const text = JSON.stringify([made?.embed.title, made?.embed.description, made?.embed.fields])
      expect(text).not.toMatch(/\d\.\d{5,}|\de[-+]\d|NaN|Infinity|undefined|\[object/)
    },
  )

  test('amounts and prices of the desk’s own messages', () => {
    expect(priceText(0.1 + 0.2)).toBe('$0.30')
    expect(priceText('0.66666667')).toBe('$0.6667')
    expect(dollarsText('74200')).toBe('$74,200.00')
    expect(dollarsText(-12.345678)).toBe('-$12.35')
  })
})
