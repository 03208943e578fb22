/** One account after the other: what fails for one holds up no other. Entry point: `forEachAccount`. */
import { reasonOf } from '../config/reason.ts'
import type { Campaign } from '../session/campaign.ts'
import { StoreUnreachable } from '../store/port.ts'

export const profileOf = ({ plan }: Pick<Campaign, 'plan'>): string => plan.profile

/**
 * Throws once all had their turn, naming those that failed; `StoreUnreachable` at once, as it would be for the others.
 */
export async function forEachAccount<T>(
  accounts: readonly T[],
  nameOf: (account: T) => string,
  work: (account: T) => Promise<void>,
): Promise<void> {
  const failed: { readonly name: string; readonly error: unknown }[] = []
  for (const account of accounts) {
    try {
      await work(account)
    } catch (error) {
      if (error instanceof StoreUnreachable) throw error
      failed.push({ name: nameOf(account), error })
    }
  }
  if (failed.length === 0) return
  const told = failed.map(({ name, error }) => `${name}: ${reasonOf(error)}`)
  throw new AggregateError(
    failed.map(({ error }) => error),
    told.join('; '),
  )
}
