/** The live record of an account's session as a worker left it in the store. Entry point: `readLive`. */
import type { LiveRecord } from './port.ts'

/** Of the text under the account's key; null: no worker has written one, or it has expired. */
export function readLive(text: string | null | undefined): LiveRecord | null {
  // Workers of this desk alone write it, and nothing is decided by it.
  return text == null ? null : (JSON.parse(text) as LiveRecord)
}
