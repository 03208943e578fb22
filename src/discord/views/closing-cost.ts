/** What closing costs right now, for whoever stops: the spread, and the P&L at the price of buying it back. */
import { type Field, line } from '../../feed/embed.ts'
import { type ClosingCost, closingCost } from '../../report/closing-cost.ts'
import { money, priceOrNone, signedMoneyOrNone, sourceBadge } from '../../report/format.ts'
import { shownAccounts } from '../../report/shown-accounts.ts'
import type { DeskReader, StatusView } from '../../report/views.ts'
import type { ProfileName } from '../../strategy/types.ts'

export interface AccountCost {
  readonly account: Pick<StatusView, 'profile' | 'source'>
  readonly cost: ClosingCost
}

/** Of the accounts that have something open. */
export async function closingCosts(
  profile: ProfileName | null,
  reader: Pick<DeskReader, 'accounts' | 'status'>,
): Promise<readonly AccountCost[]> {
  const accounts = shownAccounts(await reader.accounts(), profile)
  const views = await Promise.all(accounts.map(({ accountId }) => reader.status(accountId)))
  return views.flatMap((view) => {
    const cost = view === null ? null : closingCost(view)
    return view === null || cost === null ? [] : [{ account: view, cost }]
  })
}

export function costField({ account, cost }: AccountCost): Field {
  const { contracts, mid, close, spreadCents, netPnlCents } = cost
  const name = `Closing ${account.profile} now · ${sourceBadge(account.source)}`
  if (close === null) return line(name, `${contracts} contracts; no quote of the position just now, so not known`)
  const spread = spreadCents === null ? '' : `; the spread costs ${money(spreadCents)}`
  return line(
    name,
    `${contracts} contracts at ${priceOrNone(close)}, mid ${priceOrNone(mid)}${spread}.\nEstimated net P&L of the position: **${signedMoneyOrNone(netPnlCents)}**`,
  )
}
