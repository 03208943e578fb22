/** `/status` and its refresh button: one embed an account, read fresh. */
import { type APIEmbed, ButtonStyle, ComponentType } from 'discord.js'
import { shownAccounts } from '../../report/shown-accounts.ts'
import type { StatusView } from '../../report/views.ts'
import type { ProfileName } from '../../strategy/types.ts'
import { notStarted } from '../accounts.ts'
import type { Desk } from '../desk.ts'
import { customId } from '../handlers.ts'
import { type Reply, refusalReply } from '../reply.ts'
import { obstacleWords } from './held-back.ts'
import { statusEmbed } from './status-embed.ts'

export const STATUS_BUTTON = 'status'

/** The accounts armed, or the one started last; of one profile where `profile` is given. */
export async function statusReply(profile: ProfileName | null, desk: Desk): Promise<Reply> {
  const accounts = await desk.reader.accounts()
  const views = await Promise.all(
    shownAccounts(accounts, profile).map((account) => desk.reader.status(account.accountId)),
  )
  const shown = views.filter((view) => view !== null)
  if (shown.length === 0) return refusalReply(notStarted(profile))
  return {
    embeds: await Promise.all(shown.map((view) => statusOf(view, desk))),
    buttons: {
      type: ComponentType.ActionRow,
      components: [
        {
          type: ComponentType.Button,
          style: ButtonStyle.Secondary,
          label: 'Refresh',
          custom_id: customId(STATUS_BUTTON, profile ?? 'all'),
        },
      ],
    },
  }
}

async function statusOf(view: StatusView, { reader, wall }: Desk): Promise<APIEmbed> {
  const [reviews, entries] = await Promise.all([
    reader.reviews(view.accountId),
    reader.journal(view.accountId, view.date),
  ])
  return statusEmbed(
    view,
    wall.now_ms(),
    reviews.filter(({ state }) => state === 'waiting'),
    obstacleWords(entries, view.phase),
  )
}
