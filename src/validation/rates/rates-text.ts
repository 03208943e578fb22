/** The measured error rates for people. Pure. */
import { money, NONE, percent, wholeNumber } from '../../report/format.ts'
import type { Registration } from '../../session/registration.ts'
import type { Detection, StreamRates } from './rates.ts'

interface RatesHead {
  readonly registration: Registration
  readonly deviationCents: number
  readonly streams: number
  readonly horizonDays: number
}

const COLUMNS = [
  ['days drawn from', -11],
  ['false CONSISTENT', 16],
  ['false INCONSISTENT', 18],
  ['CONSISTENT after', 16],
  ['×', 5],
  ['INCONSISTENT after', 18],
  ['×', 5],
  ['usual method, false', 19],
] as const

const cells = (texts: readonly string[]): string =>
  COLUMNS.map(([title, width], index) => {
    const size = Math.max(Math.abs(width), title.length)
    const text = texts[index] ?? ''
    return width < 0 ? text.padEnd(size) : text.padStart(size)
  })
    .join('  ')
    .trimEnd()

const share = (value: number): string => percent(value * 100, 2)
const after = ({ median, eighty }: Detection): string => `${median ?? NONE} / ${eighty ?? NONE}`

/** Detection time of four streams of five, in fixed samples. */
export function ratioOf({ eighty }: Detection, fixedDays: number): number | null {
  return eighty === null ? null : eighty / fixedDays
}

const ratioText = (detection: Detection, fixedDays: number): string => ratioOf(detection, fixedDays)?.toFixed(2) ?? NONE

function row(rates: StreamRates): string {
  const { kind, consistent, inconsistent, fixedDays, approximate } = rates
  return cells([
    kind.name,
    share(rates.falseConsistent),
    share(rates.falseInconsistent),
    after(consistent),
    ratioText(consistent, fixedDays),
    after(inconsistent),
    ratioText(inconsistent, fixedDays),
    `${share(approximate.falseConsistent)} / ${share(approximate.falseInconsistent)}`,
  ])
}

/** The largest share of streams that a promised rate may show by chance: four standard errors above it. */
export const most = (alpha: number, streams: number): number => alpha + 4 * Math.sqrt((alpha * (1 - alpha)) / streams)

/** Whether every promised error rate was kept, up to four standard errors of the count. */
export function ratesHold(all: readonly StreamRates[], { alphaConsistent, alphaInconsistent }: Registration): boolean {
  return all.every(
    ({ promises, falseConsistent, falseInconsistent, streams }) =>
      (!promises.consistent || falseConsistent <= most(alphaConsistent, streams)) &&
      (!promises.inconsistent || falseInconsistent <= most(alphaInconsistent, streams)),
  )
}

export function ratesText(
  { registration, deviationCents, streams, horizonDays }: RatesHead,
  all: readonly StreamRates[],
): string {
  const fixed = all[0]?.fixedDays ?? 0
  const floor = money(registration.floorCents)
  const allowed = money(registration.tailAllowanceCents)
  const beyond = all.filter(({ excessCents }) => excessCents > registration.tailAllowanceCents)
  const streaks = all.filter(({ kind }) => kind.memory === 'streaks')
  return [
    `${wholeNumber(streams)} streams of ${horizonDays} trading days, looked at every day; a day's spread ${money(deviationCents)}, target ${money(registration.targetDailyCents)}`,
    `stated error rates: CONSISTENT ${share(registration.alphaConsistent)} (mean exactly $0), INCONSISTENT ${share(registration.alphaInconsistent)} (mean exactly the target)`,
    `one look at a number of days fixed beforehand (test of the mean with the spread known, same error rate, 80 % power) needs ${fixed} days; "after": half / four of five streams; ×: four of five against one look`,
    '',
    cells(COLUMNS.map(([title]) => title)),
    ...all.map(row),
    '',
    ...all.map(({ kind }) => `${kind.name}: ${kind.description}`),
    `usual method: confidence sequence by normal approximation, false CONSISTENT / INCONSISTENT on the same streams`,
    `beyond the floor of ${floor} days lose on average: ${all.map(({ kind, excessCents }) => `${kind.name} ${money(Math.round(excessCents))}`).join(', ')}; ${allowed} a day is allowed for`,
    ...beyond.map(
      ({ kind }) => `${kind.name}: more than that, so CONSISTENT promises nothing there; INCONSISTENT still does`,
    ),
    ...streaks.map(
      ({ kind, fixedDays }) =>
        `${kind.name}: the mean moves with the day before, which no bound covers; what it may add is taken off, and that it is enough for such a memory is measured here; one look needs ${fixedDays} days`,
    ),
  ].join('\n')
}
