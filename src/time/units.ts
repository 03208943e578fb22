/** Units of time, in the unit that their name ends with. The rules keep their own: `src/strategy/` stands alone. */
export const MINUTE_MS = 60_000
export const HOUR_MS = 60 * MINUTE_MS
export const DAY_MS = 24 * HOUR_MS

export const DAY_S = 24 * 60 * 60
