/**
 * How far reviewers are apart who did not see each other's grades. Pure. Entry point: `dissentOf`.
 *
 * `agreed`: no grade is more than one apart, and all say the same of the plan. `split`: a grade is three or more apart,
 * or they do not agree whether the plan was followed. `differed`: what lies between.
 */
import type { Agreement, Dissent, Graded, Opinion, ReviewContent } from './types.ts'
import { GRADED } from './types.ts'

/** From here on two grades are worth talking about. */
const APART_MIN = 2
const SPLIT_MIN = 3

export function dissentOf(opinions: readonly Pick<Opinion, 'reviewer' | 'blind'>[]): Dissent {
  const blind = opinions.flatMap(({ reviewer, blind }) => (blind === null ? [] : [{ reviewer, said: blind }]))
  const said = blind.map((opinion) => opinion.said)
  const spread = { entry: spreadOf(said, 'entry'), exit: spreadOf(said, 'exit'), sizing: spreadOf(said, 'sizing') }
  const width = (graded: Graded): number => spread[graded].max - spread[graded].min
  const apart = GRADED.filter((graded) => width(graded) >= APART_MIN).toSorted((a, b) => width(b) - width(a))
  const saying = (planFollowed: boolean) =>
    blind.filter((opinion) => opinion.said.planFollowed === planFollowed).map(({ reviewer }) => reviewer)
  const [followed, notFollowed] = [saying(true), saying(false)]
  const planSplit = followed.length > 0 && notFollowed.length > 0
  return {
    agreement: agreementOf(blind.length, Math.max(...GRADED.map(width)), planSplit),
    spread,
    apart,
    followed,
    notFollowed,
  }
}

function agreementOf(reviewers: number, widest: number, planSplit: boolean): Agreement {
  if (reviewers < 2) return 'single'
  if (planSplit || widest >= SPLIT_MIN) return 'split'
  return widest >= APART_MIN ? 'differed' : 'agreed'
}

function spreadOf(said: readonly ReviewContent[], graded: Graded): Dissent['spread'][Graded] {
  const grades = said.map((content) => content.grades[graded])
  const sum = grades.reduce((total, grade) => total + grade, 0)
  return { min: Math.min(...grades), max: Math.max(...grades), mean: sum / grades.length }
}
