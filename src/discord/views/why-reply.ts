/** `/why`: today's decisions out of the journal, and what the session waits for now. */
import { gateHistory } from '../../report/gate-history.ts'
import type { ProfileName } from '../../strategy/types.ts'
import { accountFor, notStarted } from '../accounts.ts'
import type { Desk } from '../desk.ts'
import { type Reply, refusalReply } from '../reply.ts'
import { obstacleWords } from './held-back.ts'
import { whyEmbed } from './why-embed.ts'

export async function whyReply(profile: ProfileName | null, { reader }: Pick<Desk, 'reader'>): Promise<Reply> {
  const account = await accountFor(profile, reader)
  const view = account === null ? null : await reader.status(account.accountId)
  if (account === null || view === null) return refusalReply(notStarted(profile))
  const entries = await reader.journal(account.accountId, view.date)
  return { embeds: [whyEmbed(view, gateHistory(entries), obstacleWords(entries, view.phase))] }
}
