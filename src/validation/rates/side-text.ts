/**
 * The measured rates of DRIFTING and of the intervals of rates, for people. Pure. Entry points: `sideText`,
 * `sideRatesHold`.
 */
import { money, NONE, percent } from '../../report/format.ts'
import type { Registration } from '../../session/registration.ts'
import { most } from './rates-text.ts'
import type { SideRates } from './side-rates.ts'

const share = (value: number): string => percent(value * 100, 2)

export function sideText({ alphaDrift, alphaRate }: Registration, { drift, proportions }: SideRates): string {
  return [
    `stated error rates: DRIFTING ${share(alphaDrift)} (live − replay exactly $0 on average), each rate's interval ${share(alphaRate)}`,
    ...drift.map(({ kind, falseDrifting, shiftCents, drifting, fixedDays }) => {
      const found = `a shift of ${money(shiftCents)} a day found after ${drifting.median ?? NONE} / ${drifting.eighty ?? NONE} days (one look: ${fixedDays})`
      return `live − replay, ${kind.name} (${kind.description}): false DRIFTING ${share(falseDrifting)}; ${found}`
    }),
    ...proportions.map(
      ({ name, rate, falseExclusion }) =>
        `${name} of ${percent(rate * 100)}: once outside its own interval in ${share(falseExclusion)} of streams`,
    ),
  ].join('\n')
}

/** Whether they were kept, up to four standard errors of the count. */
export function sideRatesHold(
  { drift, proportions }: SideRates,
  { alphaDrift, alphaRate }: Registration,
  streams: number,
): boolean {
  return (
    drift.every(({ falseDrifting }) => falseDrifting <= most(alphaDrift, streams)) &&
    proportions.every(({ falseExclusion }) => falseExclusion <= most(alphaRate, streams))
  )
}
