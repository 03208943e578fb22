/** Where a session is in its day, and what it may do. */
export type SessionPhase = 'waiting' | 'watching' | 'entering' | 'holding' | 'exiting' | 'done' | 'ended'

/** ACTIVE opens and closes; REDUCING opens nothing; HALTED opens nothing and closes what is open. */
export type SessionMode = 'ACTIVE' | 'REDUCING' | 'HALTED'
