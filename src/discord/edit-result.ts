/** What became of an edit of one of the bot's own messages that are kept up to date. Entry point: `editOnce`. */
import { DiscordAPIError, RESTJSONErrorCodes } from 'discord.js'

/**
 * `gone`: somebody deleted it. `too_old`: Discord edits no message of that age so often. `refused`: not this content.
 */
export type EditResult = 'edited' | 'gone' | 'too_old' | 'refused'

const RESULTS: ReadonlyMap<unknown, EditResult> = new Map<unknown, EditResult>([
  [RESTJSONErrorCodes.UnknownMessage, 'gone'],
  [RESTJSONErrorCodes.CannotEditMessageAuthoredByAnotherUser, 'gone'],
  [RESTJSONErrorCodes.MaximumNumberOfEditsToMessagesOlderThanOneHourReached, 'too_old'],
])

/** Throws where another try may help. */
export async function editOnce(edit: () => Promise<unknown>): Promise<EditResult> {
  try {
    await edit()
    return 'edited'
  } catch (error) {
    if (!(error instanceof DiscordAPIError)) throw error
    const known = RESULTS.get(error.code)
    if (known !== undefined) return known
    if (error.status === 400) return 'refused'
    throw error
  }
}
