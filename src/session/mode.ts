/** Where a session is in its day, and what it may do. */
export const SESSION_PHASES = ['waiting', 'watching', 'entering', 'holding', 'exiting', 'done', 'ended'] as const
export type SessionPhase = (typeof SESSION_PHASES)[number]

/** ACTIVE opens and closes; REDUCING opens nothing; HALTED opens nothing and closes what is open. */
export const SESSION_MODES = ['ACTIVE', 'REDUCING', 'HALTED'] as const
export type SessionMode = (typeof SESSION_MODES)[number]
