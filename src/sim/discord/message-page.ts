/** Pages of a channel's messages. */
import type { StoredMessage } from './message.ts'
import { isOlder } from './snowflake.ts'

/** The window of a channel's messages that a list request asks for, newest first as the API answers. */
export function pageOf(
  all: readonly StoredMessage[],
  query: { before?: string | undefined; after?: string | undefined; around?: string | undefined; limit: number },
): StoredMessage[] {
  const { before, after, around, limit } = query
  if (around !== undefined) {
    const older = all.filter((message) => isOlder(message.id, around)).slice(-Math.floor(limit / 2))
    const rest = all.filter((message) => !isOlder(message.id, around)).slice(0, limit - older.length)
    return [...older, ...rest].reverse()
  }
  if (after !== undefined) {
    return all
      .filter((message) => isOlder(after, message.id))
      .slice(0, limit)
      .reverse()
  }
  const upTo = before === undefined ? all : all.filter((message) => isOlder(message.id, before))
  return upTo.slice(-limit).reverse()
}
