/** A verdict for people: the word, why, what would change it, and the figures behind it. Pure. */
import { splitWords } from '../../report/day/split-words.ts'
import { chance, decimal, money, NONE, percent, several, signedMoney, sourceBadge } from '../../report/format.ts'
import type { ProportionBounds } from '../stats/proportion-sequence.ts'
import { againstLines } from './against.ts'
import { DAYS_MIN } from './days-to-go.ts'
import { feedText, sourceProof } from './sources.ts'
import type { Verdict } from './verdict.ts'
import { days, verdictChanges, verdictReasons, wordNote } from './word-text.ts'

/** The mission's expectations, beside which the rates are shown (percent). */
const EXPECTED = { executionRate: '60.9 %', winRate: '62.3 %' } as const

const share = (value: number): string => percent(value * 100)

const rate = (label: string, { successes, trials, lower, upper }: ProportionBounds, expected: string): string =>
  trials === 0
    ? `${label}: none yet (backtest ${expected})`
    : `${label}: ${share(successes / trials)} (${successes} of ${trials}), between ${share(lower)} and ${share(upper)}; backtest ${expected}`

function countLine({ counts, from, to, campaign }: Verdict): string {
  const notes = [
    `${counts.withEntry} with an entry`,
    ...(counts.noSession > 0 ? [`${counts.noSession} without a session, counted as $0`] : []),
    ...(counts.stopped > 0 ? [`${several(counts.stopped, 'session')} while it was stopped, not counted`] : []),
    ...(counts.incomplete > 0 ? [`${counts.incomplete} with a P&L not known yet, counted against every claim`] : []),
    ...(counts.overridden > 0 ? [`${counts.overridden} with somebody's hand in it, counted all the same`] : []),
  ]
  return `${days(counts.days)}, ${from} to ${to} (campaign ${campaign.number} of the account): ${notes.join(', ')}`
}

/** Live against the replay of the same days, and where the difference comes from. */
export function driftLines({ drift, counts }: Pick<Verdict, 'drift' | 'counts'>): readonly string[] {
  const { meanCents, paired, split, splitDays, beyondLimit, limitCents } = drift
  const unpaired = Object.entries(drift.unpairedBy).map(([why, count]) => `${why} ${count}`)
  const apart = unpaired.length === 0 ? [] : [`not paired: ${unpaired.join(', ')}`]
  if (meanCents === null)
    return ['no day is paired yet', ...(drift.unpairedBy['not replayed'] === counts.days ? [] : apart)]
  const causes = splitWords(split)
  const of = splitDays < paired ? ` of ${splitDays} of them` : ''
  return [
    `${signedMoney(Math.round(meanCents))} a day on ${paired} of ${several(counts.days, 'day')}`,
    ...(beyondLimit === 0 ? [] : [`${days(beyondLimit)} beyond ±${money(limitCents)}`]),
    ...apart,
    ...(causes === '' ? [] : [`in sum${of}: ${causes}`]),
  ]
}

function worstLine({ tail }: Verdict): string {
  const worst =
    tail.worst === null
      ? 'worst day: none yet'
      : `worst day: ${signedMoney(tail.worst.netPnlCents)} on ${tail.worst.date}; modelled maximum loss ${tail.modelledMaxCents === null ? 'not known' : money(Math.abs(tail.modelledMaxCents))}${tail.worstBeyondModel ? ' EXCEEDED' : ''}`
  return `${worst}; ${days(tail.beyondDailyLimit)} beyond the daily limit`
}

function tailLines(verdict: Verdict): string[] {
  const { tail, drawdown, registration } = verdict
  return [
    worstLine(verdict),
    `tail: ${days(tail.beyondFloor)} below ${money(registration.floorCents)}, ${money(tail.excessPerDayCents)} a day beyond it, ${money(tail.allowanceCents)} allowed for, the lower bound is ${tail.chargeCents === null ? 'not valid' : `reduced by ${money(tail.chargeCents)}`}` +
      (tail.aboveCeiling > 0
        ? `; ${days(tail.aboveCeiling)} above what the entries registered can earn (a limit raised for a day, or bad data): the upper bound is ${tail.raisedCents === null ? 'not valid' : `raised by ${money(tail.raisedCents)}`}`
        : ''),
    drawdownLine(drawdown),
  ]
}

/** The worst there was beside what is modelled, and how deep it went. */
export function stakeLines(verdict: Verdict): readonly string[] {
  return [worstLine(verdict), drawdownLine(verdict.drawdown)]
}

const drawdownLine = (drawdown: Verdict['drawdown']): string =>
  drawdown === null
    ? `drawdown: needs ${DAYS_MIN} days`
    : `drawdown: ${money(drawdown.observed)}; were the mean the target, ${money(drawdown.median)} would be usual and ${money(drawdown.high)} rare (1 in 20); ${share(drawdown.asDeep)} of resamples are as deep`

