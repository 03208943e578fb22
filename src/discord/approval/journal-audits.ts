/**
 * Lines of what people used go into the journals of the accounts they are about. Entry point: `journalAudits`.
 *
 * 1. A command or a button that names an account (itself, its profile, or one of its posts) is in that account's
 *    journal.
 * 2. A switch for all accounts is in each one's that is not over.
 * 3. What is about none is in the journal of the account that was started last.
 */
import type { Logger } from 'pino'
import { accountTag, parsePostKey } from '../../feed/post-key.ts'
import { type AuditLine, type AuthorityAccount, type AuthorityStore, auditEvent } from '../../store/authority-store.ts'

const AUDITS_AT_ONCE = 50
/** Without an account they are about all of them. */
const FOR_ALL: ReadonlySet<string> = new Set(['/stop', '/pause', '/resume'])

type Store = Pick<AuthorityStore, 'accounts' | 'audits' | 'dropAudit' | 'commit' | 'campaign'>

/** Throws `StoreUnreachable`; what was journalled by then is not journalled again. */
export async function journalAudits(store: Store, log: Logger): Promise<void> {
  const lines = await store.audits(AUDITS_AT_ONCE)
  if (lines.length === 0) return
  const accounts = await store.accounts()
  for (const { line, text } of lines) {
    if (line === null) {
      log.error({ text }, 'an audit line of another version is lost to the journal')
      await store.dropAudit(text)
      continue
    }
    const about = await accountsOf(line, accounts, store)
    // Before the first account there is no journal: they wait for it.
    if (about.length === 0) return
    for (const accountId of about) await store.commit(accountId, [auditEvent(line)], `audit-${line.interactionId}`)
    await store.dropAudit(text)
  }
}

async function accountsOf(
  line: AuditLine,
  accounts: readonly AuthorityAccount[],
  store: Pick<AuthorityStore, 'campaign'>,
): Promise<readonly string[]> {
  const named = accounts.find((account) => isAbout(line, account))
  if (named !== undefined) return [named.accountId]
  // A post or a review of an account that was started anew since.
  const [, part = ''] = (line.options.id ?? '').split(':')
  if (part !== '' && (await store.campaign(part)) !== null) return [part]
  if (FOR_ALL.has(line.what) && line.profile === null) {
    const active: string[] = []
    for (const { accountId } of accounts) if ((await store.campaign(accountId))?.active === true) active.push(accountId)
    if (active.length > 0) return active
  }
  return accounts.slice(0, 1).map(({ accountId }) => accountId)
}

/** `options.id` is a button's or a form's custom id: `name:part:part`, see `handlers.ts`. */
function isAbout({ profile, options }: AuditLine, account: AuthorityAccount): boolean {
  if (profile !== null) return profile === account.profile
  const parts = (options.id ?? '').split(':').slice(1)
  return parts.some(
    (part) =>
      part === account.accountId ||
      part === account.profile ||
      parsePostKey(part)?.tag === accountTag(account.accountId),
  )
}
