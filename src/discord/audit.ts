/**
 * One line in the journal for everything somebody used, or tried to. Entry points: `createAuditor`, `optionsOf`.
 *
 * 1. Nobody waits for it: a line is kept by the store first, and journalled in the background.
 * 2. While the store is away lines wait in memory, a bounded number of them; what does not fit is in the log.
 */
import type { Interaction } from 'discord.js'
import type { Logger } from 'pino'
import type { WallClock } from '../config/clock.ts'
import { clip } from '../feed/embed.ts'
import type { AuditLine, AuthorityStore } from '../store/authority-store.ts'
import { PROFILE_NAMES } from '../strategy/types.ts'
import { idForRecords } from './handlers.ts'

export type Outcome = Pick<AuditLine, 'outcome' | 'code'>

export interface Auditor {
  /** Never throws and never waits. */
  note(line: AuditLine): void
  /** What waits is kept, or given up after `timeout_ms`. */
  close(timeout_ms: number): Promise<void>
}

const WAITING_MAX = 1_000
const AGAIN_MS = 1_000
const OPTIONS_MAX = 25
const VALUE_MAX = 200

export function createAuditor(
  store: Pick<AuthorityStore, 'keepAudit'>,
  { wall, log }: { readonly wall: WallClock; readonly log: Logger },
): Auditor {
  const waiting: AuditLine[] = []
  const over = new AbortController()
  let keeping: Promise<void> | null = null

  async function keep(): Promise<void> {
    for (let line = waiting[0]; line !== undefined && !over.signal.aborted; line = waiting[0]) {
      try {
        await store.keepAudit(line)
        waiting.shift()
      } catch (error) {
        log.debug({ err: error }, 'audit lines wait for the store')
        await wall.sleep(AGAIN_MS, over.signal)
      }
    }
    keeping = null
  }

  return {
    note(line) {
      if (waiting.length >= WAITING_MAX) {
        log.error({ line }, 'an audit line is lost to the journal: too many wait for the store')
        return
      }
      waiting.push(line)
      keeping ??= keep()
    },
    async close(timeout_ms) {
      const deadline = new AbortController()
      await Promise.race([keeping, wall.sleep(timeout_ms, deadline.signal)])
      deadline.abort()
      over.abort()
      for (const line of waiting) log.error({ line }, 'an audit line is lost to the journal: the store was away')
    },
  }
}

/** What a command was used with; of a button, its custom id. */
export function optionsOf(interaction: Interaction): Record<string, string> {
  if (interaction.isChatInputCommand()) {
    const given = interaction.options.data.slice(0, OPTIONS_MAX)
    return Object.fromEntries(given.map(({ name, value }) => [name, clip(String(value ?? ''), VALUE_MAX)]))
  }
  return 'customId' in interaction ? { id: clip(idForRecords(String(interaction.customId)), VALUE_MAX) } : {}
}

/** The account it names; null: none. */
export function profileOf(options: Readonly<Record<string, string>>): AuditLine['profile'] {
  return PROFILE_NAMES.find((name) => name === options.account) ?? null
}
