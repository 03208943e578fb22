import type { APIEmbed } from 'discord.js'
import { describe, expect, test } from 'vitest'
import { sequence } from '../../src/config/prng.ts'
import { verdictEmbed, verdictFooter } from '../../src/discord/views/verdict-embed.ts'
import type { LookaheadRun } from '../../src/replay/lookahead-run.ts'
import { PROFILES } from '../../src/strategy/profiles.ts'
import { type Assessment, assess } from '../../src/validation/assessment.ts'
import type { DayEvidence } from '../../src/validation/criteria/evidence.ts'
import { campaignsOf } from '../../src/validation/verdict/campaigns.ts'
import type { VerdictDay } from '../../src/validation/verdict/day.ts'
import { type ArmedFacts, registerCampaign } from '../../src/validation/verdict/registered.ts'
import { verdictText } from '../../src/validation/verdict/verdict-text.ts'
import { clean, LOOKAHEAD } from '../validation/assessed-days.ts'
import { madeDays, PLAN } from '../validation/verdict-days.ts'

const EVIDENCE: DayEvidence = { ...clean, feeds: { option: 'indicative', stock: 'iex' }, costs: [] }

const ARMED: ArmedFacts = {
  plan: PLAN,
  source: 'PAPER',
  date: '2025-01-02',
  premiumMax: 2,
  entriesPerDay: 1,
  tried: { variants: 12, runs: 3, unknown: null },
  strategyVersion: 'v1',
  feeds: { option: 'indicative', stock: 'iex' },
  settings: { limits: { vixMax: 25 } },
  before: null,
}
const first = registerCampaign(ARMED).registered
const other = { ...PLAN, configHash: 'b'.repeat(64) }
const second = registerCampaign({
  ...ARMED,
  plan: other,
  settings: { limits: { vixMax: 22 } },
  before: { registered: first, settings: ARMED.settings },
}).registered

interface Changes {
  readonly source?: 'PAPER' | 'SIM'
  readonly registered?: VerdictDay['registered']
  readonly lookaheads?: readonly LookaheadRun[]
  readonly day?: (day: VerdictDay, index: number) => VerdictDay
}

function assessed(cents: readonly (number | null)[], changes: Changes = {}): Assessment {
  const { source = 'PAPER', registered = first, lookaheads = [LOOKAHEAD], day = (same) => same } = changes
  const made = madeDays(cents, { evidence: EVIDENCE, source: { kind: source, label: 'PA1' } })
  const days = made.map((one, at) => day(at === 0 ? { ...one, registered } : one, at))
  const [campaign] = campaignsOf(days, () => days.map(({ date }) => date))
  if (campaign === undefined) throw new Error('expected a campaign')
  return assess(campaign, {
    ...{
      variants: 1,
      premiumMax: 2,
      entriesPerDay: 1,
      assumptions: PROFILES['25k'],
      optionFeed: null,
      lookaheads,
      isOfDesk: true,
    },
    uniform: sequence('embed').uniform,
  })
}

/** Without what keeps a sign and its amount on one line. */
const bare = (text: string | undefined): string => (text ?? '').replaceAll('\u2060', '')

const fieldOf = ({ fields = [] }: APIEmbed, name: string): string =>
  bare(fields.find((field) => field.name === name)?.value ?? 'no such field')
const few = [130_000, -110_000, 0, 90_000, -70_000]
const embedOf = (...of: Parameters<typeof assessed>) => verdictEmbed(assessed(...of), null)

