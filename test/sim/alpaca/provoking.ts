/** Provokes faults on a market simulator, and reads what is provoked. */
import type { AlpacaSim } from '../../../src/sim/alpaca/index.ts'
import { call } from './harness.ts'

export const provoke = (sim: AlpacaSim, kind: string, body: object = {}) =>
  call(sim, 'POST', `/sim/provoke/${kind}`, body, null)
export const provoked = async (sim: AlpacaSim) =>
  (await call(sim, 'GET', '/sim/market', undefined, null)).body.provoked as Record<string, unknown>
/** As shown while nothing is provoked. */
export const NOTHING = {
  shock: null,
  rejections: null,
  mute: [],
  refused: [],
  outages: [],
  partials: { probability: 0, next: [] },
}
