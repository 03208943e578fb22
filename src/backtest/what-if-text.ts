/** What-if of the exits for a terminal, and in lines that a post shares. Pure. */
import { chance, decimal, money, NONE, percent, signedMoney } from '../report/format.ts'
import type { WhatIfCell, WhatIfDocument } from './what-if-document.ts'

export const wholeDollars = (amount: number): string => money(Math.round(amount * 100)).replace(/\.00$/, '')

/** What was run over the days, without their source. */
export const restsOn = ({ profile, structure, fills, period }: WhatIfDocument): string =>
  `${profile} ${structure.replaceAll('_', ' ')} · fills ${fills} · ${period.days} days`

/** What the figures rest on, in one line. */
export const exitsName = (result: WhatIfDocument): string => `${result.source.label} · ${restsOn(result)}`

const mean = (cell: WhatIfCell): string => (cell.meanCents === null ? NONE : signedMoney(Math.round(cell.meanCents)))

/** The rule and the best of the grid, one line each, then what the source can prove. */
export function whatIfFindings(result: WhatIfDocument): string[] {
  const { cells, best, variantsTried, variantsInAll } = result
  const name = (cell: WhatIfCell): string =>
    `stop ${wholeDollars(cell.stop)}, target ${percent(cell.target * 100, 0)}: ${mean(cell)} a day, ${cell.wins} of ${cell.closed} won, worst ${cell.worstDayCents === null ? NONE : signedMoney(cell.worstDayCents)}, drawdown ${money(cell.maxDrawdownCents)}`
  const rule = cells.find(({ isRule }) => isRule)
  const found = cells.find(({ stop, target }) => stop === best?.stop && target === best.target)
  const deflated = best === null || best.deflated === null ? NONE : chance(best.deflated)
  return [
    ...(rule === undefined ? [] : [`the rule: ${name(rule)}`]),
    ...(found === undefined
      ? []
      : [
          `best of ${variantsTried} on these very days: ${name(found)}`,
          `probability that it is more than the luck of ${variantsInAll} variants ever tried: ${deflated}`,
        ]),
  ]
}

const CELL = 11

function table({ stops, targets, cells }: WhatIfDocument): string[] {
  const row = (stop: number): string =>
    targets
      .map((target) => {
        const cell = cells.find((one) => one.stop === stop && one.target === target)
        const amount = cell?.meanCents == null ? NONE : decimal(cell.meanCents / 100, 2)
        return (cell?.isRule === true ? `[${amount}]` : amount).padStart(CELL)
      })
      .join('')
  return [
    `${'stop'.padStart(8)} ${targets.map((target) => percent(target * 100, 0).padStart(CELL)).join('')}`,
    ...stops.map((stop) => `${wholeDollars(stop).padStart(8)} ${row(stop)}`),
  ]
}

export function whatIfLines(result: WhatIfDocument): string[] {
  return [
    exitsName(result),
    'dollars a day by stop (rows) and target as a share of the premium kept (columns); the rule in brackets',
    ...table(result),
    ...whatIfFindings(result),
    ...result.proof.map((sentence) => `source: ${sentence}`),
  ]
}
