/**
 * What an Alpaca broker is made of, checked once.
 *
 * Entry points: `AlpacaBrokerOptions`, `parseBrokerOptions`.
 */
import type { Logger } from 'pino'
import { z } from 'zod'
import type { MarketClock, WallClock } from '../config/clock.ts'
import { assertPaperOnly } from './host-guard.ts'

const url = z.url({ protocol: /^https?$/ }).transform((value) => value.replace(/\/+$/, ''))
const streamUrl = z.url({ protocol: /^wss?$/ })

const settingsSchema = z.strictObject({
  keyId: z.string().min(1),
  secret: z.string().min(1),
  tradingUrl: url.default('https://paper-api.alpaca.markets'),
  dataUrl: url.default('https://data.alpaca.markets'),
  tradingStreamUrl: streamUrl.default('wss://paper-api.alpaca.markets/stream'),
  stockStreamUrl: streamUrl.optional(),
  optionStreamUrl: streamUrl.optional(),
  stockFeed: z.enum(['iex', 'sip']).default('iex'),
  optionFeed: z.enum(['indicative', 'opra']).default('indicative'),
  /** Of the trading API, and again of the data API. Of a desk's own programs each has its share (`shares.ts`). */
  requestsPerMinute: z.number().int().min(10).max(1_000_000).default(180),
  /** For one request, waiting for its turn included. */
  timeout_ms: z.number().int().min(50).max(60_000).default(5000),
  /** For a stream to be subscribed after its connection was begun. */
  streamTimeout_ms: z.number().int().min(50).max(60_000).default(10_000),
  /** First pause before a stream is connected again; doubles up to `reconnectMax_ms`. */
  reconnectMin_ms: z.number().int().min(1).max(60_000).default(250),
  reconnectMax_ms: z.number().int().min(1).max(60_000).default(10_000),
})

type SettingsInput = z.input<typeof settingsSchema>

export type BrokerSettings = Omit<z.output<typeof settingsSchema>, 'stockStreamUrl' | 'optionStreamUrl'> & {
  readonly stockStreamUrl: string
  readonly optionStreamUrl: string
}

export type AlpacaBrokerOptions = SettingsInput & {
  readonly log: Logger
  readonly wallClock: WallClock
  /** Stamps snapshots with market time; without it the wall clock does, which is right on the real market only. */
  readonly marketClock?: Pick<MarketClock, 'now_ms'>
}

const DATA_STREAMS = 'wss://stream.data.alpaca.markets'

/**
 * Checks the settings and that all of them are paper-only.
 * @throws Error naming every setting that is wrong; ForbiddenHostError for a live host or key.
 */
export function parseBrokerOptions(input: SettingsInput): BrokerSettings {
  const parsed = settingsSchema.safeParse(input)
  if (!parsed.success) throw new Error(`broker options: ${z.prettifyError(parsed.error)}`)
  const settings = {
    ...parsed.data,
    stockStreamUrl: parsed.data.stockStreamUrl ?? `${DATA_STREAMS}/v2/${parsed.data.stockFeed}`,
    optionStreamUrl: parsed.data.optionStreamUrl ?? `${DATA_STREAMS}/v1beta1/${parsed.data.optionFeed}`,
  }
  const urls = [settings.tradingUrl, settings.dataUrl]
  assertPaperOnly(
    [...urls, settings.tradingStreamUrl, settings.stockStreamUrl, settings.optionStreamUrl],
    settings.keyId,
  )
  return settings
}
