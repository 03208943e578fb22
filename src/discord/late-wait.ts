/** How long a command's answer is waited for at most: less than the queue keeps one; asked again later, it would be a new job. */
export const LATE_WAIT_MS = 50 * 60_000
