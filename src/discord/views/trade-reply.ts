/** `/trade`: one trade in full with its chart; the newest one where none was named. */
import { plain } from '../../feed/embed.ts'
import { TRADE_CHART_FILE } from '../../report/chart.ts'
import { isTrade, type TradeCard, tradeCards } from '../../report/trade-card.ts'
import { PROFILE_NAMES, type ProfileName } from '../../strategy/types.ts'
import { notStarted } from '../accounts.ts'
import type { Desk, Request } from '../desk.ts'
import { namedTrade } from '../recent-trades.ts'
import { type Reply, refusalReply } from '../reply.ts'
import { reviewButtons, reviewEmbed } from '../review/parts.ts'
import { drawnOrNull } from './pictures.ts'
import { adoptedEmbed, tradeEmbed } from './trade-embed.ts'

/** The newest trade is looked for in this many days. */
const DAYS_LOOKED_AT_MAX = 40

const badOption = (message: string): Reply => refusalReply({ code: 'bad_option', message, numbers: {} })

/** `typed`: a trade's id, with its account or without; null: the newest. */
export async function tradeReply(
  account: ProfileName | null,
  typed: string | null,
  desk: Desk,
  request: Request,
): Promise<Reply> {
  const named = typed === null ? null : namedTrade(typed)
  if (typed !== null && named === null) {
    return badOption(
      `Expected a trade's id like 2026-07-17-1, got "${plain(typed)}". Pick one of those offered, or leave it out for the newest.`,
    )
  }
  const profile = named?.profile ?? account
  if (account !== null && profile !== account) {
    return badOption(`This is a trade of ${profile}, and the account says ${account}. Leave one of them out.`)
  }
  const accounts = await desk.reader.accounts()
  // One account a profile: those of simulated markets that are gone have ids of their own days.
  const candidates = PROFILE_NAMES.toReversed()
    .filter((name) => profile === null || name === profile)
    .flatMap((name) => accounts.find((candidate) => candidate.profile === name) ?? [])
  if (candidates.length === 0) return refusalReply(notStarted(profile))
  const id = named?.tradeId ?? null
  const all = await Promise.all(candidates.map(({ accountId }) => findTrade(accountId, id, desk)))
  const found = all.filter((card) => card !== null).toSorted((a, b) => b.begunWall_ms - a.begunWall_ms)
  const [newest, other] = found
  if (newest === undefined) {
    const of = profile === null ? '' : ` of ${profile}`
    const what = id === null ? `No trade${of} yet` : `There is no trade ${plain(id)}${of}`
    const message = `${what}. \`/trades\` lists them; \`/why\` says why there is none.`
    return refusalReply({ code: 'no_data', message, numbers: {} })
  }
  if (id !== null && other !== undefined) {
    const names = found.map((card) => card.profile)
    return badOption(`${names.join(' and ')} each have a trade ${plain(id)}. Name the account, too.`)
  }
  return replyOf(newest, desk, request)
}

/** `id` null: the newest of the account. */
async function findTrade(accountId: string, id: string | null, { reader }: Desk): Promise<TradeCard | null> {
  const dates = id === null ? (await reader.dates(accountId)).slice(0, DAYS_LOOKED_AT_MAX) : [id.slice(0, DATE_CHARS)]
  for (const date of dates) {
    const trades = tradeCards(await reader.journal(accountId, date)).filter(isTrade)
    const found = id === null ? trades.at(-1) : trades.find(({ tradeId }) => tradeId === id)
    if (found !== undefined) return found
  }
  return null
}

/** A trade's id begins with its trading date. */
const DATE_CHARS = 10

/** The same by account; null where there is no such trade. */
export async function tradeOfAccount(
  accountId: string,
  id: string,
  desk: Desk,
  request: Request,
): Promise<Reply | null> {
  const named = namedTrade(id)
  const found = named === null ? null : await findTrade(accountId, named.tradeId, desk)
  return found === null ? null : replyOf(found, desk, request)
}

/** With what may be seen of its review, and the way to review it. */
async function replyOf(card: TradeCard, desk: Desk, request: Request): Promise<Reply> {
  const { accountId, tradeId, detail, course } = card
  const [chart, reviews, place] = await Promise.all([
    course === null ? null : drawnOrNull({ kind: 'trade', course }, desk, request),
    desk.reader.reviews(accountId),
    desk.tradeLink(accountId, tradeId),
  ])
  const review = reviews.find(({ trade }) => trade.tradeId === tradeId)
  const image = chart === null ? null : TRADE_CHART_FILE
  return {
    embeds: [
      detail === null ? adoptedEmbed(card, image, place) : tradeEmbed(detail, image, place),
      ...(review === undefined ? [] : [reviewEmbed(review, desk.reviews.policy.needed)]),
    ],
    files: chart === null ? [] : [{ name: TRADE_CHART_FILE, data: chart.png, description: chart.alt }],
    ...(review === undefined ? {} : { buttons: reviewButtons(accountId, review) }),
  }
}
