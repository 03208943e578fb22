/**
 * Whether a judged day changed what is thought of the campaign: the traffic light of its last days, the verdict's word.
 * Pure. Entry point: `changesOf`.
 *
 * 1. Only days of one campaign are held against each other: another configuration begins anew.
 * 2. Light and word are each held against the last day that knew it: a day that could not be judged hides no change.
 */
import type { EventOf } from '../session/events.ts'
import type { DayReported } from './judge.ts'

type DayChange = EventOf<'light_changed'> | EventOf<'verdict_changed'>

/** `earlier`: the account's reports before, newest first. */
export function changesOf(earlier: readonly DayReported[], present: DayReported): readonly DayChange[] {
  const { verdict, light } = present
  if (verdict === null) return []
  const own = earlier.filter((day) => day.verdict?.campaign === verdict.campaign)
  const before = own.find(({ light: { recent } }) => recent !== null)?.light.recent ?? null
  const word = own[0]?.verdict?.word ?? verdict.word
  const changes: DayChange[] = []
  if (before !== null && light.recent !== null && before !== light.recent) {
    const { recent: to, recentDays: days, conditions } = light
    changes.push({ type: 'light_changed', from: before, to, days, conditions })
  }
  if (word !== verdict.word) changes.push({ type: 'verdict_changed', from: word, to: verdict.word, verdict })
  return changes
}
