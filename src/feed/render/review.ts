/** A trade's finished review with who said what, and the reminder of those that wait. */
import { dayName, legsName, signedMoney } from '../../report/format.ts'
import { agreementWords, spreadText } from '../../report/review-words.ts'
import { dissentOf } from '../../review/dissent.ts'
import type { EventOf, JournalEntry } from '../../session/events.ts'
import { COLOURS, clip, type Field, line, plain } from '../embed.ts'
import { NAME_MAX, opinionText } from '../opinion.ts'
import { type Post, post, type RenderContext } from '../post.ts'

const OLDEST_SHOWN_MAX = 10

export function tradeReviewed(entry: JournalEntry, event: EventOf<'trade_reviewed'>, context: RenderContext): Post {
  const { tradeId, contracts, strike, hedgeStrike, netPnlCents, opinions } = event
  const dissent = dissentOf(opinions.map(({ reviewer, ...said }) => ({ reviewer, blind: said })))
  const fields = opinions.map(
    ({ reviewer, ...said }): Field => line(plain(reviewer.name, NAME_MAX), opinionText(said, opinions.length)),
  )
  return post(entry, context, {
    tier: 'silent',
    colour: dissent.agreement === 'split' ? COLOURS.warning : COLOURS.plan,
    title: `📝 Reviewed: ${clip(tradeId, 40)}, ${agreementWords(event.agreement)}`,
    description: `${contracts} × SPY ${legsName(strike, hedgeStrike)}, ${signedMoney(netPnlCents)}. ${spreadText(dissent)}`,
    fields,
  })
}

/** `2026-07-17-1 · Fri Jul 17 · −$412.50 · in: Ann` */
export function reviewsReminded(
  entry: JournalEntry,
  { waiting, needed, oldest }: EventOf<'reviews_reminded'>,
  context: RenderContext,
): Post {
  const lines = oldest.slice(0, OLDEST_SHOWN_MAX).map((trade) => {
    const names = trade.reviewers.map((name) => plain(name)).join(', ')
    const inWords = names === '' ? '' : ` · in: ${names}`
    const other = trade.needsOtherThan === null ? '' : ` · somebody other than ${plain(trade.needsOtherThan)} is needed`
    return `\`${clip(trade.tradeId, 40)}\` · ${dayName(trade.date)} · ${signedMoney(trade.netPnlCents)}${inWords}${other}`
  })
  if (waiting > lines.length) lines.push(`and ${waiting - lines.length} more`)
  return post(entry, context, {
    tier: 'normal',
    colour: COLOURS.warning,
    title: `📝 ${waiting} ${waiting === 1 ? 'trade waits' : 'trades wait'} for a review`,
    description: `Grades are shown once ${needed === 1 ? 'a reviewer is' : `${needed} reviewers are`} in. \`/review\` has the buttons.`,
    fields: [line('Oldest first', lines.join('\n'))],
  })
}
