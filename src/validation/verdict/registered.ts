/**
 * A registration as it was made when a campaign was armed: what was fixed, since when, and what it differs in from the
 * one before. It stands in the journal with the arming and never changes.
 *
 * Entry points: `registerCampaign`, `holdsFor`, `settingsChanged`. Pure. Its shape in the journal:
 * `session/registration.ts`.
 *
 * 1. The same configuration armed again goes on under its registration: stopping and starting wipes nothing away.
 * 2. Another configuration is another campaign with a registration of its own, also when it goes back to an old one;
 *    every one before counts as a variant tried.
 */
import { CHANGES_MAX, type Registered, type Registration } from '../../session/registration.ts'
import { type Baseline, planKey, type RegisteredPlan, registrationOf } from './registration.ts'

export interface ArmedFacts extends Pick<Registered, 'tried' | 'strategyVersion' | 'feeds'> {
  readonly plan: RegisteredPlan
  readonly source: Registration['source']
  /** The first session's date. */
  readonly date: string
  /** Dearest premium the rules accept, dollars a share. */
  readonly premiumMax: number
  /** Entries a day may have. */
  readonly entriesPerDay: number
  /** Absent: the one brought along. */
  readonly baseline?: Baseline
  /** Strategy, engine and limits of this configuration and of the one before, for what changed. */
  readonly settings: unknown
  readonly before: { readonly registered: Registered; readonly settings: unknown } | null
}

/** `isNew` false: the registration before still holds. */
export function registerCampaign(facts: ArmedFacts): { readonly registered: Registered; readonly isNew: boolean } {
  const { plan, source, date, premiumMax, entriesPerDay, tried, strategyVersion, feeds, before } = facts
  if (before !== null && holdsFor(before.registered.registration, plan, source)) {
    return { registered: before.registered, isNew: false }
  }
  const number = (before?.registered.number ?? 0) + 1
  // Every earlier configuration of the account was a try, too.
  const variants = tried.variants + number - 1
  const options = { source, variants, premiumMax, entriesPerDay }
  const registration = registrationOf(
    plan,
    facts.baseline === undefined ? options : { ...options, baseline: facts.baseline },
  )
  const changed = before === null ? [] : settingsChanged(before.settings, facts.settings)
  return {
    registered: { registration, number, from: date, tried, strategyVersion, feeds, changed },
    isNew: true,
  }
}

/** Whether a registration is of this plan's configuration and source. */
export function holdsFor(registration: Registration, plan: RegisteredPlan, source: Registration['source']): boolean {
  const { configurationHash: configHash, structure, width, contracts } = registration
  return (
    registration.source === source && planKey({ ...plan, configHash, structure, width, contracts }) === planKey(plan)
  )
}

/** Each setting that differs, as `path: before → after`, at most `CHANGES_MAX`. */
export function settingsChanged(before: unknown, after: unknown): string[] {
  const [old, now] = [flat(before), flat(after)]
  const names = [...new Set([...old.keys(), ...now.keys()])].toSorted()
  const changed = names
    .filter((name) => old.get(name) !== now.get(name))
    .map((name) => `${name}: ${old.get(name) ?? 'none'} → ${now.get(name) ?? 'none'}`)
  return changed.slice(0, CHANGES_MAX)
}

function flat(value: unknown, path = ''): Map<string, string> {
  if (value === null || typeof value !== 'object') return new Map([[path, String(value)]])
  const entries = Object.entries(value).flatMap(([key, item]) => [...flat(item, path === '' ? key : `${path}.${key}`)])
  return new Map(entries)
}
