/**
 * What a reviewer said, in a field of an embed, so short that all reviewers of a trade fit. Entry point: `opinionText`.
 */
import { opinionLine } from '../report/review-words.ts'
import type { ReviewContent } from '../review/types.ts'
import { clip, plain } from './embed.ts'

export const NAME_MAX = 60
/** For what all reviewers said, without their names: an embed holds half as much again. */
const ALL_MAX = 1_800
const NOTE_MAX = 300
/** Less of a note says nothing. */
const NOTE_MIN = 30

/** `**entry 4 · exit 2 · sizing 5** · by the plan · #news`, below it the note, cut where `reviewers` leave no room. */
export function opinionText(content: ReviewContent, reviewers: number): string {
  const room = Math.floor(ALL_MAX / Math.max(1, reviewers))
  const said = clip(opinionLine(content), room)
  const noteRoom = Math.min(NOTE_MAX, room - said.length)
  const note = content.note.replaceAll(/\s+/g, ' ').trim()
  return note === '' || noteRoom < NOTE_MIN ? said : `${said}\n> ${plain(note, noteRoom)}`
}
