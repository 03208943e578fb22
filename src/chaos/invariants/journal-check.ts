/** What the journal may say: I8, I10, I17, checked at every commit that the store took. */
import type { EventOf, JournalEvent } from '../../session/events.ts'
import type { Commit } from '../../store/port.ts'
import type { SimBroker } from '../broker/sim-broker.ts'
import type { Report } from './violation.ts'

const ID = /-(open|close)-(\d+)$/

export class JournalCheck {
  readonly intents = new Map<string, EventOf<'order_intent'>>()
  /** Fills by order, as the journal counts them. */
  readonly filledQty = new Map<string, number>()
  readonly alerts = new Set<string>()
  /** How often the team was told that quotes of a position are late. */
  quotesLate = 0
  /** How often a worker took the session over. */
  resumed = 0
  /** Types of what the team's commands leave, as far as they stand in it. */
  readonly left = new Set<JournalEvent['type']>()
  /** Told of an opening that was decided, as it is saved. */
  onOpening: () => void = () => undefined
  /** Told of a close of one leg of a spread alone, as it is decided. */
  onSingleLeg: (symbol: string, qty: number) => void = () => undefined
  decisions = 0
  marks = 0
  brokerPnlCents = 0
  readonly closed: EventOf<'trade_closed'>[] = []
  #executions = new Set<string>()
  /** Intents saved in a store that lost them: each may be saved once more. */
  #lost = new Set<string>()
  #dayIsOver = false
  readonly #broker: () => SimBroker
  readonly #report: Report

  constructor(broker: () => SimBroker, report: Report) {
    this.#broker = broker
    this.#report = report
  }

  /** What was saved is gone, and counted anew by whoever goes on. */
  storeLost(): void {
    this.#lost = new Set(this.intents.keys())
    this.#executions.clear()
    this.filledQty.clear()
  }

  add({ events, session }: Commit): void {
    for (const event of events) this.#see(event, session?.value.phase ?? null)
  }

  #see(event: JournalEvent, phase: string | null): void {
    switch (event.type) {
      case 'decision':
        this.decisions += 1
        return
      case 'mark':
        this.marks += 1
        return
      case 'order_intent':
        this.#intent(event)
        return
      case 'fill':
        this.#fill(event)
        return
      case 'trade_closed':
        this.#close(event)
        return
      case 'engine_alert':
        this.alerts.add(event.code)
        if (event.code === 'position_quotes_late') this.quotesLate += 1
        return
      case 'session_resumed':
        this.resumed += 1
        return
      case 'control_set':
      case 'campaign_disarmed':
      case 'approval_requested':
      case 'approval_applied':
        this.left.add(event.type)
        return
      case 'risk_breach':
        if (event.limit === 'max_daily_loss' && phase === null) this.#report('I17', 'a breach without a session')
        return
      default:
        return
    }
  }

  #intent(event: EventOf<'order_intent'>): void {
    const { clientOrderId, purpose, attempt } = event
    const [, named, number] = ID.exec(clientOrderId) ?? []
    if (named !== purpose || Number(number) !== attempt) {
      this.#report('I6', `the id ${clientOrderId} does not follow from ${purpose} attempt ${attempt}`)
    }
    if (this.intents.has(clientOrderId) && !this.#lost.delete(clientOrderId))
      this.#report('I8', `the intent ${clientOrderId} was saved twice`)
    if (purpose === 'open' && this.#dayIsOver) {
      this.#report('I17', `${clientOrderId} opens after the daily loss limit was reached`)
    }
    this.intents.set(clientOrderId, event)
    if (purpose === 'open') this.onOpening()
    const [symbol, other] = event.symbols
    if (purpose === 'close' && symbol !== undefined && other === undefined) this.onSingleLeg(symbol, event.qty)
  }

  #fill({ clientOrderId, executionId, qty }: EventOf<'fill'>): void {
    if (this.#executions.has(executionId)) this.#report('I10', `the execution ${executionId} was counted twice`)
    this.#executions.add(executionId)
    const counted = (this.filledQty.get(clientOrderId) ?? 0) + qty
    this.filledQty.set(clientOrderId, counted)
    const order = this.#broker().orderByClientId(clientOrderId)
    const real = order.ok ? order.value.filledQty : 0
    if (counted > real) {
      this.#report('I10', `${counted} of ${clientOrderId} are counted as filled, the broker filled ${real}`)
    }
  }

  #close(event: EventOf<'trade_closed'>): void {
    this.closed.push(event)
    this.brokerPnlCents += event.brokerPnlCents
  }

  /** I17 in the state that was stored: a day at its limit reduces, and opens nothing more, also when resumed. */
  noteDay(dayNetPnlCents: number, limitCents: number, mode: string): void {
    if (dayNetPnlCents > -limitCents || this.#dayIsOver) return
    this.#dayIsOver = true
    if (mode === 'ACTIVE') this.#report('I17', `the day stands at ${dayNetPnlCents} cents and the session is ACTIVE`)
  }
}
