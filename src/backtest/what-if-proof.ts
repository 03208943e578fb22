/** What a source of days can prove about exits, in sentences for a trader. Pure. Entry point: `proofOf`. */
import type { FillModel } from '../replay/fill-model.ts'
import type { DataQuality } from '../replay/quality.ts'
import { decimal, money, several } from '../report/format.ts'
import type { StrategyConfig } from '../strategy/types.ts'
import type { DaySource, SourceKind } from './sources.ts'

const SESSION_MIN = 390
const DAYS_FEW = 60

interface ProofFacts {
  readonly source: Pick<DaySource, 'kind'>
  readonly fills: FillModel
  readonly config: StrategyConfig
  readonly stops: readonly number[]
  readonly quality: DataQuality
  /** Of each pair of exits, the days that ended with its position open. */
  readonly cells: readonly { readonly incomplete: number }[]
}

const OF_SOURCE: Readonly<Record<SourceKind, string>> = {
  recorded: 'Recorded quotes: exits can be compared as they would have been seen; no order of theirs was ever sent.',
  market: 'Made-up market: it compares rules with each other and says nothing about the real market.',
  alpaca:
    'Bars of trades without quotes: a stop is filled at the last trade, so spreads and slippage of a fast market are not in it.',
}

const OF_FILLS: Readonly<Record<FillModel, string>> = {
  touch: 'Fills at the bid and ask of the book that decided: a larger order, or a faster market, gets less.',
  mid: 'Fills at the mid: no spread is paid, so every exit looks better than it would be, tight stops most.',
  seed: "The original cost model: one charge a trade whatever exit it takes, so a stop's own slippage is not in it.",
}

function betweenBooks({ books, days }: DataQuality): string[] {
  if (days === 0 || books === 0) return []
  const minutes = (SESSION_MIN * days) / books
  return [
    `A book about every ${decimal(minutes, 1)} minutes: what happened between two of them is not seen, so stops overshoot as far as the next book.`,
  ]
}

function limits({ config, stops }: ProofFacts): string[] {
  const { maxDailyLoss } = config.profile
  const beyond = stops.filter((stop) => stop >= maxDailyLoss)
  if (beyond.length === 0) return []
  const names = beyond.map((stop) => money(stop * 100)).join(', ')
  return [
    `The daily limit of ${money(maxDailyLoss * 100)} comes before a stop of ${names}: those rows show that limit, not the stop.`,
  ]
}

/** What a day came to whose position was still open is not known, and is in no mean. */
function openDays({ cells }: ProofFacts): string[] {
  const open = cells.map(({ incomplete }) => incomplete)
  const [least, most] = [Math.min(...open), Math.max(...open)]
  if (cells.length === 0 || most === 0) return []
  const count = least === most ? several(most, 'day') : `${least} to ${several(most, 'day')}, by the pair of exits,`
  const same = least === most ? '' : ': their means are not of the same days'
  return [`${count} ended with the position open and ${most === 1 ? 'is' : 'are'} in no mean${same}.`]
}

export function proofOf(facts: ProofFacts): string[] {
  const { source, fills, quality } = facts
  const few = quality.days < DAYS_FEW ? [`${quality.days} days are few: differences of a trade or two decide.`] : []
  return [
    OF_SOURCE[source.kind],
    OF_FILLS[fills],
    ...betweenBooks(quality),
    ...limits(facts),
    ...openDays(facts),
    ...few,
  ]
}
