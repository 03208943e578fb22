/** A finished review in words, the same in posts, threads and lists. Entry points: `opinionLine`, `spreadText`. */
import type { Agreement, Dissent, Graded, Grades, ReviewContent } from '../review/types.ts'
import { GRADED } from '../review/types.ts'

export const GRADED_WORDS: Readonly<Record<Graded, string>> = { entry: 'entry', exit: 'exit', sizing: 'sizing' }

const AGREEMENT_WORDS: Readonly<Record<Agreement, string>> = {
  agreed: 'agreed',
  differed: 'differed',
  split: 'split',
  single: 'one reviewer',
}
export const agreementWords = (agreement: Agreement): string => AGREEMENT_WORDS[agreement]

export const planWords = (followed: boolean): string => (followed ? 'by the plan' : 'off the plan')

/** `entry 4 · exit 2 · sizing 5` */
const gradesText = (grades: Grades): string =>
  GRADED.map((graded) => `${GRADED_WORDS[graded]} ${grades[graded]}`).join(' · ')

/** `#late-exit #news`; empty where there are none. */
const tagsText = (tags: readonly string[]): string => tags.map((tag) => `#${tag}`).join(' ')

/** `**entry 4 · exit 2 · sizing 5** · by the plan · #news`; the note is outside text and not in it. */
export function opinionLine({ grades, planFollowed, tags }: ReviewContent): string {
  const said = `**${gradesText(grades)}** · ${planWords(planFollowed)}`
  return tags.length === 0 ? said : `${said} · ${tagsText(tags)}`
}

/** `entry 4 · exit 2–5 ⚡ · sizing 4–5`: a range where they differ, a flash where they lie far apart. */
export function spreadText({ spread, apart }: Dissent): string {
  return GRADED.map((graded) => {
    const { min, max } = spread[graded]
    const range = min === max ? String(min) : `${min}–${max}`
    return `${GRADED_WORDS[graded]} ${range}${apart.includes(graded) ? ' ⚡' : ''}`
  }).join(' · ')
}
