/**
 * Whether a judged day changed what is thought of the campaign: the traffic light of its last days, the verdict's word. Pure.
 * Entry point: `changesOf`.
 *
 * 1. Only two days of one campaign are held against each other: another configuration begins anew.
 * 2. What was not known before or is not known now has not changed.
 */
import type { EventOf } from '../session/events.ts'
import type { DayReported } from './judge.ts'

export type DayChange = EventOf<'light_changed'> | EventOf<'verdict_changed'>

/** `previous`: the account's last judged day; null: there is none. */
export function changesOf(previous: DayReported | null, present: DayReported): readonly DayChange[] {
  if (previous?.verdict == null || present.verdict === null) return []
  if (previous.verdict.campaign !== present.verdict.campaign) return []
  const changes: DayChange[] = []
  const [before, after] = [previous.light.recent, present.light.recent]
  if (before !== null && after !== null && before !== after) {
    const { recentDays: days, conditions } = present.light
    changes.push({ type: 'light_changed', from: before, to: after, days, conditions })
  }
  const { word } = previous.verdict
  if (word !== present.verdict.word) {
    changes.push({ type: 'verdict_changed', from: word, to: present.verdict.word, verdict: present.verdict })
  }
  return changes
}
