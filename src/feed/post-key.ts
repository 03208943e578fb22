/** The short name of a post that says nothing of its account: part of nonces and of the custom ids of buttons. */
import { createHash } from 'node:crypto'

const HASH_CHARS = 12

export const accountTag = (accountId: string): string =>
  createHash('sha256').update(accountId).digest('hex').slice(0, HASH_CHARS)

/** At most 25 characters, the same for every try of the same post. */
export const postKey = (accountId: string, feedNo: number): string => `${accountTag(accountId)}-${feedNo}`

/** Null where it is none. */
export function parsePostKey(key: string): { readonly tag: string; readonly feedNo: number } | null {
  const [, tag = '', number = ''] = /^([0-9a-f]{12})-(\d{1,12})$/.exec(key) ?? []
  return tag === '' ? null : { tag, feedNo: Number(number) }
}
