/**
 * How long a command's answer is waited for at most: less than the queue keeps one; asked again later, it would be a
 * new job.
 */
import { MINUTE_MS } from '../time/units.ts'

export const LATE_WAIT_MS = 50 * MINUTE_MS
