/**
 * `/review`: what waits, oldest first and page by page, and what the reviews of a period come to. Entry points:
 * `reviewListReply`, `reviewPageButton`.
 */
import { type APIButtonComponent, type APIEmbed, ButtonStyle, ComponentType } from 'discord.js'
import { COLOURS, clip, embed } from '../../feed/embed.ts'
import { dayName, signedMoney } from '../../report/format.ts'
import type { DeskReader } from '../../report/views.ts'
import type { ReviewDesk } from '../../review/port.ts'
import { REVIEW_PERIODS, type ReviewPeriod, reviewStatistics, reviewsOf } from '../../review/statistics.ts'
import type { Refusal } from '../../session/refusal.ts'
import { PROFILE_NAMES, type ProfileName } from '../../strategy/types.ts'
import { type KnownAccount, notStarted } from '../accounts.ts'
import type { Desk, Request } from '../desk.ts'
import { type ButtonHandler, customId, partsOf } from '../handlers.ts'
import { type Reply, refusalReply } from '../reply.ts'
import { illustrated } from '../views/pictures.ts'
import { openButton, reviewLine } from './parts.ts'
import { accountsLine, statisticsEmbed, tagPictures } from './results.ts'
import { readReviews, type Waiting } from './waiting.ts'

/** Two rows of buttons; a third one turns the page. */
const PAGE_TRADES = 10
const ROW_BUTTONS = 5
/** First part of the custom id of the buttons that turn the page; then account, period and page. */
const REVIEW_PAGE_BUTTON = 'review-page'
const ALL = 'all'

/** What of the desk it reads. */
interface Shelf {
  readonly reader: Pick<DeskReader, 'accounts' | 'reviews'>
  readonly reviews: Pick<ReviewDesk, 'policy'>
  readonly draw: Desk['draw']
}

interface ReviewListAsked {
  /** Null: all accounts of the desk. */
  readonly profile: ProfileName | null
  readonly period: ReviewPeriod
  /** From 1; beyond the last: the last. */
  readonly page: number
}

export async function reviewListReply(
  { profile, period, page }: ReviewListAsked,
  desk: Shelf,
  request: Pick<Request, 'log'>,
): Promise<Reply> {
  const shelf = await readReviews(profile, desk.reader)
  if (shelf === null) return refusalReply(notStarted(profile))
  const { accounts, reviews } = shelf
  const shown = pageOf(shelf.waiting, page)
  const statistics = reviewStatistics(reviewsOf(reviews, period))
  const results = await illustrated(
    (image) => statisticsEmbed(statistics, period, accounts, image),
    tagPictures(statistics, period, accounts),
    desk,
    request,
  )
  const [first, ...more] = rowsOf(shown, { profile, period, page }, accounts)
  return {
    embeds: [waitingEmbed(shown, desk.reviews.policy.needed, accounts), ...results.embeds],
    files: results.files,
    ...(first === undefined ? {} : { buttons: first, moreButtons: more }),
  }
}

interface Page {
  readonly waiting: readonly Waiting[]
  readonly count: number
  readonly number: number
  readonly last: number
}

function pageOf(waiting: readonly Waiting[], asked: number): Page {
  const last = Math.max(1, Math.ceil(waiting.length / PAGE_TRADES))
  const number = Math.min(Math.max(1, asked), last)
  const start = (number - 1) * PAGE_TRADES
  return { waiting: waiting.slice(start, start + PAGE_TRADES), count: waiting.length, number, last }
}

type Row = NonNullable<Reply['buttons']>
const rowOf = (components: readonly APIButtonComponent[]): Row => ({
  type: ComponentType.ActionRow,
  components: [...components],
})

/** A button a trade, and below them the way to the other pages, where there are any. */
function rowsOf(
  { waiting, number, last }: Page,
  { profile, period }: ReviewListAsked,
  accounts: readonly KnownAccount[],
): readonly Row[] {
  const buttons = waiting.map(({ account, review: { trade } }) =>
    openButton(account.accountId, trade.tradeId, nameOf(account, trade.tradeId, accounts), ButtonStyle.Secondary),
  )
  const rows: Row[] = []
  for (let start = 0; start < buttons.length; start += ROW_BUTTONS) {
    rows.push(rowOf(buttons.slice(start, start + ROW_BUTTONS)))
  }
  if (last === 1) return rows
  const turn = (label: string, page: number): APIButtonComponent => ({
    type: ComponentType.Button,
    style: ButtonStyle.Primary,
    label,
    custom_id: customId(REVIEW_PAGE_BUTTON, profile ?? ALL, period, String(page)),
    disabled: page < 1 || page > last,
  })
  return [...rows, rowOf([turn('◀ Older', number - 1), turn('Newer ▶', number + 1)])]
}

/** With its account, where the list has several. */
const nameOf = ({ profile }: KnownAccount, tradeId: string, accounts: readonly KnownAccount[]): string =>
  `${accounts.length > 1 ? `${profile} · ` : ''}${clip(tradeId, 40)}`

/** `review-page:25k:month:2`; null: of another version of the bot. */
function pageAsked(id: string): ReviewListAsked | null {
  const [account, wanted, number = ''] = partsOf(id)
  const period = REVIEW_PERIODS.find((known) => known === wanted)
  const profile = PROFILE_NAMES.find((known) => known === account) ?? null
  if (period === undefined || (profile === null && account !== ALL) || !/^\d{1,6}$/.test(number)) return null
  return { profile, period, page: Number(number) }
}

/** Turns the page for all who see the list; what waits by now is read anew. */
export const reviewPageButton: ButtonHandler = {
  name: REVIEW_PAGE_BUTTON,
  authority: 'view',
  answer: 'update',
  refuse: ({ customId: id }) => (pageAsked(id) === null ? OLD_LIST : null),
  async run(interaction, desk, request) {
    const asked = pageAsked(interaction.customId)
    return asked === null ? refusalReply(OLD_LIST) : reviewListReply(asked, desk, request)
  },
}

const OLD_LIST: Refusal = {
  code: 'stale_command',
  message: 'This list is of another version of the desk. Type `/review` for a new one.',
  numbers: {},
}

function waitingEmbed(
  { waiting, count, number, last }: Page,
  needed: number,
  accounts: readonly KnownAccount[],
): APIEmbed {
  const lines = waiting.map(({ account, review }) => {
    const { tradeId, date, netPnlCents } = review.trade
    const name = nameOf(account, tradeId, accounts)
    return `**${name}** · ${dayName(date)} · ${signedMoney(netPnlCents)}\n${reviewLine(review, needed)}`
  })
  const pages = last === 1 ? '' : ` · page ${number} of ${last}`
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
    footer: `${accountsLine(accounts)}${pages}`,
  })
}