function sharpeLine({ sharpe }: Verdict): string {
  if (sharpe === null) return 'Sharpe ratio: needs three different days'
  const least = sharpe.minimumDays === null ? 'no length would do' : `minimum track record ${days(sharpe.minimumDays)}`
  return `Sharpe ratio a year ${decimal(sharpe.yearly, 2)}: above 0 with probability ${chance(sharpe.probabilistic)}, ${chance(sharpe.deflated)} after ${sharpe.variants} tried; ${least} (one look, normal limit)`
}

/** Bets assume that a day's mean does not move with the day before: whether it seems to. */
function memoryLine({ memory }: Verdict): string {
  if (memory === null) return `neighbouring days: their correlation needs ${DAYS_MIN} days`
  const found = `correlation of neighbouring days ${decimal(memory.correlation, 2)} (chance alone: within ±${decimal(memory.band, 2)} in 19 of 20)`
  return memory.correlation > memory.band
    ? `${found}: good days seem to follow good ones; what that may add is taken off, which is enough for a small and short memory only`
    : found
}

const OVERRIDES_SHOWN_MAX = 5

/** The last days with somebody's hand in them. */
function overrideLines({ overrides }: Verdict): string[] {
  const shown = overrides.slice(-OVERRIDES_SHOWN_MAX)
  const more = overrides.length - shown.length
  return [
    ...shown.map(({ date, what }) => `override ${date}: ${what.join('; ')}`),
    ...(more > 0 ? [`and ${days(more)} before with one`] : []),
  ]
}

/** A change of configuration is said where the verdict began anew because of it. */
function registeredLines({ registered, campaign, from }: Verdict): string[] {
  const number = registered?.number ?? campaign.number
  const again =
    number > 1
      ? [
          `the configuration changed before ${from}, and the verdict began anew: this is campaign ${number}; that many campaigns are wrong somewhere ${number} times as often`,
        ]
      : []
  if (registered === null) return again
  const { from: since, tried, strategyVersion, changed } = registered
  const runs = tried.unknown ?? `${tried.variants} in ${tried.runs} recorded backtests, this one included`
  return [
    ...again,
    ...changed.map((change) => `changed: ${change}`),
    `registered when ${since} was armed; version ${strategyVersion ?? NONE} of the rules; variants tried: ${runs}`,
  ]
}

const alphaText = (alpha: number): string => percent(alpha * 100, 1)

export function verdictText(verdict: Verdict): string {
  const { registration, campaign, mean, word } = verdict
  const spread = mean.deviationCents === null ? NONE : money(mean.deviationCents)
  const point = mean.pointCents === null ? NONE : signedMoney(mean.pointCents)
  return [
    `${word}${wordNote(verdict)}   ${sourceBadge(campaign.source)} · ${registration.profile} · ${campaign.accountId}`,
    ...(campaign.source.kind === 'PAPER'
      ? []
      : ['Made-up or recorded market: this says nothing about paper or real money.']),
    '',
    ...verdictReasons(verdict),
    '',
    'What would change it',
    ...verdictChanges(verdict).map((line) => `  ${line}`),
    '',
    'The figures',
    `  ${countLine(verdict)}`,
    `  mean day ${point}, spread ${spread}; between ${signedMoney(mean.lowerCents)} and ${signedMoney(mean.upperCents)}`,
    ...againstLines(verdict).map((line) => `  against ${line}`),
    `  ${rate('execution rate', verdict.executionRate, EXPECTED.executionRate)}`,
    `  ${rate('win rate', verdict.winRate, EXPECTED.winRate)}`,
    `  live − replay: ${driftLines(verdict).join('; ')}`,
    ...tailLines(verdict).map((line) => `  ${line}`),
    `  ${sharpeLine(verdict)}`,
    `  ${memoryLine(verdict)}`,
    ...overrideLines(verdict).map((line) => `  ${line}`),
    '',
    'Before any verdict',
    ...verdict.gates.map(({ name, state, evidence }) => `  ${name}: ${state} (${evidence})`),
    `  source: ${feedText(verdict.sources)}`,
    `  it can prove: ${sourceProof(verdict.sources)}`,
    '',
    verdict.registered === null
      ? 'Not registered; from the plan of the first day, afterwards'
      : 'Fixed before the first day',
    ...registeredLines(verdict).map((line) => `  ${line}`),
    `  configuration ${registration.configurationHash.slice(0, 12)}, ${registration.structure}; variants tried: ${registration.variants}`,
    `  error rates: CONSISTENT ${alphaText(registration.alphaConsistent)}, INCONSISTENT ${alphaText(registration.alphaInconsistent)}, DRIFTING ${alphaText(registration.alphaDrift)}, rates ${alphaText(registration.alphaRate)}; at every look`,
    `  days count from ${money(registration.floorCents)} to ${money(registration.ceilingCents)}; below, ${money(registration.tailAllowanceCents)} a day is allowed for`,
  ].join('\n')
}
