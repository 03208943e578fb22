/**
 * Guards one account: knows since when no engine has watched it, and when that is too long, reads the broker's side and
 * does what `decide` says. Entry point: `AccountGuard`.
 *
 * 1. Right before each request that changes something, the workers are asked again: when one watches, nothing is sent.
 *    A close that has to wait for its turn at the broker goes only on an answer that is still young.
 * 2. What a request did is not assumed: the broker's side is read again before the next decision.
 * 3. Silence is what was listened to: of the time in which this process stood still nothing is known.
 */
import type { Logger } from 'pino'
import type { Broker, BrokerError, BrokerOrder, BrokerPosition, BrokerResult } from '../broker/port.ts'
import { isDuplicateClientOrderId } from '../broker/refusals.ts'
import type { WallClock } from '../config/clock.ts'
import { newYorkDate, newYorkToEpoch } from '../strategy/newyork-time.ts'
import type { ProfileName } from '../strategy/types.ts'
import { MINUTE_MS } from '../time/units.ts'
import { type Action, type Decision, decide, type Facts, symbolsToQuote, type WatchdogLimits } from './decide.ts'

export interface GuardOptions {
  readonly profile: ProfileName
  readonly broker: Broker
  readonly wall: WallClock
  readonly log: Logger
  readonly limits: WatchdogLimits
  /** For each watched account, the age of the youngest sign of life; asks the workers now. */
  readonly signsOfLife: () => Promise<ReadonlyMap<string, number>>
}

/** With nothing open and no engine: how often the broker is asked, which others of the account do too. */
const IDLE_LOOK_MS = 10_000
const BROKER_RETRY_MS = 2000
const REFUSED_RETRY_MS = 1000
const REFUSED_RETRY_MAX_MS = 30_000
const CANCEL_AGAIN_MS = 5000
/** What the workers said counts for so long: what has to wait longer is decided anew. */
const ANSWER_AGE_MS_MAX = 1000
/** A simulated market that was started anew is another account under the same keys. */
const ACCOUNT_AGE_MAX_MS = MINUTE_MS

type State = Decision['state']

export class AccountGuard {
  readonly #options: GuardOptions
  readonly #log: Logger
  /** Last canceled at, by order id. */
  readonly #canceled_ms = new Map<string, number>()
  #account: { readonly id: string; readonly read_ms: number } | null = null
  #alive_ms: number
  #acting_ms: number | null = null
  #nextLook_ms = 0
  #refusals = 0
  #state: State = 'watched'
  #isActing = false

  constructor(options: GuardOptions) {
    this.#options = options
    this.#log = options.log.child({ profile: options.profile })
    // Before the watchdog there was no looking: the silence begins with it at the earliest.
    this.#alive_ms = options.wall.monotonic_ms()
  }

  /** Whether something of the desk is open, no engine watches it, and it is not flat yet. */
  get isExposed(): boolean {
    return this.#state === 'exposed' || this.#state === 'given_up'
  }

