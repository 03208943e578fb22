/** The measured error rates for people. Pure. */
import { money, NONE, percent } from '../../report/format.ts'
import type { Registration } from '../verdict/registration.ts'
import type { Detection, StreamRates } from './rates.ts'

export interface RatesHead {
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

/** Whether every stream within the allowance kept its error rates, up to four standard errors of the count. */
export function ratesHold(all: readonly StreamRates[], { alphaConsistent, alphaInconsistent }: Registration): boolean {
  const most = (alpha: number, streams: number): number => alpha + 4 * Math.sqrt((alpha * (1 - alpha)) / streams)
  return all
    .filter(({ kind }) => kind.withinAllowance)
    .every(
      ({ falseConsistent, falseInconsistent, streams }) =>
        falseConsistent <= most(alphaConsistent, streams) && falseInconsistent <= most(alphaInconsistent, streams),
    )
}

export function ratesText(
  { registration, deviationCents, streams, horizonDays }: RatesHead,
  all: readonly StreamRates[],
): string {
  const fixed = all[0]?.fixedDays ?? 0
  const beyond = all.filter(({ kind }) => !kind.withinAllowance).map(({ kind }) => kind.name)
  return [
    `${streams.toLocaleString('en-US')} streams of ${horizonDays} trading days, looked at every day; a day's spread ${money(deviationCents)}, target ${money(registration.targetDailyCents)}`,
    `stated error rates: CONSISTENT ${share(registration.alphaConsistent)} (mean exactly $0), INCONSISTENT ${share(registration.alphaInconsistent)} (mean exactly the target)`,
    `one look with the same error rate and 80 % power needs ${fixed} days; "after": half / four of five streams; ×: four of five against one look`,
    '',
    cells(COLUMNS.map(([title]) => title)),
    ...all.map(row),
    '',
    ...all.map(({ kind }) => `${kind.name}: ${kind.description}`),
    `usual method: confidence sequence by normal approximation, false CONSISTENT / INCONSISTENT on the same streams`,
    ...(beyond.length === 0
      ? []
      : [
          `${beyond.join(', ')}: loses more below ${money(registration.floorCents)} than the ${money(registration.tailAllowanceCents)} a day allowed for, so CONSISTENT promises nothing there; INCONSISTENT still does`,
        ]),
  ].join('\n')
}
