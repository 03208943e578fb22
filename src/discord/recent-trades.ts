/**
 * The newest trades, kept in memory: Discord lets nobody wait for an autocomplete. Refreshed in the background by
 * `refresh`; a trade it does not know can still be typed.
 */
import { legsName, signedMoneyOrNone } from '../report/format.ts'
import { tradeDays } from '../report/trade-days.ts'
import type { DeskReader } from '../report/views.ts'
import { PROFILE_NAMES, type ProfileName } from '../strategy/types.ts'
import type { Choice } from './choice.ts'

/** Publishable entries looked at, of each profile's newest account: some ten make a day. */
const ENTRIES_MAX = 600

type Reader = Pick<DeskReader, 'accounts' | 'latestFeed'>

export class RecentTrades {
  #choices = new Map<ProfileName, readonly Choice[]>()
  readonly #reader: Reader

  constructor(reader: Reader) {
    this.#reader = reader
  }

  /** Newest first; of all profiles where `profile` is null. */
  of(profile: ProfileName | null): readonly Choice[] {
    const wanted = profile === null ? PROFILE_NAMES : [profile]
    return wanted.flatMap((name) => this.#choices.get(name) ?? [])
  }

  /** Throws what the reader throws; what was known stays. */
  async refresh(): Promise<void> {
    const accounts = await this.#reader.accounts()
    const next = new Map<ProfileName, readonly Choice[]>()
    for (const profile of PROFILE_NAMES) {
      const account = accounts.find((candidate) => candidate.profile === profile)
      if (account === undefined) continue
      const days = tradeDays(await this.#reader.latestFeed(account.accountId, ENTRIES_MAX))
      const trades = days.flatMap(({ trades }) => trades.toReversed())
      next.set(
        profile,
        trades.map(({ tradeId, strike, hedgeStrike, netPnlCents, exit_ms }) => ({
          name: `${tradeId} · ${profile} · ${legsName(strike, hedgeStrike)} · ${exit_ms === null ? 'open' : signedMoneyOrNone(netPnlCents)}`,
          value: tradeId,
        })),
      )
    }
    this.#choices = next
  }
}
