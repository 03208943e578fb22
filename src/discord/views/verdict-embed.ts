/**
 * A verdict as an embed: the word and why, what would change it, the figures. The whole text goes with it as a file.
 */
import type { APIEmbed } from 'discord.js'
import { COLOURS, clip, embed, type Field, figure, line, plain } from '../../feed/embed.ts'
import { fixedLines } from '../../feed/render/registered.ts'
import { dayName, NONE, percent, several, signedMoney, signedMoneyOrNone, sourceBadge } from '../../report/format.ts'
import type { Assessment } from '../../validation/assessment.ts'
import { netCommissionLine } from '../../validation/costs/net-commission.ts'
import type { BoxState, CriteriaBox } from '../../validation/criteria/criteria.ts'
import { costShort } from '../../validation/criteria/criteria-text.ts'
import type { ProportionBounds } from '../../validation/stats/proportion-sequence.ts'
import { againstLines } from '../../validation/verdict/against.ts'
import { feedText, sourceProof } from '../../validation/verdict/sources.ts'
import type { Verdict } from '../../validation/verdict/verdict.ts'
import { driftLines, stakeLines } from '../../validation/verdict/verdict-text.ts'
import { verdictChanges, verdictReasons, wordNote } from '../../validation/verdict/word-text.ts'

const COLOUR: Readonly<Record<Verdict['word'], number>> = {
  INSUFFICIENT: COLOURS.neutral,
  CONSISTENT: COLOURS.gain,
  INCONSISTENT: COLOURS.loss,
  DRIFTING: COLOURS.warning,
}

const MARKS: Readonly<Record<BoxState, string>> = { met: '✅', not_met: '❌', open: '⬜', cannot_prove: '❔' }
const LEGEND = '✅ met · ❌ not met · ⬜ open · ❔ this source cannot prove it'
const GATE_MARKS = { passed: '✅', failed: '❌', unknown: '⬜' } as const

const SOURCE_TEXT_MAX = 120

export const verdictFooter = ({ campaign, registered, registration, from, to }: Verdict): string =>
  `${clip(sourceBadge(campaign.source), SOURCE_TEXT_MAX)} · ${registration.profile} · ${from} to ${to} · campaign ${registered?.number ?? campaign.number}`

export function verdictEmbed(
  { verdict, criteria, costs, commission, elsewhere }: Assessment,
  image: string | null,
): APIEmbed {
  const { word, counts, mean } = verdict
  const point = mean.pointCents === null ? null : Math.round(mean.pointCents)
  return embed({
    colour: COLOUR[word],
    title: `⚖️ ${word}${wordNote(verdict)} after ${several(counts.days, 'trading day')}`,
    description: [...madeUp(verdict), ...verdictReasons(verdict), ...begunAnew(verdict)].join('\n'),
    fields: [
      figure(
        'Mean day',
        `${signedMoneyOrNone(point)}\n${signedMoney(mean.lowerCents)} to ${signedMoney(mean.upperCents)}${cutNote(verdict, point)}`,
      ),
      figure('Execution rate', rate(verdict.executionRate)),
      figure('Win rate', rate(verdict.winRate)),
      line('Held against', againstLines(verdict).join('\n')),
      line('What would change it', verdictChanges(verdict).slice(0, CHANGES_SHOWN_MAX).join('\n')),
      line('Live − replay', driftLines(verdict).join('\n')),
      line(
        'Before any verdict',
        verdict.gates.map(({ name, state, evidence }) => `${GATE_MARKS[state]} ${name}: ${evidence}`).join('\n'),
      ),
      ...overridden(verdict),
      ...(elsewhere.length === 0 ? [] : [line('Other accounts', elsewhere.map(plain).join('\n'))]),
      line('Success criteria', `${phases(criteria)}\n${LEGEND}`),
      line('At stake', stakeLines(verdict).join('\n')),
      line('Costs', [...costs.estimates.map(costShort), netCommissionLine(commission)].join('\n')),
      line('Source', `${feedText(verdict.sources)}\nCan prove: ${sourceProof(verdict.sources)}`),
      line(fixedTitle(verdict), fixedLines(verdict.registration, triedText(verdict)).join('\n')),
    ],
    footer: verdictFooter(verdict),
    ...(image === null ? {} : { image }),
  })
}

const CHANGES_SHOWN_MAX = 4

/** Where nothing was registered it is what the first day's plan would have had registered. */
const fixedTitle = ({ registered }: Verdict): string =>
  registered === null ? 'Not registered: taken from the first day' : 'Fixed before the first day'

const triedText = ({ registered }: Verdict): string =>
  registered === null
    ? 'none registered'
    : (registered.tried.unknown ?? several(registered.tried.runs, 'recorded backtest'))

/**
 * A mean outside its own bounds needs a word: they count no day beyond what was registered, the mean counts all of it.
 */
function cutNote({ mean, registration }: Verdict, point: number | null): string {
  if (point === null || (point >= mean.lowerCents && point <= mean.upperCents)) return ''
  return `\ncounting no day beyond ${signedMoney(registration.floorCents)} or ${signedMoney(registration.ceilingCents)}`
}

const madeUp = ({ campaign }: Verdict): readonly string[] =>
  campaign.source.kind === 'PAPER' ? [] : ['Made-up or recorded market: this says nothing about paper or real money.']

/** Why there are fewer days than the account has. */
function begunAnew({ registered, campaign, from }: Verdict): readonly string[] {
  const number = registered?.number ?? campaign.number
  if (number === 1) return []
  const what = registered?.changed[0] === undefined ? '' : ` (${plain(registered.changed[0])})`
  return [`The configuration changed before ${from}${what}: this is campaign ${number}, counted anew.`]
}

const OVERRIDES_SHOWN_MAX = 3
const HANDS_SHOWN_MAX = 5
const HAND_TEXT_MAX = 160

function overridden({ overrides, counts }: Verdict): readonly Field[] {
  if (counts.overridden === 0) return []
  const last = overrides.slice(-OVERRIDES_SHOWN_MAX).map(({ date, what }) => {
    const shown = what.slice(0, HANDS_SHOWN_MAX).map((text) => plain(text, HAND_TEXT_MAX))
    const more = what.length > shown.length ? [`and ${what.length - shown.length} more`] : []
    return `${dayName(date)}: ${[...shown, ...more].join('; ')}`
  })
  const days = `${several(counts.overridden, 'day')} with somebody’s hand in it; all count`
  return [line('Overrides', [days, ...last].join('\n'))]
}

const rate = ({ trials, successes, lower, upper }: ProportionBounds): string =>
  trials === 0
    ? NONE
    : `${percent((successes / trials) * 100)}\n${percent(lower * 100, 0)} to ${percent(upper * 100, 0)}`

/** A mark a box; the evidence of each stands in the file. */
function phases(criteria: readonly CriteriaBox[]): string {
  return ([1, 2, 3] as const)
    .map((phase) => {
      const boxes = criteria.filter((box) => box.phase === phase)
      const met = boxes.filter(({ state }) => state === 'met').length
      return `Phase ${phase}: ${boxes.map(({ state }) => MARKS[state]).join('')} ${met} of ${boxes.length} met`
    })
    .join('\n')
}
