/** What may be asked of the broker, and what may come of it: I2, I5, I6, I9, I13, I14, I16, at every request. */
import { occOf } from '../../broker/occ.ts'
import { type OrderRequest, TERMINAL_ORDER_STATUSES } from '../../broker/port.ts'
import type { Campaign } from '../../session/campaign.ts'
import { OPENS_PER_DAY_MAX, PRICE_BAND } from '../../session/risk.ts'
import { FACTS_MS_MAX } from '../../session/runner/orders-out.ts'
import { MINUTE_MS } from '../../time/units.ts'
import type { DayMarket } from '../broker/day-market.ts'
import type { SimBroker } from '../broker/sim-broker.ts'
import { isClosingOrder, type SimOrder } from '../broker/sim-order.ts'
import { strikeOf } from '../broker/touch.ts'
import { WATCHDOG } from '../desk/names.ts'
import type { SimProcess } from '../time/sim-process.ts'
import type { JournalCheck } from './journal-check.ts'
import type { Report } from './violation.ts'

/** A store that did not answer a process so recently excuses a close that is not saved. */
const STORE_AWAY_MS_MAX = 300_000
/** The quotes behind an opening's limit may be this old; the band is held against any of them. */
const QUOTE_AGE_MS_MAX = 20_000
const QUOTE_STEP_MS = 1000
const CUT_OFF_BEFORE_CLOSE_MS = 30 * MINUTE_MS

export interface OrderFacts {
  readonly broker: SimBroker
  readonly market: DayMarket
  readonly contracts: number
  readonly now_ms: number
  readonly campaign: Campaign | null
}

/** What a process has learned since it took the session. */
interface Knowledge {
  ordersRead: boolean
  positionsRead: boolean
  controlRead_ms: number
  storeFailed_ms: number
}

export class OrderCheck {
  readonly #facts: () => OrderFacts
  readonly #journal: JournalCheck
  readonly #report: Report
  readonly #known = new WeakMap<SimProcess, Knowledge>()
  #controlChanged_ms = 0
  #handTraded: 'REDUCING' | 'HALTED' | null = null
  #handTraded_ms = Number.POSITIVE_INFINITY
  duplicates = 0

  constructor(facts: () => OrderFacts, journal: JournalCheck, report: Report) {
    this.#facts = facts
    this.#journal = journal
    this.#report = report
  }

  knowledgeOf(process: SimProcess): Knowledge {
    const known = this.#known.get(process)
    if (known !== undefined) return known
    const made = { ordersRead: false, positionsRead: false, controlRead_ms: -1, storeFailed_ms: -Infinity }
    this.#known.set(process, made)
    return made
  }

  controlChanged(now_ms: number): void {
    this.#controlChanged_ms = now_ms
  }

  /** Somebody else did something to the account; at least `mode` has to follow. */
  tradedByHand(mode: 'REDUCING' | 'HALTED', now_ms: number): void {
    if (this.#handTraded !== 'HALTED') this.#handTraded = mode
    this.#handTraded_ms = now_ms
  }

  /** The switch was set since: whoever did it may have resumed. */
  get isControlledSinceHand(): boolean {
    return this.#controlChanged_ms > this.#handTraded_ms
  }

  read(process: SimProcess, what: 'ordersRead' | 'positionsRead'): void {
    this.knowledgeOf(process)[what] = true
  }

  /** A process is about to send this. */
  submitting(process: SimProcess, request: OrderRequest): void {
    const { clientOrderId } = request
    const known = this.knowledgeOf(process)
    if (!known.ordersRead || !known.positionsRead) {
      this.#report('I5', `${clientOrderId} is sent by ${process.name}, which has not read the broker's side`)
    }
    this.#intentSaved(process, request, known)
    if (isClosingOrder(request)) this.#closing(request)
    else this.#opening(process, request, known)
  }

  #intentSaved(process: SimProcess, request: OrderRequest, known: Knowledge): void {
    const { clientOrderId, qty, limitPrice, legs } = request
    const intent = this.#journal.intents.get(clientOrderId)
    if (intent === undefined) {
      // The watchdog knows no store; its ids derive from what the broker shows.
      const isStoreAway = process.time.now_ms - known.storeFailed_ms <= STORE_AWAY_MS_MAX
      const excused = isClosingOrder(request) && (isStoreAway || process.name === WATCHDOG)
      if (!excused) this.#report('I2', `${clientOrderId} is sent without a saved intent`)
      return
    }
    // It knows no store, and sends what is left to close under the id that comes next: the books take that over.
    if (process.name === WATCHDOG && isClosingOrder(request)) return
    const isSame =
      intent.qty === qty &&
      intent.limitPrice === limitPrice &&
      intent.symbols.join() === legs.map(({ symbol }) => symbol).join()
    if (!isSame) this.#report('I2', `${clientOrderId} is sent otherwise than its intent says`)
  }

