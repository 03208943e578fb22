/** What is offered while somebody types: numbers with what they mean, reasons, and always what was typed itself. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { numbersLike, offered, textsLike } from '../../src/discord/choice.ts'
import { LimitsNow, limitChoices } from '../../src/discord/limits-now.ts'
import { OLIVIA } from '../../src/sim/discord/fixtures.ts'
import { desk, saw } from '../support/bot-bench.ts'
import { ACCOUNT_ID, SOURCE } from '../support/desk-samples.ts'
import { CONFIG } from '../support/health-samples.ts'
import { STATUS } from '../support/view-samples.ts'

const RANGE = { min: 1, max: 60, isWhole: true }
const values = (choices: readonly { readonly value: string | number }[]) => choices.map(({ value }) => value)

describe('numbers', () => {
  it('offers what begins as typed, and what was typed first of all, where the option takes it', () => {
    const like = (typed: string) => values(numbersLike(typed, [10, 1, 5, 21, 60], RANGE, String))
    expect(like('')).toEqual([10, 1, 5, 21, 60])
    expect(like('1')).toEqual([1, 10])
    expect(like('6')).toEqual([6, 60])
    expect(like('61')).toEqual([])
    expect(like('2.5')).toEqual([])
    expect(like('week')).toEqual([])
  })

  it('prop_numbers_in_range: whatever is typed, nothing is offered that the option would not take', () => {
    const typed = fc.oneof(fc.string(), fc.integer().map(String), fc.double().map(String))
    fc.assert(
      fc.property(typed, fc.array(fc.integer()), (text, usual) => {
        for (const value of values(offered(numbersLike(text, usual, RANGE, (n) => `${n}`)))) {
          expect(Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 60).toBe(true)
        }
      }),
    )
  })
})

describe('reasons', () => {
  it('are offered beside what is typed, which comes first: Enter sends what somebody wrote', () => {
    const usual = ['unusual market: looking first', 'done for today']
    expect(values(textsLike('', usual))).toEqual(usual)
    expect(values(textsLike('Market', usual))).toEqual(['Market', 'unusual market: looking first'])
    expect(values(textsLike('done for today', usual))).toEqual(['done for today'])
  })
})

describe('values of a limit', () => {
  it('say what they come to, and who has to agree', () => {
    const names = limitChoices('', 'max_daily_loss', { configured: 1500, current: 1125 }).map(({ name }) => name)
    expect(names).toEqual([
      '$1,500.00 · as configured · higher: needs a second person',
      '$1,125.00 · 75 % of the configured · in force now',
      '$750.00 · 50 % of the configured · lower: at once',
      '$375.00 · 25 % of the configured · lower: at once',
      '$1,875.00 · 125 % of the configured · higher: needs a second person',
      '$2,250.00 · 150 % of the configured · higher: needs a second person',
      '$3,000.00 · 200 % of the configured · higher: needs a second person',
    ])
  })

  it('are whole where the limit is, and never below what it takes', () => {
    const entries = limitChoices('', 'max_daily_trades', { configured: 1, current: 1 })
    expect(values(entries)).toEqual([1, 2])
    expect(values(limitChoices('5', 'vix_max', { configured: 25, current: 25 }))).toEqual([50])
    expect(values(limitChoices('80', 'max_daily_loss', { configured: 1500, current: 1500 }))).toEqual([80])
  })

  it('are those of the newest account of a profile, with what was configured before today', async () => {
    const limits = new LimitsNow({
      accounts: async () => [{ accountId: ACCOUNT_ID, profile: '25k', source: SOURCE, armed: true }],
      config: async () => ({
        ...CONFIG,
        strategy: { ...CONFIG.strategy, profile: { ...CONFIG.strategy.profile, maxDailyLoss: 900 } },
      }),
      status: async () => ({ ...STATUS, dayLimits: [{ limit: 'max_daily_loss', value: 900, configured: 1500 }] }),
    })
    expect(limits.of('25k', 'max_daily_loss')).toBeNull()
    await limits.refresh()
    expect(limits.of('25k', 'max_daily_loss')).toEqual({ current: 900, configured: 1500 })
    expect(limits.of('25k', 'max_daily_trades')).toEqual({ current: 1, configured: 1 })
    expect(limits.of('2k', 'max_daily_loss')).toBeNull()
  })
})

describe('over the wire', () => {
  it('days, variants, values and reasons are completed, and a number that was picked is taken', async () => {
    const { bot, user } = await desk({}, OLIVIA.id)
    const limit = { account: '25k', name: 'max_daily_loss' }
    await expect
      .poll(() => user.complete('limit', { ...limit, value: '7' }, 'value'))
      .toEqual([
        { name: '$7.00 · 0 % of the configured · lower: at once', value: 7 },
        { name: '$750.00 · 50 % of the configured · lower: at once', value: 750 },
      ])
    expect(await user.complete('limit', { ...limit, reason: 'cpi' }, 'reason')).toHaveLength(2)
    // Of no limit yet, nothing is known.
    expect(await user.complete('limit', { account: '25k', value: '' }, 'value')).toEqual([])
    expect(values(await user.complete('trades', { days: '' }, 'days'))).toEqual([10, 1, 5, 21, 42, 60])
    expect(await user.complete('verdict', { variants: '5' }, 'variants')).toEqual([
      { name: '5: this one is the best of 5 that were tried', value: 5 },
      { name: '50: this one is the best of 50 that were tried', value: 50 },
    ])
    for (const command of ['pause', 'resume']) {
      expect((await user.complete(command, { reason: '' }, 'reason')).length).toBeGreaterThan(3)
    }
    await user.slash('limit', { ...limit, value: 750, reason: 'unusual market: less risk' })
    await saw(user, 'Armed 25k.')
    expect(bot.commands.jobs.at(-1)).toMatchObject({ kind: 'limit', value: 750, reason: 'unusual market: less risk' })
  })
})
