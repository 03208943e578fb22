/** What a bot keeps of approvals, alerts and audit lines, in memory; for bots without a store. */
import type { AuditLine, AuthorityStore } from '../../src/store/authority-store.ts'

interface AuthorityMemory extends AuthorityStore {
  /** Everything that was noted, also what would be journalled by now. */
  readonly noted: AuditLine[]
}

/** No account, so nothing to approve. */
export function createAuthorityMemory(): AuthorityMemory {
  const noted: AuditLine[] = []
  const choices = new Map<string, string>()
  const replies = new Map<string, string>()
  return {
    noted,
    accounts: async () => [],
    entries: async (_accountId, position) => ({ entries: [], position }),
    posted: async () => null,
    commit: async () => false,
    async choose(about, choice) {
      choices.set(about, choices.get(about) ?? choice)
      return choices.get(about) ?? choice
    },
    campaign: async () => null,
    obeyed: async () => null,
    probed: async () => null,
    remade: async () => new Map(),
    setRemade: async () => undefined,
    async keepAudit(line) {
      noted.push(line)
    },
    audits: async () => [],
    dropAudit: async () => undefined,
    async keepReply(messageId, text) {
      replies.set(messageId, text)
    },
    keptReplies: async () => new Map(replies),
    async dropReply(messageId) {
      replies.delete(messageId)
    },
    openAlerts: async () => [],
    setOpenAlerts: async () => undefined,
  }
}
