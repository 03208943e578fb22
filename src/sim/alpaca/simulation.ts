/** The parts of one running simulation, as the HTTP and stream servers see them. */
import type { SimClock } from '../clock.ts'
import type { Market } from '../market/market.ts'
import type { Account } from './account.ts'
import type { Exchange } from './exchange.ts'
import type { Marks } from './marks.ts'
import type { Provocations } from './provocations.ts'

export interface Simulation {
  readonly market: Market
  readonly clock: SimClock
  readonly exchange: Exchange
  readonly accounts: readonly Account[]
  readonly marks: Marks
  readonly provocations: Provocations
  /** The account of a pair of keys; null when they are not known. */
  accountOf(keyId: unknown, secret: unknown): Account | null
}
