/**
 * Frames of Alpaca's streams against what is published of them. Entry point: `alpacaFrameProblems`.
 *
 * Quotes, bars and orders are described by the API descriptions; the envelopes around them only by the documentation of
 * the streams, which the schemas here write down.
 */
import { decode } from '@msgpack/msgpack'
import { z } from 'zod'
import type { AlpacaApi } from '../broker/openapi.ts'
import type { WireFrame } from './wire.ts'

const texts = z.array(z.string())
const channels = { trades: texts.optional(), quotes: texts.optional(), bars: texts.optional() }

const DATA_REQUEST = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('auth'), key: z.string().min(1), secret: z.string().min(1) }),
  z.strictObject({ action: z.literal('subscribe'), ...channels }),
  z.strictObject({ action: z.literal('unsubscribe'), ...channels }),
])
const DATA_CONTROL = z.discriminatedUnion('T', [
  z.strictObject({ T: z.literal('success'), msg: z.enum(['connected', 'authenticated']) }),
  z.object({ T: z.literal('subscription'), ...channels }),
])
/** The orders' stream is documented with two forms of signing in: the SDK sends the older one. */
const TRADING_REQUEST = z.discriminatedUnion('action', [
  z.strictObject({
    action: z.literal('authenticate'),
    data: z.strictObject({ key_id: z.string().min(1), secret_key: z.string().min(1) }),
  }),
  z.strictObject({ action: z.literal('auth'), key: z.string().min(1), secret: z.string().min(1) }),
  z.strictObject({ action: z.literal('listen'), data: z.strictObject({ streams: texts }) }),
])
const execution = {
  timestamp: z.iso.datetime({ offset: true }),
  price: z.string().min(1),
  qty: z.string().min(1),
  position_qty: z.string().min(1).optional(),
  execution_id: z.string().min(1),
}
const order = z.record(z.string(), z.unknown())
const TRADE_UPDATE = z.discriminatedUnion('event', [
  z.object({ event: z.enum(['fill', 'partial_fill']), order, ...execution }),
  z.object({
    event: z.enum(['new', 'accepted', 'canceled', 'expired', 'done_for_day', 'replaced', 'rejected', 'pending_new']),
    order,
  }),
  z.object({ event: z.enum(['stopped', 'pending_cancel', 'pending_replace', 'suspended', 'calculated']), order }),
])
const TRADING_MESSAGE = z.discriminatedUnion('stream', [
  z.strictObject({
    stream: z.literal('authorization'),
    data: z.object({ status: z.literal('authorized'), action: z.enum(['authenticate', 'auth']) }),
  }),
  z.strictObject({ stream: z.literal('listening'), data: z.strictObject({ streams: texts }) }),
  z.object({ stream: z.literal('trade_updates'), data: TRADE_UPDATE }),
])

const issues = (what: string, { success, error }: z.ZodSafeParseResult<unknown>): string[] =>
  success ? [] : error.issues.map((issue) => `${what}/${issue.path.join('/')}: ${issue.message}`)

const kindOf = (path: string): 'trading' | 'stock' | 'option' =>
  path.startsWith('/stream') ? 'trading' : path.startsWith('/v2/') ? 'stock' : 'option'

/** Which kinds of message were seen, and what is wrong with them. */
export function alpacaFrameProblems(
  api: AlpacaApi,
  frames: readonly WireFrame[],
): { readonly seen: ReadonlySet<string>; readonly problems: string[] } {
  const seen = new Set<string>()
  const problems: string[] = []
  for (const frame of frames) {
    const kind = kindOf(frame.path)
    const message = read(frame, kind)
    if (kind === 'trading') problems.push(...tradingProblems(api, frame.direction, message, seen))
    else if (frame.direction === 'to server') {
      problems.push(...issues(`${kind} request`, DATA_REQUEST.safeParse(message)))
      seen.add(`${kind} request`)
    } else if (Array.isArray(message)) {
      for (const one of message) problems.push(...dataProblems(api, kind, one, seen))
    } else problems.push(`${kind}: expected a list of messages`)
  }
  return { seen, problems }
}

/** Instants as text, as a JSON client sees them. */
function read({ data, isBinary }: WireFrame, kind: string): unknown {
  const isPacked = isBinary && kind !== 'trading'
  return JSON.parse(isPacked ? JSON.stringify(decode(data)) : data.toString('utf8'))
}

function dataProblems(api: AlpacaApi, kind: 'stock' | 'option', message: unknown, seen: Set<string>): string[] {
  const type = z.object({ T: z.string() }).parse(message).T
  seen.add(`${kind} ${type}`)
  const what = `${kind} ${type}`
  if (type !== 'q' && type !== 'b') return issues(what, DATA_CONTROL.safeParse(message))
  const name = type === 'b' ? `${kind}_bar` : `${kind}_quote`
  return [
    ...issues(what, z.object({ S: z.string().min(1) }).safeParse(message)),
    ...api.component('market-data-api', name, message, what),
  ]
}

function tradingProblems(
  api: AlpacaApi,
  direction: WireFrame['direction'],
  message: unknown,
  seen: Set<string>,
): string[] {
  if (direction === 'to server') {
    seen.add('trading request')
    return issues('trading request', TRADING_REQUEST.safeParse(message))
  }
  const parsed = TRADING_MESSAGE.safeParse(message)
  if (!parsed.success) return issues('trading message', parsed)
  const { data } = parsed
  if (data.stream !== 'trade_updates') return []
  const update = data.data
  const what = `trade update ${update.event}`
  seen.add(what)
  const { order_class: orderClass } = update.order
  const isIncomplete = 'execution_id' in update && update.position_qty === undefined
  return [
    ...api.component('trading-api', 'Order', update.order, what),
    ...(isIncomplete ? [`${what} of a ${String(orderClass)} order: no position_qty`] : []),
  ]
}
