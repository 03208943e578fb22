/**
 * Where a verdict's mean stands to zero, to the re-settled baseline and to the target. Pure. Entry point:
 * `againstLines`.
 */
import { baselineFrom } from '../../report/baseline-words.ts'
import { money } from '../../report/format.ts'
import type { Registration } from '../../session/registration.ts'
import type { Verdict } from './verdict.ts'

/** One line a claim. */
export function againstLines({ mean, registration }: Pick<Verdict, 'mean' | 'registration'>): readonly string[] {
  const { resettledDailyCents: resettled, targetDailyCents: target } = registration
  return [
    `$0.00: ${positionOf(0, mean)}`,
    resettled === null
      ? unknownBaseline(registration)
      : `the re-settled baseline ${money(resettled)}: ${positionOf(resettled, mean)} (${baselineFrom(registration)})`,
    `the target ${money(target)}: ${positionOf(target, mean)}`,
  ]
}

function positionOf(value: number, { lowerCents, upperCents }: Verdict['mean']): string {
  if (value < lowerCents) return 'the mean is above it'
  return value > upperCents ? 'the mean is below it' : 'not excluded'
}

function unknownBaseline({ profile, resettledFrom }: Registration): string {
  const why = resettledFrom?.kind === 'none' ? ` (${resettledFrom.reason})` : ''
  return `the re-settled baseline of ${profile}: not known${why}; \`audit --register\` on a table of its trades gives the next campaign one`
}
