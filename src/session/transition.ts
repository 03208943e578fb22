/**
 * The session's state machine: (state, input, market) → (state, events, effects). No I/O, no clock, no randomness.
 *
 *   waiting ─preflight─▶ watching ─decision─▶ entering ─filled─▶ holding ─exit rule─▶ exiting ─flat─▶ done ─▶ ended
 *                            ▲                    │ given up
 *                            └────────────────────┘
 *
 * 1. The result's events and state are committed before its effects run; every effect can be run twice.
 * 2. An input that changes nothing returns the state it was given, the same object.
 * 3. A stop takes the shortest way to flat from wherever the session is.
 */
import type { BrokerAccount, BrokerError } from '../broker/port.ts'
import { centsOf } from '../strategy/exact.ts'
import type { StrategyConfig } from '../strategy/types.ts'
import { MINUTE_MS } from '../time/units.ts'
import { accountRefusal } from './account-check.ts'
import type { Control, DayLimitsSet } from './campaign.ts'
import { changed } from './changed.ts'
import {
  completedMinutes,
  minuteOfArming,
  minutesMissedBefore,
  preflight_ms,
  windowClose_ms,
  windowOpen_ms,
} from './clockwork.ts'
import { breachReason, closeHalted, endSession, finishIfStopping, resumeClosing } from './closing.ts'
import { planWithDayLimits, withDayLimits } from './day-limits.ts'
import type { Plan } from './events.ts'
import { endWithPosition } from './held-past-close.ts'
import { checkExits, watchEntry, watchPosition } from './holding.ts'
import { followsSwitch, isDrilled, isHalted, isUnheld, unlifted } from './holds.ts'
import type { SessionInput } from './input.ts'
import { leftOpen, onAlreadyOpened, onBrokerReach, onStoreLost, onStreamMute } from './notices.ts'
import { onSnapshot } from './opening.ts'
import { denyOrder, missingOrder, refuseOrder } from './order-answers.ts'
import { applyOrder } from './orders.ts'
import { cancelNow, patience } from './patience.ts'
import { reconcile } from './reconcile.ts'
import { decisionDue, decisionTime_ms } from './schedule.ts'
import { startedEvent } from './started.ts'
import type { MarketView, SessionState, StopRequest } from './state.ts'
import { andThen, type Step, stay, step } from './step.ts'

export function transition(state: SessionState, input: SessionInput, view: MarketView): Step {
  if (state.phase === 'ended') return stay(state)
  switch (input.kind) {
    case 'tick':
      return onTick(state, view)
    case 'preflight':
      return onPreflight(state, input.account, input.error, view)
    case 'snapshot':
      return onSnapshot(state, input.snapshot, input.bars, view)
    case 'order':
      return applyOrder(state, input.order, input.execution, view)
    case 'order_refused':
      return refuseOrder(state, input, view)
    case 'order_missing':
      return missingOrder(state, input.clientOrderId, view)
    case 'order_denied':
      return denyOrder(state, input, view)
    case 'control':
      return onControl(state, input.control, view)
    case 'stop':
      return onStop(state, input.request, view)
    case 'limits':
      return onLimits(state, input.limits, input.configured)
    case 'reconcile':
      return input.isFirst
        ? andThen(takeOver(state, view), (current) => reconcile(current, input.books, view))
        : reconcile(state, input.books, view)
    case 'left_open':
      return leftOpen(state, input.message)
    case 'already_opened':
      return onAlreadyOpened(state)
    case 'store_lost':
      return onStoreLost(state)
    case 'stream_mute':
      return onStreamMute(state, input)
    case 'drill_probed':
      return step(state, [{ type: 'drill_probed', ...input.probe }])
    case 'broker_reach':
      return onBrokerReach(state, input.silent_s, view)
  }
}

/**
 * Whoever takes a session over starts missing its quotes now, and asks for them first. Its system's clock may stand
 * before the one the last waits were begun by: they would not pass until it has caught up.
 */
function takeOver(before: SessionState, view: MarketView): Step {
  const state = startedByNow(before, view)
  const { trade } = state
  if (trade === null) return stay(state)
  return step({ ...state, trade: { ...trade, watchedSince: view.now } }, [], [{ kind: 'read_quotes' }])
}

