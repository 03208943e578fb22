/**
 * What a one-minute bar must be, wherever it comes from: a file's row or a broker's answer.
 *
 * Entry points: `startProblem`, `priceProblem`; each answers what was expected, null where nothing is wrong.
 */
import { MINUTE_MS } from '../time/units.ts'

export const startProblem = (t_ms: number): string | null =>
  t_ms % MINUTE_MS === 0 ? null : 'expected a bar to start on a whole minute'

export function priceProblem(o: number, h: number, l: number, c: number): string | null {
  if (!(o > 0 && h > 0 && l > 0 && c > 0)) return 'expected open, high, low and close above 0'
  return h < Math.max(o, c) || l > Math.min(o, c) ? 'expected low ≤ open, close ≤ high' : null
}
