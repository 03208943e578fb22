/**
 * What is fixed before a campaign's first day, so that nobody can choose it after having seen results: hypotheses,
 * error rates, the range of a day that the bets rest on, the number of variants tried.
 *
 * Entry points: `registrationOf`, `planKey`, `builtInBaseline`, `RESETTLED_DAILY_CENTS`. Its shape in the journal:
 * `session/registration.ts`.
 *
 * 1. All of it follows from the plan of the first session and the number of variants; nothing depends on a result.
 * 2. The ceiling is no assumption: a put that is sold cannot earn more than the dearest premium the rules accept, and a
 *    day not more than as many of them as it may have entries. All that is said of a day is of all its entries.
 * 3. The floor lies as far below zero, or at four times the stop of a trade where that is nearer. Beyond it lies the
 *    tail. What it may cost a day on average is an assumption, stated as the allowance; the lower bound is reduced by
 *    it (by more, once the tail has cost more: `tail.ts`). A spread whose greatest loss lies above the floor has no
 *    tail.
 * 4. Bets are planned for the target and for days that spread by the stop of a trade: a wrong guess costs time, no
 *    error rate.
 */
import { type Registration, type ResettledFrom, registrationSchema } from '../../session/registration.ts'
import { exact, roundTo } from '../../strategy/exact.ts'
import { MULTIPLIER } from '../../strategy/rules.ts'
import type { ProfileName } from '../../strategy/types.ts'

/**
 * The published baseline's mean a trading day after re-settlement at official closes, as `audit` finds it on that table
 * (docs/baseline.md): like the target a claim that was brought along, until `audit --register` or BASELINE_SET puts
 * another in its place. The table is of 25 contracts; there is none of the small profile.
 */
export const RESETTLED_DAILY_CENTS: Readonly<Record<ProfileName, number | null>> = { '25k': 13_793, '2k': null }

/** What a campaign is held against beside its target, cents a day, and where that comes from. */
export interface Baseline {
  readonly resettledDailyCents: number | null
  readonly resettledFrom: ResettledFrom
}

/** Of a profile for which no table was audited. */
export function builtInBaseline(profile: ProfileName): Baseline {
  const resettledDailyCents = RESETTLED_DAILY_CENTS[profile]
  return resettledDailyCents === null
    ? { resettledDailyCents, resettledFrom: { kind: 'none', reason: 'no table of its trades was audited' } }
    : { resettledDailyCents, resettledFrom: { kind: 'built_in' } }
}

/** A day that loses this many stops of a trade counts as its floor. */
const FLOOR_STOPS = 4
/** What days beyond the floor may cost on average, as a part of the floor: one day in 150 that goes twice as far. */
const TAIL_ALLOWANCE_PART = 1 / 150
/** A day's live − replay counts up to this many stops of a trade, either way. */
const DRIFT_STOPS = 4
/** Commissions beside a spread's width. */
const SPREAD_FEES_PART = 0.05

/** The part of a session's plan that the registration rests on. */
export interface RegisteredPlan {
  readonly configHash: string
  readonly profile: ProfileName
  readonly structure: Registration['structure']
  readonly width: number
  readonly contracts: number
  readonly targetDailyCents: number
  readonly maxLossPerTradeCents: number
}

interface RegistrationOptions {
  readonly source: Registration['source']
  readonly variants: number
  /** Dearest premium the rules accept, dollars a share. */
  readonly premiumMax: number
  /** Entries a day may have. */
  readonly entriesPerDay: number
  readonly alpha?: number
  /** The one that was audited (`baseline-record.ts`); absent: the one brought along. */
  readonly baseline?: Baseline
}

const ALPHA_DEFAULT = 0.05

export function registrationOf(plan: RegisteredPlan, options: RegistrationOptions): Registration {
  const { source, variants, premiumMax, entriesPerDay, alpha: each = ALPHA_DEFAULT } = options
  const { resettledDailyCents, resettledFrom } = options.baseline ?? builtInBaseline(plan.profile)
  const sizeCents = (dollars: number): number =>
    roundTo(exact(dollars).times(MULTIPLIER).times(plan.contracts).times(entriesPerDay).times(100), 0)
  const ceiling = sizeCents(premiumMax)
  const bySpread =
    plan.structure === 'put_spread'
      ? roundTo(sizeCents(plan.width) * (1 + SPREAD_FEES_PART), 0)
      : Number.POSITIVE_INFINITY
  const byRisk = Math.min(ceiling, FLOOR_STOPS * plan.maxLossPerTradeCents * entriesPerDay)
  const bounded = bySpread <= byRisk
  const floor = bounded ? bySpread : byRisk
  return registrationSchema.parse({
    schema: 'phase4d.registration/1',
    configurationHash: plan.configHash,
    source,
    profile: plan.profile,
    structure: plan.structure,
    entriesPerDay,
    width: plan.width,
    contracts: plan.contracts,
    targetDailyCents: plan.targetDailyCents,
    resettledDailyCents,
    resettledFrom,
    alphaConsistent: each,
    alphaInconsistent: each,
    alphaDrift: each,
    alphaRate: each,
    floorCents: -floor,
    ceilingCents: ceiling,
    tailAllowanceCents: bounded ? 0 : roundTo(floor * TAIL_ALLOWANCE_PART, 0),
    spreadCents: plan.maxLossPerTradeCents,
    driftLimitCents: DRIFT_STOPS * plan.maxLossPerTradeCents * entriesPerDay,
    variants,
  })
}

/** What makes two days' configuration the same: every setting, and how the structure was resolved. */
export function planKey({ configHash, structure, width, contracts }: RegisteredPlan): string {
  return [configHash, structure, width, contracts].join('/')
}
