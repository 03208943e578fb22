/** Flags of the Node processes; what they save is in docs/decisions/0001. */

const SMALL_YOUNG_SPACE = '--max-semi-space-size=1'

export const NODE_FLAGS = {
  worker: [SMALL_YOUNG_SPACE],
  bot: [SMALL_YOUNG_SPACE],
  simulator: [],
} as const satisfies Record<string, readonly string[]>
