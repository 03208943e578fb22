/**
 * What the reviews of a period come to: results by tag, plan and agreement. Pure. Entry points: `statisticsEmbed`,
 * `tagPictures`, `periodWords`, `accountsLine`.
 */
import type { APIEmbed } from 'discord.js'
import { COLOURS, clip, embed, type Field, figure, line } from '../../feed/embed.ts'
import { CHART_FILE_TAGS } from '../../report/chart.ts'
import { dayName, decimal, shareText, signedMoney, sourceBadge } from '../../report/format.ts'
import { agreementWords, GRADED_WORDS } from '../../report/review-words.ts'
import type { ReviewPeriod, ReviewStatistics, Sum } from '../../review/statistics.ts'
import { GRADED } from '../../review/types.ts'
import type { KnownAccount } from '../accounts.ts'
import type { Picture } from '../views/pictures.ts'

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

/** `SIM seed 7 · 25k, 2k`; accounts of several sources one after the other. */
export function accountsLine(accounts: readonly KnownAccount[]): string {
  const badges = [...new Set(accounts.map(({ source }) => sourceBadge(source)))]
  return badges
    .map((badge) => {
      const profiles = accounts.filter(({ source }) => sourceBadge(source) === badge).map(({ profile }) => profile)
      return `${clip(badge, 120)} · ${profiles.join(', ')}`
    })
    .join(' | ')
}

/** `late-exit · 3 · 33 % won · −$1,204.50` */
const sumLine = (name: string, { trades, wins, netPnlCents }: Sum): string =>
  `${name} · ${trades} · ${shareText(wins, trades, 0)} won · **${signedMoney(netPnlCents)}**`

/** One tag's bar says nothing that its line does not. */
export function tagPictures(
  { byTag }: ReviewStatistics,
  period: ReviewPeriod,
  accounts: readonly KnownAccount[],
): readonly Picture[] {
  if (byTag.length < PICTURE_TAGS_MIN) return []
  const groups = byTag.map(({ tag, trades, netPnlCents }) => ({ name: tag, trades, netPnlCents }))
  const chart = { title: 'Net P&L by tag', subtitle: `${accountsLine(accounts)} · ${periodWords(period)}`, groups }
  return [{ file: CHART_FILE_TAGS, title: chart.title, chart: { kind: 'groups', chart } }]
}

export function statisticsEmbed(
  statistics: ReviewStatistics,
  period: ReviewPeriod,
  accounts: readonly KnownAccount[],
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
    footer: accountsLine(accounts),
    ...(image === null ? {} : { image }),
  })
}
