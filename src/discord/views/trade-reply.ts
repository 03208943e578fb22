/** `/trade`: one trade in full with its chart; the newest one where none was named. */
import { plain } from '../../feed/embed.ts'
import { TRADE_CHART_FILE } from '../../report/chart.ts'
import { courseOf } from '../../report/trade-course.ts'
import { type TradeDetail, tradeDetails } from '../../report/trade-detail.ts'
import { PROFILE_NAMES, type ProfileName } from '../../strategy/types.ts'
import { notStarted } from '../accounts.ts'
import type { Desk, Request } from '../desk.ts'
import { type Reply, refusalReply } from '../reply.ts'
import { reviewButtons, reviewEmbed } from '../review/parts.ts'
import { drawnOrNull } from './pictures.ts'
import { tradeEmbed } from './trade-embed.ts'

/** A trade's id begins with its trading date. */
const TRADE_ID = /^(\d{4}-\d{2}-\d{2})-\d{1,6}$/
/** The newest trade is looked for in this many days. */
const DAYS_LOOKED_AT_MAX = 40

export async function tradeReply(
  profile: ProfileName | null,
  id: string | null,
  desk: Desk,
  request: Request,
): Promise<Reply> {
  const date = id === null ? null : (TRADE_ID.exec(id)?.[1] ?? 'bad')
  if (date === 'bad') {
    return refusalReply({
      code: 'bad_option',
      message: `Expected a trade's id like 2026-07-17-1, got "${plain(id ?? '')}". Pick one of those offered, or leave it out for the newest.`,
      numbers: {},
    })
  }
  const accounts = await desk.reader.accounts()
  // One account a profile: those of simulated markets that are gone have ids of their own days.
  const candidates = PROFILE_NAMES.toReversed()
    .filter((name) => profile === null || name === profile)
    .flatMap((name) => accounts.find((account) => account.profile === name) ?? [])
  if (candidates.length === 0) return refusalReply(notStarted(profile))
  for (const { accountId } of candidates) {
    const found = await findTrade(accountId, date, id, desk)
    if (found !== null) return replyOf(accountId, found, desk, request)
  }
  const what = id === null ? 'No trade yet' : `There is no trade ${plain(id)}`
  return refusalReply({
    code: 'no_data',
    message: `${what}. \`/trades\` lists them; \`/why\` says why there is none.`,
    numbers: {},
  })
}

async function findTrade(
  accountId: string,
  date: string | null,
  id: string | null,
  { reader }: Desk,
): Promise<TradeDetail | null> {
  const dates = date === null ? (await reader.dates(accountId)).slice(0, DAYS_LOOKED_AT_MAX) : [date]
  for (const candidate of dates) {
    const details = tradeDetails(await reader.journal(accountId, candidate))
    const found = id === null ? details.at(-1) : details.find(({ trade }) => trade.tradeId === id)
    if (found !== undefined) return found
  }
  return null
}

/** The same by account; null where there is no such trade. */
export async function tradeOfAccount(
  accountId: string,
  id: string,
  desk: Desk,
  request: Request,
): Promise<Reply | null> {
  const date = TRADE_ID.exec(id)?.[1]
  const found = date === undefined ? null : await findTrade(accountId, date, id, desk)
  return found === null ? null : replyOf(accountId, found, desk, request)
}

/** With what may be seen of its review, and the way to review it. */
async function replyOf(accountId: string, detail: TradeDetail, desk: Desk, request: Request): Promise<Reply> {
  const [chart, reviews, place] = await Promise.all([
    drawnOrNull({ kind: 'trade', course: courseOf(detail) }, desk, request),
    desk.reader.reviews(accountId),
    desk.tradeLink(accountId, detail.trade.tradeId),
  ])
  const review = reviews.find(({ trade }) => trade.tradeId === detail.trade.tradeId)
  return {
    embeds: [
      tradeEmbed(detail, chart === null ? null : TRADE_CHART_FILE, place),
      ...(review === undefined ? [] : [reviewEmbed(review, desk.reviews.policy.needed)]),
    ],
    files: chart === null ? [] : [{ name: TRADE_CHART_FILE, data: chart.png, description: chart.alt }],
    ...(review === undefined ? {} : { buttons: reviewButtons(accountId, review) }),
  }
}
