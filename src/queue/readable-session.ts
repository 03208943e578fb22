/** A day as far as this version can read it. Entry point: `readableSession`. */
import type { SessionState } from '../session/state.ts'
import { type SessionStore, UnreadableDocument, type Versioned } from '../store/port.ts'

/** A day of another version is nothing that this one could ever settle: it holds up neither the others nor a resume. */
export async function readableSession(
  accountId: string,
  date: string,
  store: Pick<SessionStore, 'session'>,
): Promise<Versioned<SessionState>> {
  return store.session(accountId, date).catch((error: unknown) => {
    if (error instanceof UnreadableDocument) return { seq: 0, value: null }
    throw error
  })
}