function startedByNow(state: SessionState, { now }: MarketView): SessionState {
  const ahead = Object.values(state.orders).filter(({ since }) => since.wall_ms > now.wall_ms)
  if (ahead.length === 0) return state
  const fixed = ahead.map((order) => [
    order.clientOrderId,
    { ...order, since: { ...order.since, wall_ms: now.wall_ms } },
  ])
  return { ...state, orders: { ...state.orders, ...Object.fromEntries(fixed) } }
}

function onTick(state: SessionState, view: MarketView): Step {
  const now_ms = view.now.market_ms
  if (now_ms >= state.session.close_ms) return atClose(state)
  switch (state.phase) {
    case 'waiting':
      return now_ms >= preflight_ms(state) ? step(state, [], [{ kind: 'preflight' }]) : stay(state)
    case 'watching':
      return watch(state, view)
    case 'entering':
      return andThen(patience(state, view), (current) => watchEntry(current, view))
    case 'exiting':
      return andThen(patience(state, view), (current) => resumeClosing(current, view))
    case 'holding':
      return isHalted(state) ? closeHalted(state, view) : watchPosition(state, view)
    case 'done':
      // Opened again for what turned out to be nothing.
      return finishIfStopping(state)
    case 'ended':
      return stay(state)
  }
}

function watch(state: SessionState, view: MarketView): Step {
  const now_ms = view.now.market_ms
  if (now_ms > windowClose_ms(state)) return step({ ...countToWindowEnd(state), phase: 'done' }, [])
  // Over in a moment: the minute is decided after it.
  if (isDrilled(state)) return stay(state)
  if (state.mode !== 'ACTIVE') return passPausedMinute(state, view)
  const due = decisionDue(state, view)
  if (due === null) return stay(state)
  const minute = completedMinutes(state, decisionTime_ms(state, view.spot, view))
  return step(state, [], [{ kind: 'take_snapshot', minute, isFallback: due === 'without_quote' }])
}

/** While the switch is off a minute is decided by that: nothing is opened in it, and nothing was missed. */
function passPausedMinute(state: SessionState, view: MarketView): Step {
  const minute = completedMinutes(state, view.now.market_ms)
  if (view.now.market_ms < windowOpen_ms(state) || minute <= state.decidedMinute) return stay(state)
  const undecided = minutesMissedBefore(state, minute) + 1
  return step(changed(countUndecided(state, undecided), { decidedMinute: minute }), [])
}

/** Minutes of the window in which nothing was decided: paused ones are not the engine's. */
function countUndecided(state: SessionState, minutes: number): SessionState {
  return isUnheld(state)
    ? changed(state, { minutesMissed: state.minutesMissed + minutes })
    : changed(state, { minutesPaused: state.minutesPaused + minutes })
}

/** The rest of the window has passed without a decision. */
function countToWindowEnd(state: SessionState): SessionState {
  const last = state.strategy.limits.entryAfterOpenMin + windowMinutes(state) + 1
  return countUndecided(state, minutesMissedBefore(state, last))
}

function windowMinutes(state: SessionState): number {
  return Math.floor((windowClose_ms(state) - windowOpen_ms(state)) / MINUTE_MS)
}

function onPreflight(
  state: SessionState,
  account: BrokerAccount | null,
  error: BrokerError | null,
  view: MarketView,
): Step {
  // A broker that does not answer is asked again at the next tick: the day is not lost before its window is.
  if (state.phase !== 'waiting' || account === null || error !== null) return stay(state)
  const refusal = accountRefusal(account, state.plan)
  if (refusal !== null) {
    return step({ ...state, phase: 'done' }, [
      { type: 'session_refused', code: refusal.code, message: refusal.message },
    ])
  }
  // A session that begins late has missed what it did not decide; one that was armed late has not.
  const [begun, armed] = [completedMinutes(state, view.now.market_ms), minuteOfArming(state, view.now.market_ms)]
  const decidedMinute = Math.max(0, Math.min(begun - 1, armed))
  // The account is today's; structure and limits are those the campaign began with.
  const plan: Plan = {
    ...state.plan,
    equityCents: centsOf(account.equity),
    optionsBuyingPowerCents: centsOf(account.optionsBuyingPower),
  }
  const started: SessionState = { ...state, phase: 'watching', plan, decidedMinute, cashAtStart: account.cash }
  return step(started, [startedEvent(started)])
}

