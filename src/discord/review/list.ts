/** `/review`: what waits, oldest first, and what the reviews of a period come to. Entry point: `reviewListReply`. */
import { type APIEmbed, ButtonStyle, ComponentType } from 'discord.js'
import { COLOURS, clip, embed, type Field, figure, line } from '../../feed/embed.ts'
import { CHART_FILE_TAGS } from '../../report/chart.ts'
import { dayName, decimal, shareText, signedMoney, sourceBadge } from '../../report/format.ts'
import { agreementWords, GRADED_WORDS } from '../../report/review-words.ts'
import type { DeskReader } from '../../report/views.ts'
import type { ReviewDesk } from '../../review/port.ts'
import {
  type ReviewPeriod,
  type ReviewStatistics,
  reviewStatistics,
  reviewsOf,
  type Sum,
} from '../../review/statistics.ts'
import { GRADED, type WaitingReview } from '../../review/types.ts'
import type { ProfileName } from '../../strategy/types.ts'
import { accountFor, type KnownAccount, notStarted } from '../accounts.ts'
import type { Desk, Request } from '../desk.ts'
import { type Reply, refusalReply } from '../reply.ts'
import { illustrated, type Picture } from '../views/pictures.ts'
import { openButton, reviewLine } from './parts.ts'

const WAITING_SHOWN_MAX = 10
const BUTTONS_MAX = 5
const TAGS_SHOWN_MAX = 12
const PICTURE_TAGS_MIN = 2

const PERIOD_WORDS: Readonly<Record<ReviewPeriod, string>> = {
  week: 'the last week',
  month: 'the last month',
  quarter: 'the last quarter',
  year: 'the last year',
  all: 'all trades',
}
export const periodWords = (period: ReviewPeriod): string => PERIOD_WORDS[period]

const PLAN_GROUPS = { followed: 'by the plan', not_followed: 'off the plan', disputed: 'disputed' } as const

/** What of the desk it reads. */
interface Shelf {
  readonly reader: Pick<DeskReader, 'accounts' | 'reviews'>
  readonly reviews: Pick<ReviewDesk, 'policy'>
  readonly draw: Desk['draw']
}

export async function reviewListReply(
  profile: ProfileName | null,
  period: ReviewPeriod,
  desk: Shelf,
  request: Pick<Request, 'log'>,
): Promise<Reply> {
  const account = await accountFor(profile, desk.reader)
  if (account === null) return refusalReply(notStarted(profile))
  const reviews = await desk.reader.reviews(account.accountId)
  const waiting = reviews.filter((review) => review.state === 'waiting')
  const statistics = reviewStatistics(reviewsOf(reviews, period))
  const buttons = waiting
    .slice(0, BUTTONS_MAX)
    .map(({ trade }) => openButton(account.accountId, trade.tradeId, trade.tradeId, ButtonStyle.Secondary))
  const results = await illustrated(
    (image) => statisticsEmbed(statistics, period, account, image),
    tagPictures(statistics, period, account),
    desk,
    request,
  )
  return {
    embeds: [waitingEmbed(waiting, desk.reviews.policy.needed, account), ...results.embeds],
    files: results.files,
    ...(buttons.length === 0 ? {} : { buttons: { type: ComponentType.ActionRow, components: buttons } }),
  }
}

const footerOf = ({ source, profile }: KnownAccount): string => `${clip(sourceBadge(source), 120)} · ${profile}`

function waitingEmbed(waiting: readonly WaitingReview[], needed: number, account: KnownAccount): APIEmbed {
  const lines = waiting.slice(0, WAITING_SHOWN_MAX).map((review) => {
    const { tradeId, date, netPnlCents } = review.trade
    return `**${clip(tradeId, 40)}** · ${dayName(date)} · ${signedMoney(netPnlCents)}\n${reviewLine(review, needed)}`
  })
  if (waiting.length > lines.length) lines.push(`and ${waiting.length - lines.length} later ones`)
  const count = waiting.length
  return embed({
    colour: count === 0 ? COLOURS.plan : COLOURS.warning,
    title:
      count === 0
        ? '📝 No trade waits for a review'
        : `📝 ${count} ${count === 1 ? 'trade waits' : 'trades wait'} for a review`,
    description:
      count === 0
        ? 'Every closed trade is reviewed.'
        : `Oldest first. A button shows the trade, and how to review it.\n\n${lines.join('\n')}`,
    footer: footerOf(account),
  })
}

/** `late-exit · 3 · 33 % won · −$1,204.50` */
const sumLine = (name: string, { trades, wins, netPnlCents }: Sum): string =>
  `${name} · ${trades} · ${shareText(wins, trades, 0)} won · **${signedMoney(netPnlCents)}**`

/** One tag's bar says nothing that its line does not. */
function tagPictures({ byTag }: ReviewStatistics, period: ReviewPeriod, account: KnownAccount): readonly Picture[] {
  if (byTag.length < PICTURE_TAGS_MIN) return []
  const groups = byTag.map(({ tag, trades, netPnlCents }) => ({ name: tag, trades, netPnlCents }))
  const chart = { title: 'Net P&L by tag', subtitle: `${footerOf(account)} · ${periodWords(period)}`, groups }
  return [{ file: CHART_FILE_TAGS, title: chart.title, chart: { kind: 'groups', chart } }]
}

function statisticsEmbed(
  statistics: ReviewStatistics,
  period: ReviewPeriod,
  account: KnownAccount,
  image: string | null,
): APIEmbed {
  const { from, to, reviewed, waiting, byTag, byAgreement, byPlan, grades } = statistics
  const dates = from === null || to === null ? 'no closed trade' : `${dayName(from)} to ${dayName(to)}`
  const tags = byTag.slice(0, TAGS_SHOWN_MAX).map(({ tag, ...sum }) => sumLine(`#${tag}`, sum))
  if (byTag.length > tags.length) tags.push(`and ${byTag.length - tags.length} more tags`)
  const fields: Field[] = [
    figure('Reviewed', `${reviewed.trades} · ${signedMoney(reviewed.netPnlCents)}`),
    figure('Waiting', `${waiting.trades} · ${signedMoney(waiting.netPnlCents)}`),
    ...(grades === null
      ? []
      : [
          figure(
            'Mean grades',
            GRADED.map((graded) => `${GRADED_WORDS[graded]} ${decimal(grades[graded], 1)}`).join(' · '),
          ),
        ]),
    ...(byPlan.length === 0
      ? []
      : [line('Plan', byPlan.map(({ plan, ...sum }) => sumLine(PLAN_GROUPS[plan], sum)).join('\n'))]),
    ...(byAgreement.length === 0
      ? []
      : [
          line(
            'Reviewers',
            byAgreement.map(({ agreement, ...sum }) => sumLine(agreementWords(agreement), sum)).join('\n'),
          ),
        ]),
    ...(tags.length === 0 ? [] : [line('Tags: trades, won, net P&L', tags.join('\n'))]),
  ]
  return embed({
    colour: COLOURS.plan,
    title: `🗂️ Reviews of ${periodWords(period)}`,
    description: dates,
    fields,
    footer: footerOf(account),
    ...(image === null ? {} : { image }),
  })
}
