/** Which structure a study is about when nobody said: what the desk trades. Entry point: `defaultStructure`. */
import type { DeskReader } from '../report/views.ts'
import type { ProfileName, Structure } from '../strategy/types.ts'

/** What the original rules trade. */
const ORIGINAL: Structure = 'short_put'

/**
 * That of the armed campaign of the profile; without one the configured one; with `auto` that of its last campaign,
 * else a put alone. `reader` null: no desk is known. Throws `StoreUnreachable`.
 */
export async function defaultStructure(
  profile: ProfileName,
  configured: Structure | 'auto',
  reader: Pick<DeskReader, 'accounts' | 'config'> | null,
): Promise<Structure> {
  // Armed ones come first, newest first.
  const newest = (await reader?.accounts())?.find((account) => account.profile === profile)
  if (newest?.armed !== true && configured !== 'auto') return configured
  const campaign = newest === undefined ? null : await reader?.config(newest.accountId)
  return campaign?.strategy.structure ?? (configured === 'auto' ? ORIGINAL : configured)
}
