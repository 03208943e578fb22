/**
 * What befalls a desk during a day without any call of it failing: the store loses its data, the account is traded by
 * somebody else or assigned, and no engine is there for a while. All by chance.
 */
import { putSymbol } from '../../broker/occ.ts'
import { MINUTE_MS } from '../../time/units.ts'
import type { Stretch } from '../faults/random-plan.ts'
import { withholdPrices } from './no-prices.ts'
import { startWatchdog } from './watchdog.ts'
import type { SimWorker } from './worker.ts'
import type { World } from './world.ts'

/** How many days in a hundred see each. */
export const MISFORTUNES = {
  storeLost: 0.05,
  handTrade: 0.04,
  closedByHand: 0.03,
  legGone: 0.03,
  assigned: 0.02,
  absence: 0.08,
  noPrices: 0.35,
  lastLeaves: 0.15,
  closesRefused: 0.15,
} as const
/** Something to do to a position waits for one. */
const TRIES_MAX = 400
const TRY_AGAIN_MS = 30_000
/** From when on, at the earliest, no close is taken any more. */
const REFUSED_BEFORE_CLOSE_MS = 200 * MINUTE_MS
const ABSENCE_MS_MIN = 200_000
const ABSENCE_MS_MAX = 1_200_000

export class Misfortunes {
  readonly #world: World
  readonly #workers: () => readonly SimWorker[]

  constructor(world: World, workers: () => readonly SimWorker[]) {
    this.#world = world
    this.#workers = workers
  }