function onStop(state: SessionState, request: StopRequest, view: MarketView): Step {
  if (state.stop !== null) return stay(state)
  if (request.kind === 'drain') return onDrain(state, request, view)
  const stopping: SessionState = { ...state, stop: request }
  switch (state.phase) {
    case 'waiting':
    case 'watching':
    case 'done':
      return finishIfStopping(stopping)
    case 'entering':
      return cancelNow(stopping, view)
    case 'holding':
      return stopping.trade === null
        ? stay(stopping)
        : checkExits(stopping, stopping.trade, stopping.trade.checked_ms, view)
    case 'exiting':
    case 'ended':
      return step(stopping, [])
  }
}

/** No entry any more; what is open runs to its own exit, which ends the session. A stop may still come on top. */
function onDrain(state: SessionState, request: StopRequest, view: MarketView): Step {
  if (state.drain !== undefined) return stay(state)
  const draining: SessionState = { ...state, drain: request }
  if (state.phase === 'entering') return cancelNow(draining, view)
  return state.trade === null ? finishIfStopping(draining) : step(draining, [])
}

/** The day's limits, from now on: what was decided before stays as it was. */
function onLimits(state: SessionState, set: DayLimitsSet, configured: StrategyConfig): Step {
  if (set.date !== state.session.date || set.seq <= (state.limitsSeq ?? 0)) return stay(state)
  const strategy = withDayLimits(configured, set.values)
  const plan = planWithDayLimits(state.plan, strategy)
  return step({ ...state, strategy, plan, limitsSeq: set.seq }, [])
}

/**
 * The switch: applied once for each change. HALTED closes what is open, by the shortest way; that of a drill does not, and
 * is tried out with an order that is never sent.
 */
function onControl(state: SessionState, control: Control, view: MarketView): Step {
  if (control.seq <= state.control.seq) return stay(state)
  if (control.mode === 'ACTIVE') return onResume(state, control)
  // A pause lifts neither a halt nor what the session holds itself back for; a drill is not even in its way.
  const isOwn = state.mode !== 'ACTIVE' && !followsSwitch(state)
  const isKept = control.drill === undefined ? control.mode === 'REDUCING' && (isOwn || isHalted(state)) : isOwn
  const mode = isKept ? {} : { mode: control.mode, modeReason: control.reason }
  const probes = control.drill === undefined ? [] : [{ kind: 'probe', drillId: control.drill.id } as const]
  const switched = step({ ...state, control, ...mode }, [], probes)
  return state.phase === 'entering' ? andThen(switched, (current) => cancelNow(current, view)) : switched
}

/** Whoever resumes lifts what they knew of, until the next one; what came in between holds on, and they are told so. */
function onResume(state: SessionState, control: Control): Step {
  const left = unlifted(control, state)
  if (left.length === 0) {
    return step({ ...state, control, mode: 'ACTIVE', modeReason: control.reason, breachedDay: false }, [])
  }
  const why = state.breachedDay && followsSwitch(state) ? breachReason(state) : state.modeReason
  const message = `The account was resumed, and is held back all the same, for what came in between: ${why}. Look at it, and /resume again if it shall go on.`
  const mode = isDrilled(state) ? 'REDUCING' : state.mode
  return step({ ...state, control, mode, modeReason: why }, [
    { type: 'engine_alert', code: 'still_held_back', message, critical: true },
  ])
}

/** No engine was there at the window's end, or all day long: what it did not decide is the day's to tell. */
function withMinutesLeft(state: SessionState): SessionState {
  if (state.phase === 'watching') return countToWindowEnd(state)
  const decidedMinute = minuteOfArming(state, state.session.open_ms)
  return state.phase === 'waiting' ? countToWindowEnd({ ...state, decidedMinute }) : state
}

function atClose(state: SessionState): Step {
  const { trade } = state
  return trade === null ? endSession(withMinutesLeft(state), 'day_over') : endWithPosition(state, trade)
}
