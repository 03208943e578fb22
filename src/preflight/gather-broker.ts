/**
 * Reads at the broker what the checks of its side are made on. Entry point: `gatherBroker`.
 *
 * 1. Changes nothing, opens no stream, and throws nothing: what could not be read is a value of the facts.
 * 2. Reads that do not need each other run side by side, and all of it ends within `GATHER_MS_MAX`.
 */
import { putSymbol } from '../broker/occ.ts'
import type { Broker, BrokerAccount, BrokerResult, MarketSnapshot } from '../broker/port.ts'
import type { MarketClock, WallClock } from '../config/clock.ts'
import type { StrategySettings } from '../config/config.ts'
import { newYorkDate } from '../strategy/newyork-time.ts'
import type { ProfileName, Quote, SessionHours, Structure } from '../strategy/types.ts'
import { DAY_MS, MINUTE_MS } from '../time/units.ts'
import { currentSession, spotOf } from './days.ts'
import type { BrokerEndpoint, BrokerFacts, BrokerReadings, ClockFacts, Timed } from './facts.ts'
import { BARS_BACK_MIN, GATHER_MS_MAX, LOOK_AHEAD_DAYS, OPENING_MIN, STRIKE_RANGE } from './limits.ts'
import { openSession } from './session-now.ts'

interface GatherDeps {
  readonly clock: MarketClock
  readonly wall: WallClock
}

interface GatherRequest {
  readonly profile: ProfileName
  readonly settings: StrategySettings
  /** Null: the configured structure. */
  readonly structure: Structure | 'auto' | null
  readonly endpoint: BrokerEndpoint | null
  /** Null: no keys. */
  readonly broker: Broker | null
  /** Read already, a moment ago. */
  readonly account?: BrokerResult<BrokerAccount>
}

/** The answer, or that there was none in time. */
type Within = <T>(read: Promise<BrokerResult<T>>) => Promise<BrokerResult<T>>

export async function gatherBroker(deps: GatherDeps, request: GatherRequest): Promise<BrokerFacts> {
  const { profile, settings, structure, endpoint, broker } = request
  const readings = broker === null ? null : await read(broker, request.account ?? null, deps)
  return { profile, settings, wanted: structure ?? settings.structure, endpoint, readings }
}

async function read(
  broker: Broker,
  known: BrokerResult<BrokerAccount> | null,
  deps: GatherDeps,
): Promise<BrokerReadings> {
  const within = deadline(deps.wall)
  const [account, clock, positions, calendar] = await Promise.all([
    known ?? within(broker.account()),
    readClock(broker, deps, within),
    within(broker.positions()),
    within(readCalendar(broker, deps)),
  ])
  const first = { account, clock, positions, calendar }
  const now = (): number => deps.clock.now_ms() ?? (clock.reading.ok ? clock.reading.value.now_ms : deps.wall.now_ms())
  const session = calendar.ok ? currentSession(calendar.value, now()) : null
  // Without access every further answer would say the same.
  if (!account.ok || session === null) return { ...first, snapshot: null, atTheMoney: null, bars: null }
  const timed = async <T>(answer: Promise<BrokerResult<T>>): Promise<Timed<T>> => {
    const result = await within(answer)
    return { result, at_ms: now() }
  }
  const running = openSession(first)
  const [snapshot, bars] = await Promise.all([
    timed(broker.snapshot(session.date, STRIKE_RANGE)),
    running === null || now() - running.open_ms < OPENING_MIN * MINUTE_MS
      ? null
      : timed(broker.bars(Math.max(running.open_ms, now() - BARS_BACK_MIN * MINUTE_MS), now())),
  ])
  const atTheMoney = running === null ? null : await readPut(broker, running, snapshot.result, timed)
  return { ...first, snapshot, atTheMoney, bars }
}

async function readClock(broker: Broker, { clock, wall }: GatherDeps, within: Within): Promise<ClockFacts> {
  const before_ms = wall.now_ms()
  const started_ms = wall.monotonic_ms()
  const reading = await within(broker.clock())
  const roundTrip_ms = wall.monotonic_ms() - started_ms
  return { reading, roundTrip_ms, machine_ms: before_ms + roundTrip_ms / 2, market_ms: clock.now_ms() }
}

async function readCalendar(broker: Broker, { clock }: GatherDeps): Promise<BrokerResult<readonly SessionHours[]>> {
  let from_ms = clock.now_ms()
  if (from_ms === null) {
    const reading = await broker.clock()
    if (!reading.ok) return reading
    from_ms = reading.value.now_ms
  }
  return broker.calendar(newYorkDate(from_ms), newYorkDate(from_ms + LOOK_AHEAD_DAYS * DAY_MS))
}

/** The put nearest to SPY that is offered; null: there is none. */
async function readPut(
  broker: Broker,
  session: SessionHours,
  snapshot: BrokerResult<MarketSnapshot>,
  timed: <T>(answer: Promise<BrokerResult<T>>) => Promise<Timed<T>>,
): Promise<BrokerReadings['atTheMoney']> {
  const spot = spotOf(snapshot)
  if (!snapshot.ok || spot === null) return null
  const offered = snapshot.value.chain.filter((row) => row.ask !== null && row.ask > 0)
  const nearest = offered.toSorted((a, b) => Math.abs(a.strike - spot) - Math.abs(b.strike - spot))[0]
  if (nearest === undefined) return null
  const symbol = putSymbol(session.date, nearest.strike)
  const { result, at_ms } = await timed(broker.optionQuotes([symbol]))
  const quote: BrokerResult<Quote | null> = result.ok ? { ok: true, value: result.value.get(symbol) ?? null } : result
  return { strike: nearest.strike, result: quote, at_ms }
}

/** One deadline for all reads of a preflight; a read that misses it goes on unheard. */
function deadline(wall: WallClock): Within {
  const end_ms = wall.monotonic_ms() + GATHER_MS_MAX
  return async (read) => {
    const over = new AbortController()
    const late = wall.sleep(Math.max(0, end_ms - wall.monotonic_ms()), over.signal).then(
      () =>
        ({
          ok: false,
          error: {
            kind: 'unavailable',
            code: null,
            message: `no answer within ${GATHER_MS_MAX / 1000} s`,
            retryAfter_ms: null,
          },
        }) as const,
    )
    try {
      return await Promise.race([read, late])
    } finally {
      over.abort()
    }
  }
}
