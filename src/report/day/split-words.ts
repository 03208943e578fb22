/** Where live and replay went apart, in words. Pure. Entry point: `splitWords`. */

import { PARTS, type Part, type Split } from '../../replay/attribution.ts'
import { signedMoney } from '../format.ts'

const NAMES: Readonly<Record<Part, string>> = {
  signal: 'signal',
  missedFill: 'missed fills',
  price: 'price',
  fees: 'fees',
  expiry: 'expiry',
  humanStop: 'stopped by hand',
  engine: 'closed by the desk itself',
}

/** `price −$75.00, fees +$30.00`, the largest first; empty where nothing differs. */
export function splitWords(split: Split): string {
  return PARTS.filter((part) => split[part] !== 0)
    .toSorted((a, b) => Math.abs(split[b]) - Math.abs(split[a]))
    .map((part) => `${NAMES[part]} ${signedMoney(split[part])}`)
    .join(', ')
}
