/** Which accounts a view is about where nobody named one. Entry point: `shownAccounts`. */
import type { ProfileName } from '../strategy/types.ts'

interface Listed {
  readonly profile: ProfileName
  readonly armed: boolean
}

/**
 * The armed accounts; where none is armed the one started last. Of each profile at most one, as simulated markets that
 * are gone leave their accounts behind. `accounts` as a `DeskReader` lists them: armed first, then by when they were
 * started.
 */
export function shownAccounts<T extends Listed>(accounts: readonly T[], profile: ProfileName | null): readonly T[] {
  const wanted = accounts.filter((account) => profile === null || account.profile === profile)
  const newest = wanted.filter((account, index) => {
    return wanted.findIndex((other) => other.profile === account.profile) === index
  })
  const armed = newest.filter((account) => account.armed)
  return armed.length > 0 ? armed : newest.slice(0, 1)
}
