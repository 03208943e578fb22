/**
 * The limits of each profile's newest account, kept in memory: Discord lets nobody wait for an autocomplete. Refreshed
 * in the background by `refresh`. Entry points: `LimitsNow`, `limitChoices`.
 */

import type { DeskReader } from '../report/views.ts'
import { limitValue } from '../report/words.ts'
import { DAY_LIMIT_ENTRIES, DAY_LIMITS, type DayLimit, RAISE_MAX } from '../session/day-limits.ts'
import { PROFILE_NAMES, type ProfileName } from '../strategy/types.ts'
import { tableOf } from '../tables/typed-keys.ts'
import { type Choice, numbersLike } from './choice.ts'

interface LimitNow {
  /** What the campaign began with. */
  readonly configured: number
  /** What is in force today. */
  readonly current: number
}

type Limits = Readonly<Record<DayLimit, LimitNow>>

/** Shares of what is configured that are offered. */
const SHARES = [1, 0.75, 0.5, 0.25, 1.25, 1.5, RAISE_MAX] as const

export class LimitsNow {
  #limits = new Map<ProfileName, Limits>()
  readonly #reader: Pick<DeskReader, 'accounts' | 'config' | 'status'>

  constructor(reader: Pick<DeskReader, 'accounts' | 'config' | 'status'>) {
    this.#reader = reader
  }

  /** Null: no account of that profile is known. */
  of(profile: ProfileName, limit: DayLimit): LimitNow | null {
    return this.#limits.get(profile)?.[limit] ?? null
  }

  /** Throws what the reader throws; what was known stays. */
  async refresh(): Promise<void> {
    const accounts = await this.#reader.accounts()
    const next = new Map<ProfileName, Limits>()
    for (const profile of PROFILE_NAMES) {
      const accountId = accounts.find((account) => account.profile === profile)?.accountId
      if (accountId === undefined) continue
      const [config, status] = await Promise.all([this.#reader.config(accountId), this.#reader.status(accountId)])
      if (config === null) continue
      const limits = tableOf(DAY_LIMITS, (limit) => {
        const current = DAY_LIMIT_ENTRIES[limit].read(config.strategy)
        const today = status?.dayLimits?.find((one) => one.limit === limit)
        return { current, configured: today?.configured ?? current }
      })
      next.set(profile, limits)
    }
    this.#limits = next
  }
}

/** Values of a limit beside what was typed, each with what setting it takes. */
export function limitChoices(typed: string, limit: DayLimit, { configured, current }: LimitNow): readonly Choice[] {
  const { min, isWhole } = DAY_LIMIT_ENTRIES[limit]
  const share = (part: number): number => {
    const value = configured * part
    return isWhole ? Math.round(value) : Number(value.toFixed(2))
  }
  const usual = [...new Set(SHARES.map(share))]
  const range = { min, max: configured * RAISE_MAX, isWhole }
  return numbersLike(typed, usual, range, (value) => {
    const shown = limitValue(limit, value)
    const base =
      value === configured ? 'as configured' : `${Math.round((value / configured) * 100)} % of the configured`
    if (value === current) return `${shown} · ${base} · in force now`
    return `${shown} · ${base} · ${value < current ? 'lower: at once' : 'higher: needs a second person'}`
  })
}
