/** Where the re-settled baseline of a registration comes from, in words. Pure. Entry point: `baselineFrom`. */
import type { Registration } from '../session/registration.ts'
import { money, several } from './format.ts'

/** Completes "the re-settled baseline $137.93 (…)". */
export function baselineFrom({ resettledFrom: found }: Pick<Registration, 'resettledFrom'>): string {
  switch (found?.kind) {
    case 'audited':
      return `audited: ${several(found.trades, 'trade')} from ${found.from} to ${found.to}, published as ${money(found.publishedDailyCents)}`
    case 'built_in':
      return 'built in: the published table at official closes, no table was audited here'
    default:
      return 'where it comes from was not recorded'
  }
}
