/**
 * Dates that have a report, kept in memory: Discord lets nobody wait for an autocomplete. Refreshed in the background
 * by
 * `refresh`; what it does not know yet is only not offered, it can still be typed.
 */
import type { DeskReader } from '../report/views.ts'
import { PROFILE_NAMES, type ProfileName } from '../strategy/types.ts'

const DATES_A_PROFILE_MAX = 400

export class SessionDates {
  #dates = new Map<ProfileName, readonly string[]>()
  readonly #reader: Pick<DeskReader, 'accounts' | 'dates'>

  constructor(reader: Pick<DeskReader, 'accounts' | 'dates'>) {
    this.#reader = reader
  }

  /** Newest first; of all profiles where `profile` is null. */
  of(profile: ProfileName | null): readonly string[] {
    const wanted = profile === null ? PROFILE_NAMES : [profile]
    const dates = new Set(wanted.flatMap((name) => this.#dates.get(name) ?? []))
    return [...dates].sort().reverse()
  }

  /** Throws what the reader throws; what was known stays. */
  async refresh(): Promise<void> {
    const accounts = await this.#reader.accounts()
    const next = new Map<ProfileName, readonly string[]>()
    for (const profile of PROFILE_NAMES) {
      const account = accounts.find((candidate) => candidate.profile === profile)
      if (account === undefined) continue
      next.set(profile, (await this.#reader.dates(account.accountId)).slice(0, DATES_A_PROFILE_MAX))
    }
    this.#dates = next
  }
}