  #opening(process: SimProcess, request: OrderRequest, known: Knowledge): void {
    const { broker, market, contracts, now_ms, campaign } = this.#facts()
    const { clientOrderId, legs, qty } = request
    // A worker that hung may send what another has sent in its place: under the same id the broker takes it once.
    const isKnown = broker.orderByClientId(clientOrderId).ok
    // What a stranger holds long is nothing sold: the broker refuses to sell against it.
    const held = isKnown ? 0 : Math.max(0, -broker.account.qtyOf(legs[0].symbol))
    if (qty + held > contracts) this.#report('I13', `${clientOrderId} opens ${qty} with ${held} held, of ${contracts}`)
    const { date, open_ms, close_ms } = market.session
    for (const { symbol } of legs) {
      const contract = occOf(symbol)
      const isAllowed = contract?.root === 'SPY' && contract.right === 'put' && contract.expiry === date
      if (!isAllowed) this.#report('I14', `${clientOrderId} opens ${symbol}`)
    }
    if (now_ms < open_ms || now_ms >= close_ms - CUT_OFF_BEFORE_CLOSE_MS) {
      this.#report('I14', `${clientOrderId} opens outside the hours`)
    }
    if (!this.#isInBand(request))
      this.#report('I14', `${clientOrderId} is priced ${request.limitPrice}, outside the band`)
    const opens = [...this.#journal.intents.values()].filter(({ purpose }) => purpose === 'open').length
    if (opens > OPENS_PER_DAY_MAX) this.#report('I14', `${clientOrderId} is the ${opens}th opening order of the day`)
    const isOff = campaign === null || campaign.control.mode !== 'ACTIVE' || campaign.stop !== null
    const at_ms = process.time.now_ms
    // Set while the switch was on its way to the process: no reading could have known.
    const isReadBefore = known.controlRead_ms < at_ms - FACTS_MS_MAX
    if (isOff && this.#controlChanged_ms < at_ms && isReadBefore) {
      const age_s = (at_ms - known.controlRead_ms) / 1000
      this.#report('I16', `${clientOrderId} is sent after the switch was set, on a reading ${age_s} s old`)
    }
  }

  #isInBand({ legs, limitPrice }: OrderRequest): boolean {
    if (limitPrice === null) return false
    const { market, now_ms } = this.#facts()
    for (let age_ms = 0; age_ms <= QUOTE_AGE_MS_MAX; age_ms += QUOTE_STEP_MS) {
      const mids = legs.map(({ symbol }) => {
        const { bid, ask } = market.put(strikeOf(symbol), now_ms - age_ms)
        return ((bid ?? 0) + (ask ?? 0)) / 2
      })
      if (Math.abs(Number(limitPrice) - ((mids[0] ?? 0) - (mids[1] ?? 0))) <= PRICE_BAND + 0.001) return true
    }
    return false
  }

  #closing({ clientOrderId, legs, qty }: OrderRequest): void {
    const { broker } = this.#facts()
    // Sent again because nobody knew whether it had arrived: the broker takes it once.
    if (broker.orderByClientId(clientOrderId).ok || this.isHandTraded) return
    const open = Math.abs(broker.account.qtyOf(legs[0].symbol)) - broker.workingCloses(legs[0].symbol)
    if (qty > open) this.#report('I9', `${clientOrderId} closes ${qty}, ${open} are open and not being closed`)
  }

  /** It has arrived at the broker. */
  arrived(request: OrderRequest, admitted: boolean): void {
    const { broker } = this.#facts()
    const { clientOrderId } = request
    if (!admitted) {
      if (broker.orderByClientId(clientOrderId).ok) this.duplicates += 1
      return
    }
    const working = broker.allOrders().find(({ status }) => !TERMINAL_ORDER_STATUSES.has(status))
    if (working !== undefined && !this.isHandTraded) {
      this.#report('I6', `${clientOrderId} arrives while ${working.request.clientOrderId} is ${working.status}`)
    }
  }

  filled({ request }: SimOrder): void {
    const { broker } = this.#facts()
    if (this.isHandTraded) return
    for (const { symbol, positionIntent } of request.legs) {
      const qty = broker.account.qtyOf(symbol)
      const isShortLeg = positionIntent === 'sell_to_open' || positionIntent === 'buy_to_close'
      if (isShortLeg ? qty > 0 : qty < 0) this.#report('I9', `${symbol} has crossed zero: ${qty}`)
    }
  }

  get isHandTraded(): boolean {
    return this.#handTraded !== null
  }

  get modeAfterHand(): 'REDUCING' | 'HALTED' | null {
    return this.#handTraded
  }
}