  /** To be called about once a second, with what the workers just answered. */
  async look(signs: ReadonlyMap<string, number>): Promise<void> {
    const { wall, limits } = this.#options
    const accountId = await this.#accountId()
    if (accountId === null) return
    const sign_ms = signs.get(accountId)
    const now_ms = wall.monotonic_ms()
    if (sign_ms !== undefined) this.#alive_ms = Math.max(this.#alive_ms, now_ms - sign_ms)
    if (now_ms - this.#alive_ms < limits.silentMax_ms) return this.#standDown()
    this.#acting_ms ??= now_ms
    if (now_ms < this.#nextLook_ms) return
    await this.#act()
  }

  /** This process stood still: the silence is listened to from now on. */
  awoke(): void {
    this.#alive_ms = this.#options.wall.monotonic_ms()
    this.#standDown()
  }

  /** Before leaving: whether what was open still is. Changes nothing at the broker. */
  async lastLook(): Promise<void> {
    if (!this.isExposed) return
    const facts = await this.#readFacts()
    if (facts !== null) this.#tell(decide(facts, this.#options.limits).state, facts)
  }

  async #accountId(): Promise<string | null> {
    const { broker, wall } = this.#options
    const now_ms = wall.monotonic_ms()
    const isSilent = now_ms - this.#alive_ms >= this.#options.limits.silentMax_ms
    const known = this.#account
    if (known !== null && (!isSilent || now_ms - known.read_ms < ACCOUNT_AGE_MAX_MS)) return known.id
    if (now_ms < this.#nextLook_ms) return known?.id ?? null
    const account = await broker.account()
    if (!account.ok) {
      this.#unreachable(account.error)
      return known?.id ?? null
    }
    if (known?.id !== account.value.id) this.#log.info({ accountId: account.value.id }, 'guards this account')
    this.#account = { id: account.value.id, read_ms: now_ms }
    return account.value.id
  }

  #standDown(): void {
    if (this.#isActing) this.#log.warn('an engine watches this account again: the watchdog does nothing more')
    this.#isActing = false
    this.#acting_ms = null
    this.#nextLook_ms = 0
    this.#refusals = 0
    this.#state = 'watched'
    this.#canceled_ms.clear()
  }

  async #act(): Promise<void> {
    const { limits, wall } = this.#options
    const facts = await this.#readFacts()
    if (facts === null) return
    const decision = decide(facts, limits)
    this.#tell(decision.state, facts)
    this.#nextLook_ms = wall.monotonic_ms() + (decision.state === 'flat' ? IDLE_LOOK_MS : 0)
    // What an engine opens after that, and leaves at once, is waited for like anything found at the beginning.
    if (decision.state === 'flat') this.#acting_ms = null
    for (const action of decision.actions) {
      if (!(await this.#run(action))) return
    }
  }

  /** Says what changed, once. */
  #tell(state: State, { silent_ms, positions, isOpen }: Facts): void {
    const before = this.#state
    this.#state = state
    if (state === before) return
    const silent_s = Math.round(silent_ms / 1000)
    if (state === 'exposed') {
      this.#isActing = true
      const what = isOpen ? 'the watchdog flattens' : 'the market is closed, so nothing can be closed now'
      this.#log.error({ silent_s, positions }, `no engine has watched this account for ${silent_s} s: ${what}`)
    } else if (state === 'given_up') {
      this.#log.fatal({ positions }, 'too many closes without getting flat: close by hand on the broker’s own screen')
    } else if (state === 'flat') {
      if (this.#isActing) this.#log.warn('flat: nothing of this desk is open any more')
      else this.#log.warn({ silent_s }, 'no engine watches this account; nothing of this desk is open')
      this.#isActing = false
    }
  }

  async #readFacts(): Promise<Facts | null> {
    const { broker, profile, wall } = this.#options
    const clock = await broker.clock()
    if (!clock.ok) return this.#unreachable(clock.error)
    const { now_ms, isOpen } = clock.value
    const date = newYorkDate(now_ms)
    const [orders, positions] = await Promise.all([broker.orders(newYorkToEpoch(date, 0)), broker.positions()])
    if (!orders.ok) return this.#unreachable(orders.error)
    if (!positions.ok) return this.#unreachable(positions.error)
    const book: Pick<Facts, 'profile' | 'date' | 'now_ms' | 'isOpen' | 'orders' | 'positions'> = {
      profile,
      date,
      now_ms,
      isOpen,
      orders: orders.value,
      positions: positions.value,
    }
    const quotes = await this.#readQuotes(book.orders, book.positions, date)
    const at_ms = wall.monotonic_ms()
    return { ...book, quotes, silent_ms: at_ms - this.#alive_ms, acting_ms: at_ms - (this.#acting_ms ?? at_ms) }
  }

  /** Without quotes the close goes at market: closing does not wait for prices. */
  async #readQuotes(
    orders: readonly BrokerOrder[],
    positions: readonly BrokerPosition[],
    date: string,
  ): Promise<Facts['quotes']> {
    const symbols = symbolsToQuote({ profile: this.#options.profile, date, orders, positions })
    if (symbols.length === 0) return new Map()
    const quotes = await this.#options.broker.optionQuotes(symbols)
    if (quotes.ok) return quotes.value
    this.#log.warn({ error: quotes.error }, 'the quotes of the position could not be read: closing at market')
    return new Map()
  }

  #unreachable(error: BrokerError): null {
    this.#log.warn({ error }, 'the broker could not be read; asking again')
    this.#nextLook_ms = this.#options.wall.monotonic_ms() + BROKER_RETRY_MS
    return null
  }

  /** False: an engine is back, or the broker said no; what follows is decided anew. */
  async #run(action: Action): Promise<boolean> {
    if (await this.#isWatchedNow()) {
      this.#standDown()
      return false
    }
    return action.kind === 'cancel' ? this.#cancel(action) : this.#close(action)
  }

  async #isWatchedNow(): Promise<boolean> {
    const { signsOfLife, limits } = this.#options
    const sign_ms = (await signsOfLife()).get(this.#account?.id ?? '')
    return sign_ms !== undefined && sign_ms < limits.silentMax_ms
  }

  async #cancel({ order, why }: Extract<Action, { kind: 'cancel' }>): Promise<boolean> {
    const { broker, wall } = this.#options
    const last_ms = this.#canceled_ms.get(order.id)
    if (last_ms !== undefined && wall.monotonic_ms() - last_ms < CANCEL_AGAIN_MS) return true
    this.#canceled_ms.set(order.id, wall.monotonic_ms())
    const { clientOrderId } = order
    const canceled = await broker.cancel(order.id)
    if (canceled.ok) this.#log.warn({ clientOrderId, why }, 'asked the broker to cancel an order')
    else this.#log.warn({ clientOrderId, why, error: canceled.error }, 'an order could not be canceled')
    return true
  }

  async #close({ request }: Extract<Action, { kind: 'close' }>): Promise<boolean> {
    const { broker, wall } = this.#options
    const answered_ms = wall.monotonic_ms()
    const { clientOrderId, qty, legs, limitPrice } = request
    const symbols = legs.map(({ symbol }) => symbol)
    this.#log.warn({ clientOrderId, qty, symbols, limitPrice }, 'closing')
    const isYoung = () => wall.monotonic_ms() - answered_ms <= ANSWER_AGE_MS_MAX
    const sent = await broker.submit(request, isYoung)
    if (sent.ok) {
      this.#refusals = 0
      this.#log.warn({ clientOrderId, orderId: sent.value.id, status: sent.value.status }, 'close accepted')
      return true
    }
    this.#notAccepted(sent, clientOrderId)
    return false
  }

  #notAccepted({ error }: Extract<BrokerResult<unknown>, { ok: false }>, clientOrderId: string): void {
    if (error.kind === 'not_sent') {
      this.#log.warn({ clientOrderId }, 'a close waited too long for its turn: the workers are asked again')
      return
    }
    if (isDuplicateClientOrderId(error)) {
      // Somebody sent the same close: an engine on its way back, or we did and heard no answer.
      this.#log.warn({ clientOrderId }, 'this close is at the broker already: adopted')
      return
    }
    this.#refusals += 1
    const wait_ms = Math.min(REFUSED_RETRY_MS * 2 ** Math.min(this.#refusals - 1, 10), REFUSED_RETRY_MAX_MS)
    this.#nextLook_ms = this.#options.wall.monotonic_ms() + wait_ms
    this.#log.error({ clientOrderId, error, wait_ms }, 'the broker did not accept a close; trying again')
  }
}