describe('a verdict in the channel', () => {
  test('after a few days says that nothing is known yet, between which bounds, and what would change it', () => {
    const shown = embedOf(few)
    expect(shown.title).toBe('⚖️ INSUFFICIENT after 5 trading days')
    expect(shown.description).toMatch(/^Neither \$0 nor the target of \$341\.77 is excluded: the mean day lies between/)
    expect(fieldOf(shown, 'Mean day')).toMatch(/^\+\$80\.00\n−\$[\d,.]+ to \+?\$[\d,.]+$/)
    expect(fieldOf(shown, 'Execution rate')).toMatch(/^80\.0 %\n\d+ % to \d+ %$/)
    expect(fieldOf(shown, 'Win rate')).toMatch(/^50\.0 %\n\d+ % to \d+ %$/)
    const changes = fieldOf(shown, 'What would change it')
    for (const word of ['CONSISTENT: a lower bound above $0', 'INCONSISTENT: an upper bound below $341.77'])
      expect(changes).toContain(word)
  })

  test('says where the mean stands to each claim, what is at stake, what costs were, and what was fixed', () => {
    const costs = Array.from({ length: 2 }, () => ({
      ...{ contracts: 25, grossCents: 100_000, spreadCents: 1500, slippageCents: 0, assumedCents: 4300, feesCents: 0 },
    }))
    const shown = embedOf([...few, ...few, ...few], {
      day: (day) => ({ ...day, evidence: { ...EVIDENCE, costs } }),
    })
    expect(fieldOf(shown, 'Held against').split('\n')).toEqual([
      '$0.00: not excluded',
      'the re-settled baseline $137.93: not excluded (built in: the published table at official closes, no table was audited here)',
      'the target $341.77: not excluded',
    ])
    expect(fieldOf(shown, 'At stake')).toMatch(
      /^worst day: −\$1,100\.00 on 2025-01-03; .*\ndrawdown: \$[\d,.]+; were the mean the target/,
    )
    expect(fieldOf(shown, 'Costs')).toContain(
      'spread: assumed 3.50 % of premium, actual 1.50 (1.50 to 1.50) of 30 trades, not proven',
    )
    expect(fieldOf(shown, 'Fixed before the first day')).toMatch(
      /^Target \$341\.77 a day, beside the re-settled \$137\.93 \(built in: .*\)\n/,
    )
    expect(fieldOf(shown, 'What would change it')).toContain('CONSISTENT')
  })

  test('says that a re-settled baseline is not known for its profile, and how the next campaign gets one', () => {
    const { verdict, ...rest } = assessed(few)
    const { resettledFrom: _, ...of25k } = verdict.registration
    const registration = { ...of25k, profile: '2k' as const, resettledDailyCents: null }
    const shown = verdictEmbed({ ...rest, verdict: { ...verdict, registration } }, null)
    const line =
      'the re-settled baseline of 2k: not known; `audit --register` on a table of its trades gives the next campaign one'
    expect(fieldOf(shown, 'Held against').split('\n')).toEqual([
      '$0.00: not excluded',
      line,
      'the target $341.77: not excluded',
    ])
    expect(verdictText({ ...verdict, registration })).toContain(`  against ${line}`)
  })

  test('shows every gate with its mark and what it rests on; one that failed is the first sentence, and withholds the word', () => {
    const gates = fieldOf(embedOf(few), 'Before any verdict').split('\n')
    expect(gates).toEqual([
      '✅ registered before the first day: number 1 of the account, made when 2025-01-02 was armed',
      '✅ no look-ahead: version v1: none of 40 decisions changes (recorded)',
      '✅ parity of live decisions: checked on 5 of 5 days',
      '✅ broker difference $0: checked on 5 of 5 days',
    ])
    const unchecked = embedOf(few, { lookaheads: [] })
    expect(fieldOf(unchecked, 'Before any verdict')).toMatch(
      /⬜ no look-ahead: version v1 was not checked: `npm run -s phase4d -- lookahead/,
    )
    const bad = Array.from({ length: 250 }, () => -90_000)
    expect(embedOf(bad).title).toContain('INCONSISTENT after 250')
    const failed = embedOf(bad, { registered: null })
    expect(failed.title).toContain('INSUFFICIENT')
    expect(failed.description).toMatch(/^registered before the first day failed \(nothing was registered/)
    expect(fieldOf(failed, 'Before any verdict')).toContain('❌ registered before the first day')
  })

  test('each word has its reason and its colour', () => {
    const bad = embedOf(Array.from({ length: 250 }, () => -90_000))
    expect(bad.description).toContain('The target of $341.77 is excluded')
    const good = embedOf(Array.from({ length: 250 }, (_, at) => (at % 5 < 3 ? 130_000 : -110_000)))
    expect(good.title).toContain('CONSISTENT after 250 trading days')
    expect(good.description).toContain('The mean is above $0 and the target of $341.77 is not excluded')
    expect(fieldOf(good, 'What would change it')).toContain('Not rejected is not validated')
    const drifting = (day: VerdictDay): VerdictDay => ({
      ...day,
      replayNetPnlCents: day.netPnlCents === null ? null : day.netPnlCents + 30_000,
    })
    const drift = embedOf(
      Array.from({ length: 60 }, (_, at) => (at % 2 === 0 ? 100_000 : -100_000)),
      { day: drifting },
    )
    expect(drift.title).toContain('DRIFTING after 60')
    expect(bare(drift.description)).toContain('Live days differ from their replay by −$300.00 a day on average')
    expect(fieldOf(drift, 'Live − replay')).toBe('−$300.00 a day on 60 of 60 days')
    const split = { signal: 0, missedFill: 0, price: -24_000, fees: -6_000, expiry: 0, humanStop: 0, engine: 0 }
    const explained = embedOf(few, { day: (one) => ({ ...drifting(one), replaySplit: split }) })
    expect(fieldOf(explained, 'Live − replay')).toBe(
      '−$300.00 a day on 5 of 5 days\nin sum: price −$1,200.00, fees −$300.00',
    )
    expect(new Set([bad, good, drift, embedOf(few)].map(({ color }) => color)).size).toBe(4)
  })

  test('says where the drift stands without a replay', () => {
    expect(fieldOf(embedOf(few), 'Live − replay')).toBe('no day is paired yet')
    expect(fieldOf(embedOf(few), 'What would change it')).toContain('no day has been replayed yet')
  })

  test('a campaign after another says since when it counts, and what was changed', () => {
    const day = (one: VerdictDay): VerdictDay => ({ ...one, plan: other })
    const found = assessed(few, { registered: second, day })
    const shown = verdictEmbed(found, null)
    expect(shown.description).toContain(
      'The configuration changed before 2025-01-02 (limits.vixMax: 25 → 22): this is campaign 2, counted anew.',
    )
    expect(verdictFooter(found.verdict)).toMatch(/25k · 2025-01-02 to 2025-01-08 · campaign 2$/)
    // One more variant than the backtests tried: the configuration before was a try, too.
    expect(found.verdict.registration.variants).toBe(13)
  })

  test('days with a hand in them are named with what was done, the last three at most, and stay in', () => {
    const day = (one: VerdictDay, at: number): VerdictDay =>
      at < 4 ? { ...one, overridden: true, overrides: [`max_daily_loss 1500 → ${2000 + at} by Ann and Ben`] } : one
    const lines = fieldOf(embedOf(few, { day }), 'Overrides').split('\n')
    expect(lines[0]).toBe('4 days with somebody’s hand in it; all count')
    expect(lines.slice(1).map((text) => text.slice(0, 10))).toEqual(['Fri 3 Jan ', 'Mon 6 Jan ', 'Tue 7 Jan '])
    expect(lines.at(-1)).toContain('1500 → 2003 by Ann and Ben')
    expect(fieldOf(embedOf(few), 'Overrides')).toBe('no such field')
  })

  test('says what its source can prove; made-up days say so first, and tick nothing', () => {
    const paper = embedOf(few)
    expect(fieldOf(paper, 'Source')).toBe(
      'option quotes indicative (derived, not the exchanges’ own) on 5 days; stock quotes IEX (one exchange) on 5 days\n' +
        'Can prove: live quotes, fills made up at the quote and no fees: what the rules decide and when stops fire; never slippage, impact or fees',
    )
    const made = embedOf(few, { source: 'SIM', registered: registerCampaign({ ...ARMED, source: 'SIM' }).registered })
    expect(made.description).toMatch(/^Made-up or recorded market: this says nothing about paper or real money\./)
    expect(fieldOf(made, 'Success criteria')).toContain(
      'Phase 1: ❔❔❔❔ 0 of 4 met\nPhase 2: ❔❔❔❔ 0 of 4 met\nPhase 3: ❔❔❔❔ 0 of 4 met',
    )
    expect(fieldOf(paper, 'Success criteria')).toMatch(/^Phase 1: ✅✅✅❔ 3 of 4 met\n/)
  })
})
