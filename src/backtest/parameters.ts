/**
 * Which numbers of the rules a backtest may change, and how changes are written: `--set name=value`,
 * `--sweep name=from:to:step` or `--sweep name=a,b,c`. Several sweeps make a grid.
 *
 * Entry points: `namesLike`, `parseOverrides`, `parseSweeps`, `gridOf`, `applyOverrides`, `parametersOf`, `PARAMETERS`.
 *
 * Left out on purpose: `maxDailyTrades` (a replay makes one trade a day), `quoteAgeMax_s` (a book is fresh at its time)
 * and what only live trading uses.
 */
import { z } from 'zod'
import { exact } from '../strategy/exact.ts'
import type { StrategyConfig } from '../strategy/types.ts'
import { keysOf, tableOf } from '../tables/typed-keys.ts'

/** A sweep of more is a search for luck. */
const VARIANTS_MAX = 10_000

const number = z.number().nonnegative().max(1_000_000)
const whole = z.int().positive().max(10_000)
const minutes = z.int().nonnegative().max(390)

/** Name → the part of the configuration it stands in, and its admissible values. */
export const PARAMETERS = {
  contracts: { part: 'profile', schema: whole },
  maxDailyLoss: { part: 'profile', schema: number },
  maxLossPerTrade: { part: 'profile', schema: number },
  commissionPerContract: { part: 'profile', schema: number },
  bidAskCostPct: { part: 'profile', schema: number.max(100) },
  slippagePct: { part: 'profile', schema: number.max(100) },
  entryAfterOpenMin: { part: 'limits', schema: minutes },
  entryBeforeCloseMin: { part: 'limits', schema: minutes },
  sessionEndBeforeCloseMin: { part: 'limits', schema: minutes },
  barsMin: { part: 'limits', schema: z.int().min(1).max(390) },
  vixMax: { part: 'limits', schema: number },
  rangeExtremePct: { part: 'limits', schema: number },
  rangeModeratePct: { part: 'limits', schema: number },
  premiumMin: { part: 'limits', schema: number },
  premiumMax: { part: 'limits', schema: number },
  spreadMax: { part: 'limits', schema: number },
  profitTargetShare: { part: 'limits', schema: number.max(1) },
  width: { part: 'config', schema: number.positive() },
} as const

type ParameterName = keyof typeof PARAMETERS
export type Overrides = Readonly<Partial<Record<ParameterName, number>>>

export interface Sweep {
  readonly name: ParameterName
  readonly values: readonly number[]
}

/** What was typed cannot be used; the message says what was expected. */
export class ParameterError extends Error {
  override readonly name = 'ParameterError'
}

export const PARAMETER_NAMES: readonly ParameterName[] = keysOf(PARAMETERS)

/**
 * Names that a person may mean by what was typed, the likeliest first: those that begin with it, then those that hold
 * it.
 */
export function namesLike(typed: string): ParameterName[] {
  const wanted = typed.toLowerCase()
  const holding = PARAMETER_NAMES.filter((name) => name.toLowerCase().includes(wanted))
  const isBeginning = (name: string): number => Number(name.toLowerCase().startsWith(wanted))
  return holding.toSorted((a, b) => isBeginning(b) - isBeginning(a))
}

const isName = (name: string): name is ParameterName => Object.hasOwn(PARAMETERS, name)

function split(text: string): { name: ParameterName; value: string } {
  const [name = '', value = '', ...more] = text.split('=')
  if (value === '' || more.length > 0) throw new ParameterError(`expected name=value, got "${text}"`)
  if (!isName(name)) {
    const [near] = namesLike(name)
    const meant = near === undefined ? '' : `: did you mean ${near}?`
    throw new ParameterError(`expected one of ${PARAMETER_NAMES.join(', ')}; got "${name}"${meant}`)
  }
  return { name, value }
}

function checked(name: ParameterName, text: string): number {
  const value = /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN
  const parsed = PARAMETERS[name].schema.safeParse(value)
  if (parsed.success) return parsed.data
  throw new ParameterError(`${name}: ${parsed.error.issues[0]?.message ?? 'not admissible'}, got "${text}"`)
}

