import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { changesOf } from '../../src/day-end/changes.ts'
import type { DayReported } from '../../src/day-end/judge.ts'
import { LIGHT_COLOURS } from '../../src/session/report-events.ts'
import { VERDICT_WORDS } from '../../src/validation/verdict/word.ts'
import { DAY_EVENTS } from '../support/desk-samples.ts'

const [REPORTED] = DAY_EVENTS.filter((event): event is DayReported => event.type === 'day_reported')
if (REPORTED?.verdict == null) throw new Error('expected a report with a verdict')
const DAY = { ...REPORTED, verdict: REPORTED.verdict }

const withLight = (recent: DayReported['light']['recent']): DayReported => ({ ...DAY, light: { ...DAY.light, recent } })
const withWord = (word: (typeof VERDICT_WORDS)[number], campaign = DAY.verdict.campaign): DayReported => ({
  ...DAY,
  verdict: { ...DAY.verdict, word, campaign },
})

describe('what a day changes', () => {
  test('the same light and word as the day before: nothing', () => {
    expect(changesOf([DAY], DAY)).toEqual([])
  })

  test('another light: from what to what, over which days, and why', () => {
    expect(changesOf([withLight('green')], withLight('red'))).toEqual([
      { type: 'light_changed', from: 'green', to: 'red', days: 12, conditions: DAY.light.conditions },
    ])
  })

  test('another word: with the bounds, and what would change it', () => {
    const present = withWord('INCONSISTENT')
    expect(changesOf([withWord('INSUFFICIENT')], present)).toEqual([
      { type: 'verdict_changed', from: 'INSUFFICIENT', to: 'INCONSISTENT', verdict: present.verdict },
    ])
  })

  test('the first day of a campaign changes nothing: another configuration is no news of this one', () => {
    expect(changesOf([], withWord('CONSISTENT'))).toEqual([])
    expect(changesOf([withWord('INSUFFICIENT', '1/other')], withWord('CONSISTENT'))).toEqual([])
  })

  test('what is not known has not changed', () => {
    expect(changesOf([withLight(null)], withLight('red'))).toEqual([])
    expect(changesOf([withLight('red')], withLight(null))).toEqual([])
    expect(changesOf([{ ...DAY, verdict: null }], withWord('CONSISTENT'))).toEqual([])
    expect(changesOf([DAY], { ...DAY, verdict: null })).toEqual([])
  })

  test('a day that could not be judged hides no change: the next one is held against the last that was', () => {
    const unjudged: DayReported = {
      ...DAY,
      verdict: null,
      verdictReason: 'no days',
      light: { ...DAY.light, recent: 'red' },
    }
    const present = { ...withWord('CONSISTENT'), light: { ...DAY.light, recent: 'red' as const } }
    const last = { ...withWord('INSUFFICIENT'), light: { ...DAY.light, recent: 'green' as const } }
    expect(changesOf([unjudged, unjudged, last], present).map(({ type, from, to }) => [type, from, to])).toEqual([
      ['light_changed', 'green', 'red'],
      ['verdict_changed', 'INSUFFICIENT', 'CONSISTENT'],
    ])
    // A judged day without a light between them: the word is the nearer day's, the light the farther one's.
    const dark = { ...withWord('DRIFTING'), light: { ...DAY.light, recent: null } }
    expect(changesOf([dark, last], present).map(({ from }) => from)).toEqual(['green', 'DRIFTING'])
    expect(changesOf([unjudged], present)).toEqual([])
  })

  test('prop_told_and_back: what a change tells is the difference, and undone it is told the other way round', () => {
    const day = fc
      .tuple(fc.constantFrom(null, ...LIGHT_COLOURS), fc.constantFrom(...VERDICT_WORDS))
      .map(([recent, word]) => ({ ...withWord(word), light: { ...DAY.light, recent } }))
    fc.assert(
      fc.property(day, day, (before, after) => {
        const there = changesOf([before], after)
        const back = changesOf([after], before)
        expect(back.map(({ type, from, to }) => [type, from, to])).toEqual(
          there.map(({ type, from, to }) => [type, to, from]),
        )
        expect(there.every(({ from, to }) => from !== to)).toBe(true)
        expect(there.some(({ type }) => type === 'verdict_changed')).toBe(before.verdict?.word !== after.verdict?.word)
      }),
    )
  })
})
