/** `/trades`: the trades of the last trading days, a line each, and what they come to. */
import type { APIEmbed } from 'discord.js'
import { embed, type Field, figure, pnlColour } from '../../feed/embed.ts'
import {
  dayName,
  legsName,
  price,
  shareText,
  signedMoney,
  signedMoneyOrNone,
  sourceBadge,
} from '../../report/format.ts'
import { sumOfDays, type TradeDay, tradeDays } from '../../report/trade-days.ts'
import type { TradeView } from '../../report/views.ts'
import { exitWords } from '../../report/words.ts'
import type { ProfileName } from '../../strategy/types.ts'
import { accountFor, type KnownAccount, notStarted } from '../accounts.ts'
import type { Desk } from '../desk.ts'
import { type Reply, refusalReply } from '../reply.ts'

export const DAYS_DEFAULT = 10
export const DAYS_MAX = 60
/**
 * Publishable entries a day: some ten on a quiet one, more with partial fills and alerts. More are read where needed.
 */
const ENTRIES_A_DAY = 40
/** Of a feed in which an outage posted for days. */
const ENTRIES_MAX = 200_000
/** Room of the description for lines of days. */
const LINES_TEXT_MAX = 2_200

export async function tradesReply(
  profile: ProfileName | null,
  days: number,
  { reader }: Pick<Desk, 'reader'>,
): Promise<Reply> {
  const account = await accountFor(profile, reader)
  if (account === null) return refusalReply(notStarted(profile))
  return { embeds: [tradesEmbed(account, await lastDays(account.accountId, days, reader))] }
}

/** The last `days` sessions, each whole: the oldest that was read may lack its beginning, and is left out. */
async function lastDays(
  accountId: string,
  days: number,
  reader: Pick<Desk['reader'], 'latestFeed'>,
): Promise<readonly TradeDay[]> {
  for (let count = days * ENTRIES_A_DAY; ; count *= 4) {
    const entries = await reader.latestFeed(accountId, count)
    const found = tradeDays(entries)
    const isAll = entries.length < count || count >= ENTRIES_MAX
    if (isAll || found.length > days) return found.slice(0, days)
  }
}

export function tradesEmbed(account: Pick<KnownAccount, 'profile' | 'source'>, days: readonly TradeDay[]): APIEmbed {
  const sum = sumOfDays(days)
  return embed({
    colour: pnlColour(sum.netPnlCents),
    title: `📒 ${account.profile}: ${sum.closed} closed ${sum.closed === 1 ? 'trade' : 'trades'} in ${sum.days} ${sum.days === 1 ? 'session' : 'sessions'}, ${signedMoney(sum.netPnlCents)}`,
    description: days.length === 0 ? 'No session has begun yet.' : listed(days.flatMap(dayLines)),
    fields: sum.closed === 0 ? [] : sumFields(days),
    footer: `${sourceBadge(account.source)} · ${account.profile} · net P&L; \`/trade\` shows one in full`.replaceAll(
      '`',
      '',
    ),
  })
}

function sumFields(days: readonly TradeDay[]): Field[] {
  const { closed, wins, tradedDays, bestCents, worstCents, netPnlCents } = sumOfDays(days)
  return [
    figure('Win rate', `${shareText(wins, closed, 0)}\n${wins} of ${closed} closed`),
    figure('Execution rate', `${shareText(tradedDays, days.length, 0)}\n${tradedDays} of ${days.length} sessions`),
    figure('A session', signedMoney(Math.round(netPnlCents / days.length))),
    figure('Best · worst', `${signedMoneyOrNone(bestCents)} · ${signedMoneyOrNone(worstCents)}`),
  ]
}

function dayLines({ date, trades }: TradeDay): string[] {
  return trades.length === 0
    ? [`${dayName(date)} · no trade`]
    : trades.toReversed().map((trade) => tradeLine(date, trade))
}

function tradeLine(date: string, trade: TradeView): string {
  const { contracts, strike, hedgeStrike, entryFill, exitFill, netPnlCents, reason, tradeId } = trade
  const prices = `${price(entryFill)} → ${exitFill === null ? 'open' : price(exitFill)}`
  const result = netPnlCents === null ? '' : ` · **${signedMoney(netPnlCents)}**`
  const why = reason === null ? '' : ` · ${exitWords(reason)}`
  return `${dayName(date)} · ${contracts} × ${legsName(strike, hedgeStrike)} · ${prices}${result}${why} · \`${tradeId.replaceAll('`', '')}\``
}

/** As many as fit, newest first; how many more there are is said. */
function listed(lines: readonly string[]): string {
  const kept: string[] = []
  let left = LINES_TEXT_MAX
  for (const line of lines) {
    left -= line.length + 1
    if (left < 0) break
    kept.push(line)
  }
  const more = lines.length - kept.length
  return [...kept, ...(more === 0 ? [] : [`… and ${more} more, counted below`])].join('\n')
}