export function parseOverrides(texts: readonly string[]): Overrides {
  const overrides: Partial<Record<ParameterName, number>> = {}
  for (const { name, value } of texts.map(split)) {
    if (overrides[name] !== undefined) throw new ParameterError(`${name}: expected it once, got it twice`)
    overrides[name] = checked(name, value)
  }
  return overrides
}

/** The steps of `from:to:step` in exact decimals, both ends included. */
function range(name: ParameterName, text: string): number[] {
  const parts = text.split(':')
  const [from, to, step] = parts
  if (parts.length !== 3 || !from || !to || !step) {
    throw new ParameterError(`${name}: expected from:to:step or a,b,c; got "${text}"`)
  }
  const [low, high] = [checked(name, from), checked(name, to)]
  const by = /^\d+(\.\d+)?$/.test(step) ? Number(step) : 0
  if (by <= 0 || high < low) throw new ParameterError(`${name}: expected from ≤ to and a step above 0, got "${text}"`)
  const count = Math.floor(exact(high).minus(low).div(by).plus('1e-12').toNumber()) + 1
  if (count > VARIANTS_MAX) throw new ParameterError(`${name}: expected at most ${VARIANTS_MAX} values, got ${count}`)
  return Array.from({ length: count }, (_, index) => checked(name, exact(by).times(index).plus(low).toFixed()))
}

export function parseSweeps(texts: readonly string[]): Sweep[] {
  const sweeps = texts.map(split).map(({ name, value }): Sweep => {
    const values = value.includes(':') ? range(name, value) : value.split(',').map((each) => checked(name, each))
    if (new Set(values).size !== values.length) throw new ParameterError(`${name}: expected each value once`)
    return { name, values }
  })
  const names = sweeps.map(({ name }) => name)
  if (new Set(names).size !== names.length) throw new ParameterError('expected each name in one --sweep only')
  return sweeps
}

/** Every combination of the sweeps over what is set, the last sweep changing fastest; one without sweeps. */
export function gridOf(fixed: Overrides, sweeps: readonly Sweep[]): Overrides[] {
  const clash = sweeps.find(({ name }) => fixed[name] !== undefined)
  if (clash !== undefined) throw new ParameterError(`${clash.name}: expected --set or --sweep, got both`)
  const count = sweeps.reduce((product, { values }) => product * values.length, 1)
  if (count > VARIANTS_MAX) throw new ParameterError(`expected at most ${VARIANTS_MAX} variants, got ${count}`)
  return sweeps.reduce<Overrides[]>(
    (grid, { name, values }) => grid.flatMap((overrides) => values.map((value) => ({ ...overrides, [name]: value }))),
    [fixed],
  )
}

/** Every number that a variant runs with. */
export function parametersOf(config: StrategyConfig): Record<ParameterName, number> {
  const all = { ...config.profile, ...config.limits, width: config.width }
  return tableOf(PARAMETER_NAMES, (name) => all[name])
}

function partOf(overrides: Overrides, part: 'profile' | 'limits'): Overrides {
  return Object.fromEntries(
    Object.entries(overrides).filter(([name]) => isName(name) && PARAMETERS[name].part === part),
  )
}

/** The configuration with the changes made. Contradictions the rules would not notice are refused. */
export function applyOverrides(base: StrategyConfig, overrides: Overrides): StrategyConfig {
  const config: StrategyConfig = {
    profile: { ...base.profile, ...partOf(overrides, 'profile') },
    limits: { ...base.limits, ...partOf(overrides, 'limits') },
    structure: base.structure,
    width: overrides.width ?? base.width,
  }
  if (config.limits.premiumMin > config.limits.premiumMax) {
    throw new ParameterError(
      `expected premiumMin at most premiumMax, got ${config.limits.premiumMin} and ${config.limits.premiumMax}`,
    )
  }
  return config
}
