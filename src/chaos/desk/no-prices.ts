/**
 * Minutes in which the quotes of puts come as ever and have no price, with a position open: the team must be told, and
 * the desk must leave, each within its limit. Entry point: `withholdPrices`.
 *
 * 1. Held only where nothing else came in between: no fault at a call, and one worker that watched all the while.
 */
import type { SimWorker } from './worker.ts'
import type { World } from './world.ts'

const WITHHELD_MS_MIN = 100_000
const WITHHELD_MS_MAX = 300_000
/** Of the desk's limit for quotes of a position, when it is told; and how much later than due anything may be here. */
const TOLD_SHARE = 0.75
const MARGIN_MS = 25_000

export function withholdPrices(world: World, workers: () => readonly SimWorker[]): void {
  const { market, checks, counts, time, random, trace, now_ms, accountId, store } = world
  const last_ms = WITHHELD_MS_MIN + (WITHHELD_MS_MAX - WITHHELD_MS_MIN) * random.uniform()
  const as = random.uniform() < 0.5 ? 0 : null
  trace?.(`no put has a price for ${Math.round(last_ms / 1000)} s (${as})`)
  checks.disturb()
  market.withholdPrices({ from_ms: now_ms(), to_ms: now_ms() + last_ms, as })
  const stateNow = () => store.sessions.session(accountId, market.session.date).value
  const before = stateNow()
  const watching = workers().filter(({ process, isBusy }) => process.isAlive && !process.isPaused && isBusy)
  if (before?.phase !== 'holding' || watching.length === 0) return
  checks.befell.add('noPrices')
  const { tradeId } = before.trade ?? {}
  const age_ms = before.engine.positionQuoteAgeMax_s * 1000
  const [faults, resumed, told] = [counts.faults, checks.journal.resumed, checks.journal.quotesLate]
  /** Still held, and nothing has come in between that explains it. */
  const isLeft = (): boolean => {
    const { phase, trade } = stateNow() ?? {}
    const isCalm = counts.faults === faults && checks.journal.resumed === resumed
    return (
      isCalm && watching.some(({ process }) => process.isAlive) && phase === 'holding' && trade?.tradeId === tradeId
    )
  }
  time.after(age_ms * TOLD_SHARE + MARGIN_MS, () => {
    if (isLeft() && checks.journal.quotesLate === told) checks.fail('I4', 'nobody was told of quotes without a price')
  })
  time.after(age_ms + MARGIN_MS, () => {
    if (isLeft()) checks.fail('I4', 'a position without a price is still held beyond the limit of its quotes')
  })
}
