/** Patience and prices of the engine, as configured. Waits pass when they have passed on both clocks. */
export interface EngineLimits {
  /** With a position: after this long without a new quote of it, it is closed at market. */
  readonly positionQuoteAgeMax_s: number
  readonly entryWait_s: number
  readonly exitWait_s: number
  /** How far below the decision's sell price an entry may be re-priced, dollars a share. */
  readonly entryCollar: number
  readonly entryAttemptsMax: number
  /** Close attempts as limit orders before the desk goes to market orders. */
  readonly exitLimitAttempts: number
}

export const DEFAULT_ENGINE_LIMITS: EngineLimits = {
  positionQuoteAgeMax_s: 60,
  entryWait_s: 10,
  exitWait_s: 5,
  entryCollar: 0.05,
  entryAttemptsMax: 3,
  exitLimitAttempts: 2,
}

/** A wait counts only when this much wall time has passed too: an accelerated market must not outrun the network. */
export const WAIT_WALL_MIN_MS = 250
