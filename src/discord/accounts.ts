/** Which account a view is about when a person names a profile, or none. */
import type { DeskReader } from '../report/views.ts'
import type { Refusal } from '../session/refusal.ts'
import type { ProfileName } from '../strategy/types.ts'

export type KnownAccount = Awaited<ReturnType<DeskReader['accounts']>>[number]

/** The account started last, of `profile` where given; a simulated market that is gone left older ones behind. */
export async function accountFor(
  profile: ProfileName | null,
  reader: Pick<DeskReader, 'accounts'>,
): Promise<KnownAccount | null> {
  const accounts = await reader.accounts()
  return accounts.find((account) => profile === null || account.profile === profile) ?? null
}

export function notStarted(profile: ProfileName | null): Refusal {
  const what = profile === null ? 'No account has been started yet' : `The account ${profile} has not been started yet`
  return { code: 'no_data', message: `${what}. Start one with \`/start account:${profile ?? '25k'}\`.`, numbers: {} }
}
