/**
 * The newest trades, kept in memory: Discord lets nobody wait for an autocomplete. Refreshed in the background by
 * `refresh`; a trade it does not know can still be typed. Entry points: `RecentTrades`, `namedTrade`.
 *
 * A trade's id is its account's own: where trades of several accounts are offered, each value names its account, too.
 */
import { legsName, signedMoneyOrNone } from '../report/format.ts'
import { tradeDays } from '../report/trade-days.ts'
import type { DeskReader } from '../report/views.ts'
import { PROFILE_NAMES, type ProfileName } from '../strategy/types.ts'
import type { Choice } from './choice.ts'

/** Publishable entries looked at, of each profile's newest account: some ten make a day. */
const ENTRIES_MAX = 600

/** `2026-07-17-1`, or `2026-07-17-1 25k`. */
const NAMED_TRADE = /^(\d{4}-\d{2}-\d{2}-\d{1,6})(?:\s+(\S+))?$/

/** What was typed or picked; null: no trade's id. `profile` null: of any account. */
export function namedTrade(typed: string): { readonly tradeId: string; readonly profile: ProfileName | null } | null {
  const [, tradeId, name] = NAMED_TRADE.exec(typed.trim()) ?? []
  const profile = PROFILE_NAMES.find((known) => known === name) ?? null
  return tradeId === undefined || (name !== undefined && profile === null) ? null : { tradeId, profile }
}

interface Recent {
  readonly tradeId: string
  readonly profile: ProfileName
  readonly name: string
}

type Reader = Pick<DeskReader, 'accounts' | 'latestFeed'>

export class RecentTrades {
  #trades = new Map<ProfileName, readonly Recent[]>()
  readonly #reader: Reader

  constructor(reader: Reader) {
    this.#reader = reader
  }

  /** Newest first; of all profiles where `profile` is null. */
  of(profile: ProfileName | null): readonly Choice[] {
    const wanted = profile === null ? PROFILE_NAMES.toReversed() : [profile]
    const lists = wanted.map((name) => this.#trades.get(name) ?? []).filter((list) => list.length > 0)
    const trades = lists.flat().toSorted((a, b) => dateOf(b).localeCompare(dateOf(a)))
    return trades.map(({ tradeId, profile: own, name }) => ({
      name,
      value: lists.length > 1 ? `${tradeId} ${own}` : tradeId,
    }))
  }

  /** Throws what the reader throws; what was known stays. */
  async refresh(): Promise<void> {
    const accounts = await this.#reader.accounts()
    const next = new Map<ProfileName, readonly Recent[]>()
    for (const profile of PROFILE_NAMES) {
      const account = accounts.find((candidate) => candidate.profile === profile)
      if (account === undefined) continue
      const days = tradeDays(await this.#reader.latestFeed(account.accountId, ENTRIES_MAX))
      const trades = days.flatMap(({ trades }) => trades.toReversed())
      next.set(
        profile,
        trades.map(({ tradeId, strike, hedgeStrike, netPnlCents, exit_ms }) => ({
          name: `${tradeId} · ${profile} · ${legsName(strike, hedgeStrike)} · ${exit_ms === null ? 'open' : signedMoneyOrNone(netPnlCents)}`,
          tradeId,
          profile,
        })),
      )
    }
    this.#trades = next
  }
}

/** A trade's id begins with its trading date. */
const dateOf = ({ tradeId }: Recent): string => tradeId.slice(0, 10)
