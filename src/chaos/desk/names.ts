/** Names of the processes that others have to know. */
export const WATCHDOG = 'watchdog'