  plan({ from_ms, to_ms }: Stretch): void {
    const { random, time, loss } = this.#world
    const maybe = (share: number, run: () => void): void => {
      if (random.uniform() < share) time.at(from_ms + random.uniform() * (to_ms - from_ms), run)
    }
    const holders = () => this.#workers().filter((worker) => worker.process.isAlive && worker.isBusy)
    maybe(MISFORTUNES.storeLost, () => loss.happen(this.#world, () => holders().map(({ process }) => process)))
    maybe(MISFORTUNES.handTrade, () => this.#tradeByHand())
    maybe(MISFORTUNES.closedByHand, () => this.#toPosition(to_ms, (symbols) => this.#closeByHand(symbols)))
    maybe(MISFORTUNES.legGone, () => this.#toPosition(to_ms, (symbols) => this.#takeLeg(symbols)))
    maybe(MISFORTUNES.assigned, () => this.#toPosition(to_ms, (symbols) => this.#assign(symbols)))
    maybe(MISFORTUNES.absence, () => this.#toPosition(to_ms, () => this.#leaveAlone(to_ms)))
    maybe(MISFORTUNES.noPrices, () => this.#toPosition(to_ms, () => withholdPrices(this.#world, this.#workers)))
    maybe(MISFORTUNES.lastLeaves, () => this.#toPosition(to_ms, () => this.#leaveForGood(to_ms)))
    this.#planRefusedCloses()
  }

  /** What is held from then on is held past the close: nothing but its settlement ends it. */
  #planRefusedCloses(): void {
    const { late, time, market, now_ms } = this.#world
    if (late.uniform() >= MISFORTUNES.closesRefused) return
    const close_ms = market.session.close_ms - now_ms() + time.now_ms
    const from_ms = close_ms - REFUSED_BEFORE_CLOSE_MS * (0.5 + 0.5 * late.uniform())
    time.at(from_ms, () => this.#toPosition(close_ms, () => this.#refuseCloses()))
  }

  #refuseCloses(): void {
    const { broker, checks, trace } = this.#world
    if (!this.#isWatched) return
    trace?.('the broker takes no close any more')
    this.#befall('closesRefused')
    checks.disturb()
    broker.refusesCloses = true
  }

  /** Now, or as soon as something is held: the short put's symbol, and the long one's. */
  #toPosition(until_ms: number, act: (symbols: readonly string[]) => void, tries = 0): void {
    const { broker, time } = this.#world
    const held = broker.account.positions().toSorted((a, b) => a.qty - b.qty)
    if (held.length > 0) act(held.map(({ symbol }) => symbol))
    else if (tries < TRIES_MAX && time.now_ms < until_ms - TRY_AGAIN_MS) {
      time.after(TRY_AGAIN_MS, () => this.#toPosition(until_ms, act, tries + 1))
    }
  }

  /** A session that has ended looks at nothing any more; what two strangers do may cancel out. */
  get #isWatched(): boolean {
    const { market, now_ms, store, accountId, checks } = this.#world
    if (checks.orders.isHandTraded) return false
    if (now_ms() < market.session.open_ms || now_ms() >= market.session.close_ms) return false
    return store.sessions.session(accountId, market.session.date).value?.phase !== 'ended'
  }

  #befall(what: keyof typeof MISFORTUNES): void {
    this.#world.checks.befell.add(what)
  }

  #tradeByHand(): void {
    const { broker, market, checks, trace, now_ms } = this.#world
    if (!this.#isWatched) return
    this.#befall('handTrade')
    const symbol = putSymbol(market.session.date, Math.round(market.level(now_ms())) - 3)
    trace?.(`somebody buys ${symbol} by hand`)
    checks.orders.tradedByHand('REDUCING', this.#world.time.now_ms)
    broker.tradeByHand(symbol, 1)
  }

  /** Somebody closes the desk's position, or a part of it. */
  #closeByHand(symbols: readonly string[]): void {
    const { broker, checks, random, trace } = this.#world
    if (!this.#isWatched) return
    const held = broker.freeQty(symbols[0] ?? '')
    if (held === 0) return
    const qty = random.uniform() < 0.5 ? held : Math.ceil(held * random.uniform())
    this.#befall('closedByHand')
    trace?.(`somebody closes ${qty} of ${symbols.join(' / ')} by hand`)
    checks.orders.tradedByHand('REDUCING', this.#world.time.now_ms)
    for (const symbol of symbols) broker.tradeByHand(symbol, -Math.sign(broker.account.qtyOf(symbol)) * qty)
  }

  /** One leg of the spread is closed by somebody, and the other is left alone. */
  #takeLeg(symbols: readonly string[]): void {
    const { broker, checks, random, trace } = this.#world
    const symbol = symbols[random.uniform() < 0.5 ? 0 : 1] ?? symbols[0] ?? ''
    const held = Math.sign(broker.account.qtyOf(symbol)) * broker.freeQty(symbols[0] ?? '')
    if (!this.#isWatched || held === 0) return
    const qty = random.uniform() < 0.5 ? held : Math.sign(held) * Math.ceil(Math.abs(held) * random.uniform())
    this.#befall('legGone')
    trace?.(`somebody takes ${qty} of ${symbol} away`)
    checks.orders.tradedByHand('REDUCING', this.#world.time.now_ms)
    broker.tradeByHand(symbol, -qty)
    if (random.uniform() < 0.5) checks.journal.onSingleLeg = (left, leftQty) => this.#takeToo(left, leftQty)
  }

  /** And the leg left alone as well, just as the desk is about to close it. */
  #takeToo(symbol: string, leftQty: number): void {
    const { broker, checks, trace } = this.#world
    checks.journal.onSingleLeg = () => undefined
    const qty = Math.min(leftQty, broker.freeQty(symbol))
    trace?.(`somebody takes ${qty} of ${symbol} away, too`)
    broker.tradeByHand(symbol, -Math.sign(broker.account.qtyOf(symbol)) * qty)
  }

  #assign([symbol = '']: readonly string[]): void {
    const { broker, checks, random, trace } = this.#world
    const short = broker.account.qtyOf(symbol) < 0 ? broker.freeQty(symbol) : 0
    if (!this.#isWatched || short === 0) return
    const qty = Math.ceil(short * random.uniform())
    this.#befall('assigned')
    trace?.(`${qty} of ${symbol} are assigned`)
    checks.orders.tradedByHand('HALTED', this.#world.time.now_ms)
    // On paper the activity is listed the next day: then the shares alone show it.
    broker.assign(symbol, qty, random.uniform() < 0.5)
  }

  /** Every worker dies with a position open, and none comes back for a while; a watchdog looks on. */
  #leaveAlone(until_ms: number): void {
    const alive = this.#absent(until_ms)
    if (alive.length > 0) this.#befall('absence')
    for (const worker of alive) worker.die()
  }

  /**
   * The one that has the session is told to stop with nobody else alive: it closes what is open, or says that it could
   * not.
   */
  #leaveForGood(until_ms: number): void {
    const { checks, broker, trace } = this.#world
    const alive = this.#absent(until_ms)
    const last = alive.find(({ process, isBusy }) => isBusy && !process.isPaused)
    for (const worker of alive) if (worker !== last) worker.die()
    trace?.(`${last?.process.name ?? 'nobody'} is told to leave, the last one`)
    if (last !== undefined) this.#befall('lastLeaves')
    void last?.leaveAsLast().then((isSafe) => {
      trace?.(`${last.process.name} leaves: ${isSafe ? 'all is closed' : 'something is open'}`)
      const held = broker.account.positions()
      if (isSafe && held.length > 0 && !checks.orders.isHandTraded) {
        const what = held.map(({ symbol, qty }) => `${qty} ${symbol}`).join(', ')
        checks.fail('I4', `the last worker has left and said that all is closed; ${what} are held`)
      }
    })
  }

  /**
   * From now on no worker is started for a while, and a watchdog looks on. Those that are there: none after the close.
   */
  #absent(until_ms: number): readonly SimWorker[] {
    const { time, random, absence, checks, trace, now_ms, market } = this.#world
    if (now_ms() >= market.session.close_ms) return []
    const wait_ms = ABSENCE_MS_MIN + (ABSENCE_MS_MAX - ABSENCE_MS_MIN) * random.uniform()
    checks.disturb()
    absence.until_ms = Math.floor(Math.min(time.now_ms + wait_ms, until_ms))
    trace?.(`no engine is there for ${Math.round((absence.until_ms - time.now_ms) / 1000)} s`)
    startWatchdog(this.#world, () => this.#workers())
    return this.#workers().filter(({ process }) => process.isAlive)
  }
}
