/** `/why`: today's decisions out of the journal, and what the session waits for now. */

import { dayName, sourceBadge } from '../../report/format.ts'
import { gateHistory } from '../../report/gate-history.ts'
import type { StatusView } from '../../report/views.ts'
import type { ProfileName } from '../../strategy/types.ts'
import { accountFor, notStarted } from '../accounts.ts'
import type { Desk } from '../desk.ts'
import { type Reply, type ReplyFile, refusalReply } from '../reply.ts'
import { obstacleWords } from './held-back.ts'
import { whyShown } from './why-embed.ts'

export async function whyReply(profile: ProfileName | null, { reader }: Pick<Desk, 'reader'>): Promise<Reply> {
  const account = await accountFor(profile, reader)
  const view = account === null ? null : await reader.status(account.accountId)
  if (account === null || view === null) return refusalReply(notStarted(profile))
  const entries = await reader.journal(account.accountId, view.date)
  const { embed, history } = whyShown(view, gateHistory(entries), obstacleWords(entries, view.phase))
  return history === null ? { embeds: [embed] } : { embeds: [embed], files: [historyFile(view, history)] }
}

function historyFile({ source, profile, date }: StatusView, history: string): ReplyFile {
  const heading = `Gates of ${profile} on ${dayName(date)}, ${sourceBadge(source)}. Times of New York, the oldest first.`
  return {
    name: `phase4d-${source.kind.toLowerCase()}-${profile}-${date}-gates.txt`,
    data: Buffer.from(`${heading}\n\n${history}\n`),
  }
}
