/** What the team is told although the session does nothing about it itself. */

import type { StreamName } from '../broker/port.ts'
import { isHalted, isUnheld } from './holds.ts'
import type { SessionInput } from './input.ts'
import { startedEvent } from './started.ts'
import type { MarketView, SessionState } from './state.ts'
import { type Step, stay, step } from './step.ts'

/** The last worker leaves with something open. */
export function leftOpen(state: SessionState, message: string): Step {
  return step(state, [{ type: 'engine_alert', code: 'left_open', message, critical: true }])
}

type StreamMute = Extract<SessionInput, { readonly kind: 'stream_mute' }>

/** Told once: a desk that cannot send its exits must not look as if it watched them. */
export function onBrokerReach(state: SessionState, silent_s: number | null, view: MarketView): Step {
  const since_ms = state.brokerAwaySince_ms
  if (silent_s === null) {
    if (since_ms === null) return stay(state)
    const away_s = Math.round((view.now.wall_ms - since_ms) / 1000)
    const message = `The broker answers again, after ${away_s} s; orders and positions are being compared.`
    return step({ ...state, brokerAwaySince_ms: null }, [
      { type: 'engine_alert', code: 'broker_back', message, critical: false },
    ])
  }
  const isExposed = state.trade !== null
  if (since_ms !== null || !(isExposed || state.phase === 'watching')) return stay(state)
  const consequence = isExposed
    ? "the open position cannot be watched or closed from here; have the broker's own screen ready"
    : 'nothing is entered meanwhile'
  const message = `The broker has not answered for ${Math.round(silent_s)} s: ${consequence}. The desk goes on asking.`
  return step({ ...state, brokerAwaySince_ms: view.now.wall_ms - silent_s * 1000 }, [
    { type: 'engine_alert', code: 'broker_unreachable', message, critical: isExposed },
  ])
}

const STREAMED: Readonly<Record<StreamName, string>> = {
  orders: 'order updates',
  stock: 'SPY quotes',
  options: 'quotes of the position',
}

/** The team hears of it although nothing is lost: prices are a little older, and the broker is asked more. */
export function onStreamMute(state: SessionState, { stream, isMute }: StreamMute): Step {
  const what = STREAMED[stream]
  const message = isMute
    ? `No ${what} come by stream while the broker has newer ones: they are asked for instead, and the stream is connected again. Entries and exits are judged as ever.`
    : `The stream brings ${what} again; nothing has to be asked for any more.`
  return step(state, [{ type: 'engine_alert', code: isMute ? 'stream_mute' : 'stream_back', message, critical: false }])
}

/**
 * What opened it is somebody else's, or a past of this session that is lost: nothing more is opened today. Found at the
 * broker meanwhile, it is adopted, and told: it is watched like any other position.
 */
export function onAlreadyOpened(state: SessionState): Step {
  if (isHalted(state) || state.trade !== null) return stay(state)
  const message = 'The day already has an opening order that this session does not know. No new entries today.'
  return step({ ...state, mode: 'HALTED', modeReason: 'already_opened', phase: 'done' }, [
    { type: 'engine_alert', code: 'already_opened', message, critical: true },
  ])
}

/**
 * What the store lost cannot be known in full: nothing is opened on it before somebody has looked. The journal begins
 * anew, with what the day's report is built on.
 */
export function onStoreLost(state: SessionState): Step {
  const message =
    'The store (Redis) came back without its data. The session goes on from what its worker knows; posts and journal of before may be missing here, but stand in the daily files. No new entries until /resume; check that Redis keeps an append-only file.'
  const reducing = isUnheld(state) ? ({ mode: 'REDUCING', modeReason: 'the store lost its data' } as const) : {}
  const began = state.phase === 'waiting' ? [] : [startedEvent(state)]
  return step({ ...state, ...reducing }, [
    { type: 'engine_alert', code: 'store_lost', message, critical: true },
    ...began,
  ])
}
