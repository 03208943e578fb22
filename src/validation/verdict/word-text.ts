/** Why a verdict's word is what it is, and what would make it another one, for people. Pure. */
import { money, several, signedMoney } from '../../report/format.ts'
import { DAYS_MAX, type DaysToGo } from './days-to-go.ts'
import type { Gate, Verdict } from './verdict.ts'
import type { VerdictWord } from './word.ts'

export const days = (count: number): string => several(count, 'trading day')

/** Why the word is what it is: one sentence a line, the decisive one first. */
export function verdictReasons(verdict: Verdict): readonly string[] {
  const { mean, registration, evidence, drift, gates, tail } = verdict
  const interval = `the mean day lies between ${signedMoney(mean.lowerCents)} and ${signedMoney(mean.upperCents)}`
  const target = money(registration.targetDailyCents)
  const lines: string[] = [
    ...gates.filter(({ state }) => state === 'failed').map(failedGate),
    ...uncheckedGates(verdict),
  ]
  if (evidence.upperBelowTarget) lines.push(`The target of ${target} is excluded: ${interval}.`)
  if (tail.raisedCents === null) {
    lines.push(
      `${days(tail.aboveCeiling)} earned more than ${money(registration.ceilingCents)}, so much that no upper bound covers it: INCONSISTENT is not tested.`,
    )
  }
  if (drift.isWithheld) {
    lines.push(
      `DRIFTING is withheld: ${days(drift.beyondLimit)} with live − replay beyond ±${money(drift.limitCents)}, too much for a mean of differences counted that far.`,
    )
  }
  if (drift.excludesZero) {
    lines.push(
      `Live days differ from their replay by ${signedMoney(drift.meanCents ?? 0)} a day on average, and not by chance: the backtest does not describe what happens live.`,
    )
  }
  if (evidence.lowerAboveZero && evidence.lowerAboveTarget) {
    lines.push(`Better than the target: ${interval}. That is outside the claim too; look for what the data leaks.`)
  } else if (!evidence.tailCovered) {
    lines.push(
      `${days(tail.beyondFloor)} lost more than ${money(-registration.floorCents)}, ${money(tail.excessPerDayCents)} a day on average beyond it, far more than the ${money(tail.allowanceCents)} allowed for: no lower bound covers that.`,
    )
  } else if (evidence.lowerAboveZero && !evidence.upperBelowTarget) {
    lines.push(`The mean is above $0 and the target of ${target} is not excluded: ${interval}.`)
  }
  if (lines.length === 0) lines.push(`Neither $0 nor the target of ${target} is excluded: ${interval}.`)
  return lines
}

function failedGate({ name, evidence, withholds }: Gate): string {
  const so =
    withholds === 'every_word'
      ? 'until that is explained the figures prove nothing.'
      : 'there is no CONSISTENT while that is unexplained, and such a day counts at the worse of both figures.'
  return `${name} failed (${evidence}): ${so}`
}

/** Said where it matters: where a word is withheld for it, and beside one that is shown all the same. */
function uncheckedGates({ gates, word, ungated }: Verdict): readonly string[] {
  const unknown = gates.filter(({ state }) => state === 'unknown')
  if (unknown.length === 0 || ungated === 'INSUFFICIENT') return []
  const names = unknown.map(({ name }) => name).join(', ')
  if (word === ungated) return [`Gates not checked (${names}): whether these days are the strategy’s is not proven.`]
  const todo = unknown.map(({ name, evidence }) => `${name} (${evidence})`).join('; ')
  return [`${ungated} by the figures alone, and withheld while these gates are unknown: ${todo}.`]
}

/** What stands beside the word. */
export function wordNote({ gates, word }: Verdict): string {
  if (word === 'INSUFFICIENT') return ''
  if (gates.some(({ state }) => state === 'failed')) return ' (a gate failed)'
  return gates.some(({ state }) => state === 'unknown') ? ' (gates not checked)' : ''
}

/** What must hold beside the figures. */
function conditionsOf(word: VerdictWord, { gates, drift }: Verdict): string {
  const open = gates.filter(
    ({ state, withholds }) =>
      (state === 'failed' && withholds === 'every_word') || (word === 'CONSISTENT' && state !== 'passed'),
  )
  const conditions = [
    ...(open.length > 0 ? [`these gates are passed: ${open.map(({ name }) => name).join(', ')}`] : []),
    ...(word === 'CONSISTENT' && drift.excludesZero ? ['live and replay agree'] : []),
  ]
  return conditions.length === 0 ? '' : `, once ${conditions.join(' and ')}`
}

function toGoText({ word, meanCents, median, eighty }: DaysToGo): string {
  const within = (count: number | null): string =>
    count === null ? `not within ${DAYS_MAX} days` : `within ${days(count)}`
  return `${word}, if the mean is ${signedMoney(meanCents)}: ${within(median)} in half of the futures, ${within(eighty)} in four of five.`
}

/** What would make it another word. */
export function verdictChanges(verdict: Verdict): readonly string[] {
  const { word, registration, mean, toGo, drift, counts } = verdict
  const target = money(registration.targetDailyCents)
  const lines: string[] = []
  if (word !== 'CONSISTENT')
    lines.push(
      `CONSISTENT: a lower bound above $0 (now ${signedMoney(mean.lowerCents)}) with the target inside${conditionsOf('CONSISTENT', verdict)}.`,
    )
  if (word !== 'INCONSISTENT')
    lines.push(
      `INCONSISTENT: an upper bound below ${target} (now ${signedMoney(mean.upperCents)})${conditionsOf('INCONSISTENT', verdict)}.`,
    )
  if (word !== 'DRIFTING') {
    lines.push(
      drift.paired === 0
        ? 'DRIFTING: live − replay apart from $0; no day has been replayed yet.'
        : `DRIFTING: live − replay apart from $0 (now between ${signedMoney(drift.lowerCents ?? 0)} and ${signedMoney(drift.upperCents ?? 0)}, ${counts.days - drift.unpaired} of ${several(counts.days, 'day')} paired).`,
    )
  }
  if (word !== 'INSUFFICIENT')
    lines.push('INSUFFICIENT: new days that widen or move the interval back, or a failed gate.')
  if (word === 'CONSISTENT') lines.push('Not rejected is not validated: it says no more than the two bounds do.')
  return [...lines, ...toGo.filter((ahead) => ahead.word !== word).map(toGoText)]
}
