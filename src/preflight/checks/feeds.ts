/** SPY's quotes and the puts': which feed they come from, and how old they are while the market is open. */
import { decimal, legsName, price } from '../../report/format.ts'
import type { Quote } from '../../strategy/types.ts'
import { MINUTE_MS } from '../../time/units.ts'
import type { BrokerFacts, BrokerReadings } from '../facts.ts'
import { OPENING_MIN, QUOTE_DEAD_S } from '../limits.ts'
import { type CheckId, type CheckLine, type CheckNumbers, fail, pass, warn } from '../line.ts'
import { isSimulated, openSession } from '../session-now.ts'

const DATA_ADVICE = 'Check ALPACA_DATA_URL, and that the plan of these keys covers the feed.'
const CLOSED = 'market closed: its delay is judged while it is open'

export function stockFeed(facts: BrokerFacts): CheckLine | null {
  const { readings, endpoint } = facts
  if (readings === null || !readings.account.ok) return null
  const feed = endpoint?.stockFeed ?? 'stock feed'
  if (readings.snapshot === null) return null
  const { result, at_ms } = readings.snapshot
  if (!result.ok)
    return fail('stock_feed', `${feed}: SPY and its puts are not readable: ${result.error.message}`, DATA_ADVICE)
  const line = judge('stock_feed', { feed, what: 'SPY', quote: result.value.spot, at_ms }, facts, readings)
  if (line.status !== 'pass' || endpoint === null) return line
  return streamMismatch('stock_feed', endpoint.stockFeed, endpoint.urls.stockStreamUrl, 'ALPACA_STOCK', line)
}

export function optionFeed(facts: BrokerFacts): CheckLine | null {
  const { readings, endpoint } = facts
  // Both are read together: what is wrong then, the other line says.
  if (readings === null || !readings.account.ok || readings.snapshot?.result.ok !== true) return null
  const feed = endpoint?.optionFeed === 'opra' ? 'opra' : 'indicative (derived quotes, not OPRA)'
  const session = openSession(readings)
  if (session === null) return pass('option_feed', `${feed}; ${CLOSED}`)
  const { atTheMoney, snapshot } = readings
  if (atTheMoney === null) {
    const found = `${feed}: no put near SPY that expires ${session.date} is quoted`
    const lenient = isSimulated(readings) || snapshot.at_ms - session.open_ms < OPENING_MIN * MINUTE_MS
    return (lenient ? warn : fail)('option_feed', found, `Nothing can be sold without. ${DATA_ADVICE}`)
  }
  const { result, at_ms, strike } = atTheMoney
  if (!result.ok) return fail('option_feed', `${feed}: not readable: ${result.error.message}`, DATA_ADVICE)
  const quote = result.value ?? { bid: null, ask: null, t_ms: null }
  const line = judge('option_feed', { feed, what: legsName(strike, null), quote, at_ms }, facts, readings)
  if (line.status !== 'pass' || endpoint === null) return line
  return streamMismatch('option_feed', endpoint.optionFeed, endpoint.urls.optionStreamUrl, 'ALPACA_OPTION', line)
}

interface Seen {
  readonly feed: string
  readonly what: string
  readonly quote: Quote
  readonly at_ms: number
}

function judge(
  id: CheckId,
  { feed, what, quote, at_ms }: Seen,
  facts: BrokerFacts,
  readings: BrokerReadings,
): CheckLine {
  const session = openSession(readings)
  if (session === null) return pass(id, `${feed}; ${CLOSED}`)
  const simulated = isSimulated(readings)
  if (quote.bid === null || quote.ask === null || quote.ask <= 0) {
    const lenient = simulated || at_ms - session.open_ms < OPENING_MIN * MINUTE_MS
    return (lenient ? warn : fail)(
      id,
      `${feed}: ${what} has no two-sided quote`,
      `Nothing is opened without. ${DATA_ADVICE}`,
    )
  }
  const sides = `${what} ${price(quote.bid)} / ${price(quote.ask)}`
  if (quote.t_ms === null)
    return warn(id, `${feed}: ${sides}, without a time`, 'Its age cannot be judged; look at /status while trading.')
  const age_s = Math.max(0, (at_ms - quote.t_ms) / 1000)
  const limit_s = facts.settings.limits.quoteAgeMax_s
  const numbers: CheckNumbers = { age_s: Math.round(age_s * 10) / 10, limit_s }
  const found = `${feed}: ${sides}, ${decimal(age_s, 1)} s old`
  // Recorded books may lie minutes apart, and a fast market moves on while it answers.
  if (simulated || age_s <= limit_s) return pass(id, found, numbers)
  if (age_s <= QUOTE_DEAD_S) {
    return warn(
      id,
      `${found}, limit ${limit_s} s`,
      'Repeat: a quiet moment is no fault, but entries wait for a younger quote.',
      numbers,
    )
  }
  const advice =
    'The feed is delayed or has stopped, and nothing would be opened on it. See status.alpaca.markets, and which feed the plan of these keys covers.'
  return fail(id, `${found}, limit ${limit_s} s`, advice, numbers)
}

/** The stream's address names its feed: quotes over REST and over the stream must be of the same one. */
function streamMismatch(id: CheckId, feed: string, url: string, variable: string, line: CheckLine): CheckLine {
  const streamed = new URL(url).pathname.split('/').at(-1) ?? ''
  if (streamed === feed || !['iex', 'sip', 'delayed_sip', 'indicative', 'opra', 'test'].includes(streamed)) return line
  const advice = `Make ${variable}_FEED and ${variable}_STREAM_URL name the same feed.`
  return warn(id, `${line.found}; but its stream is of ${streamed}`, advice, line.numbers)
}
