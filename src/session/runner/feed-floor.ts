/** Feed numbers that were given before the store lost what it knew. Entry point: `feedFloorOf`. */
import type { Logger } from 'pino'

export interface FeedFloorDeps {
  readonly log: Logger
  /** The account's highest feed number in the journal files; absent: none are kept. */
  lastFeedNo?(accountId: string): Promise<number>
}

/** For an account that the store does not know: it may have known it once. */
export async function feedFloorOf(accountId: string, deps: FeedFloorDeps): Promise<number> {
  const known = deps.lastFeedNo?.(accountId) ?? Promise.resolve(0)
  return known.catch((error: unknown) => {
    deps.log.error({ err: error }, 'the journal files could not be read: feed numbers may begin anew')
    return 0
  })
}
