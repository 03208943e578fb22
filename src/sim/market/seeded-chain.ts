/**
 * The same-day put chain of the seeded market: Black–Scholes on the variance still to come, a smile in standard
 * deviations from the money, and the spreads that market makers showed on recorded days.
 *
 * 1. Bid and ask never fall with the strike, ask > bid ≥ 0, ask is never below the intrinsic value, and a $1 spread is
 *    never quoted for more than its width: no arbitrage at the touch.
 * 2. A quote is a function of seed, second and strike: asking twice, or in another order, gives the same.
 */

import { hashText, noiseAt, normalNoiseAt } from '../../config/prng.ts'
import type { BookQuote } from './price-source.ts'
import { putPrice } from './put-pricing.ts'

/** What variance costs: options are priced above the volatility that the path delivers. */
const VARIANCE_PREMIUM = 1.12
/** Variance that stays priced until the last minutes (closing auction, news), as a share of the day's. */
const CLOSING_SHARE = 0.06
const CLOSING_FADE_S = 1_200
/** Options follow the slow volatility factor, but not all the way: it reverts. */
const SLOW_FOLLOW = 1.1
/** Seconds for which a market maker keeps its width. */
const WIDTH_BLOCK_S = 9
const OPENING_WIDTH_LIFE_S = 240

interface ChainMoment {
  readonly seed: string
  readonly date: string
  /** Seconds since the open. */
  readonly second: number
  readonly secondsLeft: number
  readonly spot: number
  readonly dayVol: number
  readonly slowVol: number
  readonly varianceLeft: number
}

/** Standard deviation of the return that at-the-money options are priced on. */
function remainingVol(moment: ChainMoment): number {
  const path = VARIANCE_PREMIUM * moment.varianceLeft * Math.exp(SLOW_FOLLOW * moment.slowVol)
  const closing = CLOSING_SHARE * Math.min(1, moment.secondsLeft / CLOSING_FADE_S)
  return moment.dayVol * Math.sqrt(path + closing)
}

/** Implied volatility relative to the at-the-money one, `z` standard deviations above spot. */
function smile(z: number): number {
  const far = Math.min(Math.abs(z), 8)
  return z < 0 ? 1 + 0.1 * far + 0.024 * far * far : 1 - 0.075 * far + 0.03 * far * far
}

/** Width in dollars before noise: a cent where contracts trade, cents in the money, dimes deep in the money. */
function quotedWidth(price: number, z: number, depth: number): number {
  const near = 0.01 + 0.004 * Math.max(0, price - 1.6)
  const deep = 0.17 + 0.008 * Math.max(0, depth) + 0.0012 * Math.max(0, depth - 12) ** 2
  const share = 1 / (1 + Math.exp((1.75 - z) / 0.16))
  return near + deep * share
}

interface Rounding {
  bidCents: number
  askCents: number
}

export function quoteChain(moment: ChainMoment, strikes: readonly number[]): Map<number, BookQuote> {
  const seed = hashText(`${moment.seed}/${moment.date}/chain`)
  const block = Math.floor(moment.second / WIDTH_BLOCK_S)
  const vol = remainingVol(moment) * (1 + 0.004 * normalNoiseAt(seed, block, -1))
  const opening = 1 + 0.8 * Math.exp(-moment.second / OPENING_WIDTH_LIFE_S)
  // Now and then everybody pulls back for some seconds.
  const nervous = noiseAt(seed, block, -2) < 0.004 ? 3 : 1
  const chain = new Map<number, BookQuote>()
  let below: Rounding = { bidCents: 0, askCents: 1 }
  let belowStrike: number | null = null
  for (const strike of strikes) {
    const depth = strike - moment.spot
    const z = vol > 0 ? depth / (moment.spot * vol) : Math.sign(depth) * 8
    const price = putPrice(moment.spot, strike, vol * smile(z))
    const wobble = Math.exp(0.35 * normalNoiseAt(seed, block, strike))
    const width = quotedWidth(price, z, depth) * opening * nervous * (price > 1.5 ? wobble : 1)
    const quote = round(price, width, noiseAt(seed, moment.second, strike))
    const stepCents = belowStrike === null ? null : Math.round((strike - belowStrike) * 100)
    below = withoutArbitrage(quote, below, stepCents, Math.ceil(depth * 100 - 1e-6))
    belowStrike = strike
    chain.set(strike, {
      bid: below.bidCents / 100,
      ask: below.askCents / 100,
      bidSize: below.bidCents === 0 ? 0 : 20 + Math.floor(400 * noiseAt(seed ^ 1, block, strike)),
      askSize: 20 + Math.floor(400 * noiseAt(seed ^ 2, block, strike)),
    })
  }
  return chain
}

function round(price: number, width: number, draw: number): Rounding {
  // Widths between two ticks are shown as one or the other, in proportion.
  const widthCents = Math.max(1, Math.floor(width * 100 + draw))
  const bidCents = Math.max(0, Math.floor(price * 100 - (widthCents - 1) / 2))
  return { bidCents, askCents: bidCents + widthCents }
}

function withoutArbitrage(
  quote: Rounding,
  below: Rounding,
  stepCents: number | null,
  intrinsicCents: number,
): Rounding {
  let bidCents = Math.max(quote.bidCents, below.bidCents)
  if (stepCents !== null) bidCents = Math.min(bidCents, below.askCents + stepCents)
  const askCents = Math.max(quote.askCents, below.askCents, bidCents + 1, intrinsicCents)
  return { bidCents, askCents }
}
