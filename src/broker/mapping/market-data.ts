/**
 * Quotes, bars and the option chain. Prices of market data are numbers; a side of 0 stays 0 (a bid of 0 is a price).
 *
 * Entry points: `toQuotes`, `toBars`, `toChain`, and `streamedQuote`, `streamedBar` for the streams.
 */
import { z } from 'zod'
import type { Bar, Quote } from '../../strategy/types.ts'
import { occOf } from '../occ.ts'
import type { SnapshotRow } from '../port.ts'
import { decode, instant } from './decode.ts'

const price = z.number().nullish()
const quoteSchema = z.object({ bp: price, ap: price, t: instant })
const barSchema = z.object({ t: instant, o: z.number(), h: z.number(), l: z.number(), c: z.number() })
const barsSchema = z.object({
  bars: z.record(z.string(), z.array(barSchema).nullable()).nullish(),
  nextPageToken: z.string().nullish(),
})
const chainSchema = z.object({
  snapshots: z.record(z.string(), z.object({ latestQuote: quoteSchema.nullish() })).nullish(),
  nextPageToken: z.string().nullish(),
})

export type TimedQuote = Quote & { readonly t_ms: number }

function side(value: number | null | undefined): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null
}

function quote(raw: z.output<typeof quoteSchema>): TimedQuote {
  return { bid: side(raw.bp), ask: side(raw.ap), t_ms: raw.t }
}

/** Latest quotes by symbol; a symbol without one is left out. */
export function toQuotes(answer: unknown): Map<string, TimedQuote> {
  const { quotes } = decode(z.object({ quotes: z.record(z.string(), quoteSchema) }), answer, 'latest quotes')
  return new Map(Object.entries(quotes).map(([symbol, raw]) => [symbol, quote(raw)]))
}

export interface Page<T> {
  readonly rows: readonly T[]
  readonly next: string | null
}

export function toBars(answer: unknown, symbol: string): Page<Bar> {
  const { bars, nextPageToken } = decode(barsSchema, answer, 'bars')
  const rows = (bars?.[symbol] ?? []).map(({ t, o, h, l, c }) => ({ t_ms: t, o, h, l, c }))
  return { rows, next: nextPageToken || null }
}

/** The puts of a chain page that expire on `expiry`; a contract without a quote has null sides. */
export function toChain(answer: unknown, expiry: string): Page<SnapshotRow> {
  const { snapshots, nextPageToken } = decode(chainSchema, answer, 'an option chain')
  const rows = Object.entries(snapshots ?? {}).flatMap(([symbol, { latestQuote }]) => {
    const contract = occOf(symbol)
    if (contract?.right !== 'put' || contract.expiry !== expiry) return []
    const { bp, ap, t } = latestQuote ?? {}
    return { strike: contract.strike, bid: side(bp), ask: side(ap), t_ms: t ?? null }
  })
  return { rows, next: nextPageToken || null }
}

/** As the SDK's streams hand quotes over; null where the message has no usable time. */
export function streamedQuote(message: {
  readonly bidPrice?: number | undefined
  readonly askPrice?: number | undefined
  readonly timestamp: Date
}): TimedQuote | null {
  const t_ms = message.timestamp.getTime()
  return Number.isFinite(t_ms) ? { bid: side(message.bidPrice), ask: side(message.askPrice), t_ms } : null
}

/** As the SDK's streams hand bars over; null where a figure is missing. */
export function streamedBar(message: {
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
  readonly timestamp: Date
}): Bar | null {
  const bar = { t_ms: message.timestamp.getTime(), o: message.open, h: message.high, l: message.low, c: message.close }
  return Object.values(bar).every(Number.isFinite) ? bar : null
}
