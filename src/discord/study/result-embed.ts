/** The result of a study as a post, out of its document. Pure. Entry point: `resultEmbeds`. */
import type { APIEmbed } from 'discord.js'
import { z } from 'zod'
import { type BacktestDocument, backtestSchema } from '../../backtest/document.ts'
import { shownSharpe } from '../../backtest/sharpe-shown.ts'
import { whatIfSchema } from '../../backtest/what-if-document.ts'
import { restsOn, whatIfFindings } from '../../backtest/what-if-text.ts'
import { COLOURS, embed, type Field, figure, line, plain, pnlColour } from '../../feed/embed.ts'
import { chance, decimal, money, NONE, percent, signedMoney, signedMoneyOrNone } from '../../report/format.ts'
import type { StudyJob } from '../../study/spec.ts'
import type { ResultImage } from './result-files.ts'

const VARIANTS_SHOWN = 5

/** Of an embed; none where nothing was drawn. */
type Image = { readonly image?: string }

const share = (value: number | null): string => (value === null ? NONE : percent(value * 100))
const count = (n: number, word: string): string => `${n} ${word}${n === 1 ? '' : 's'}`

interface Group {
  readonly trades: number
  readonly wins: number
  readonly pnlCents: number
}

const groups = (rows: readonly (readonly [string, Group])[]): string =>
  rows
    .map(([name, { trades, wins, pnlCents }]) => `${name}: ${signedMoney(pnlCents)}, ${wins} of ${trades} won`)
    .join('\n')

const changes = (overrides: BacktestDocument['overrides']): string =>
  Object.entries(overrides)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ') || 'as configured'

function sharpeField(result: BacktestDocument): Field {
  const { facts: sharpe, why } = shownSharpe(result)
  const tried = count(result.variantsInAll, 'variant')
  if (sharpe === null) return line('Sharpe', `${why}; ${tried} ever tried`)
  const needed =
    sharpe.minimumDays === null ? 'a mean below 0 never proves a gain' : `${sharpe.minimumDays} days would be needed`
  return line(
    'Sharpe',
    `${decimal(sharpe.yearly, 2)} a year; chance that it is above 0: ${chance(sharpe.probabilistic)}, and more than the luck of ${tried} ever tried: **${chance(sharpe.deflated)}** (${needed})`,
  )
}

function sweepField({ sweep, variantsTried }: BacktestDocument): Field[] {
  if (sweep === null) return []
  const rows = sweep.variants.slice(0, VARIANTS_SHOWN).map((variant) => {
    const mean = variant.meanCents === null ? NONE : `${signedMoney(Math.round(variant.meanCents))} a day`
    return `${changes(variant.overrides)}: ${mean}, ${variant.wins} of ${variant.closed} won`
  })
  return [line(`Best of ${variantsTried} variants on these very days`, rows.join('\n'))]
}

function backtestEmbed(result: BacktestDocument, study: StudyJob, image: Image): APIEmbed {
  const { summary, period, drawdown, worstDay, source, structure } = result
  const mean = summary.meanDayCents === null ? null : Math.round(summary.meanDayCents)
  return embed({
    colour: pnlColour(summary.pnlCents),
    title: `🧪 Backtest: ${signedMoney(summary.pnlCents)} in ${count(period.days, 'day')}`,
    description: [
      plain(source.label),
      `${result.profile} ${structure.replaceAll('_', ' ')} · fills ${result.fills} · ${period.from ?? NONE} to ${period.to ?? NONE}`,
      plain(changes(result.overrides)),
    ].join('\n'),
    fields: [
      figure('Mean day', `${signedMoneyOrNone(mean)}\ntarget ${money(summary.targetDayCents)}`),
      figure('Win rate', `${share(summary.winRate)}\n${summary.wins} of ${summary.closed}`),
      figure('Execution rate', `${share(summary.executionRate)}\n${count(summary.incomplete, 'day')} incomplete`),
      figure('Largest drawdown', `${money(drawdown.maxCents)}\n${drawdown.to ?? ''}`),
      figure('Worst day', worstDay === null ? NONE : `${signedMoney(worstDay.pnlCents)}\n${worstDay.date}`),
      figure('By the rule’s own costs', signedMoney(summary.rulePnlCents)),
      sharpeField(result),
      line('By exit', groups(result.byExit.map((group) => [group.reason.replaceAll('_', ' '), group]))),
      line('By hour of entry, New York', groups(result.byHour.map((group) => [`${group.hour}:00`, group]))),
      line(
        'By volatility estimate at entry',
        groups(
          result.byVix.map((group) => [
            group.to === null ? `${group.from} and more` : `${group.from}–${group.to}`,
            group,
          ]),
        ),
      ),
      ...sweepField(result),
    ],
    footer: footerOf(study),
    ...image,
  })
}

export const footerOf = ({ id, actor }: StudyJob): string =>
  `Not trading · asked by ${actor.name} · result of study ${id}`

function whatIfEmbed(document: unknown, study: StudyJob, image: Image): APIEmbed {
  const result = whatIfSchema.parse(document)
  const rule = result.cells.find(({ isRule }) => isRule)
  const mean = rule?.meanCents == null ? null : Math.round(rule.meanCents)
  return embed({
    colour: COLOURS.plan,
    title: `🧪 What-if of the exits: the rule makes ${signedMoneyOrNone(mean)} a day`,
    description: [plain(result.source.label), restsOn(result), '', ...whatIfFindings(result)].join('\n'),
    fields: [line('What this can prove', result.proof.join('\n'))],
    footer: footerOf(study),
    ...image,
  })
}

const auditSchema = z.object({
  published: z.object({ perDay: z.number() }),
  resettled: z.object({ perDay: z.number() }),
  summary: z.array(z.string()),
})
const CENTS = 100

function auditEmbed(document: unknown, study: StudyJob, image: Image): APIEmbed {
  const { published, resettled, summary } = auditSchema.parse(document)
  const perDay = ({ perDay }: { readonly perDay: number }): string => money(Math.round(perDay * CENTS))
  return embed({
    colour: pnlColour(resettled.perDay - published.perDay),
    title: `🔎 Audit: ${perDay(published)} → ${perDay(resettled)} a day`,
    description: summary.map((sentence) => plain(sentence, 1000)).join('\n'),
    footer: footerOf(study),
    ...image,
  })
}

/**
 * The result with its first picture, and each further one in an embed below: side by side they would be too small to
 * read.
 *
 * @param document the study's first file, read. Throws ZodError for one that is no such document.
 */
export function resultEmbeds(document: unknown, study: StudyJob, images: readonly ResultImage[]): APIEmbed[] {
  const [first, ...others] = images
  const footer = footerOf(study)
  const more = others.map(({ file, title }) => embed({ colour: COLOURS.neutral, title, footer, image: file }))
  return [mainEmbed(document, study, first === undefined ? {} : { image: first.file }), ...more]
}

function mainEmbed(document: unknown, study: StudyJob, image: Image): APIEmbed {
  switch (study.spec.kind) {
    case 'backtest':
      return backtestEmbed(backtestSchema.parse(document), study, image)
    case 'what_if':
      return whatIfEmbed(document, study, image)
    case 'audit':
      return auditEmbed(document, study, image)
  }
}
