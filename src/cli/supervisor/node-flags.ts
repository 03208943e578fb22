/** Flags of the Node processes; what they save is in docs/decisions/0001. */

const SMALL = ['--max-semi-space-size=1', '--optimize-for-size']

export const NODE_FLAGS = {
  worker: SMALL,
  /** The bot collects its heap after each chart, see docs/decisions/0003. */
  bot: [...SMALL, '--expose-gc'],
  watchdog: SMALL,
  simulator: [],
} as const satisfies Record<string, readonly string[]>
