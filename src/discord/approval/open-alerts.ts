/**
 * Keeps the alerts that nobody has acknowledged, so that none is forgotten with its day. Entry point: `keepOpenAlerts`.
 *
 * 1. What is kept follows the book: open ones are written, settled ones taken away; a bot that starts anew goes on with
 *    it.
 * 2. The oldest `OPEN_ALERTS_MAX` are kept; that there are more is said, once a trading date.
 */
import { type AlertBook, OPEN_ALERTS_MAX, openAlertsOf } from '../../approval/alerts.ts'
import { clip } from '../../feed/embed.ts'
import { render } from '../../feed/render/index.ts'
import type { JournalEntry } from '../../session/events.ts'
import type { AuthorityStore } from '../../store/authority-store.ts'

const TITLE_MAX = 80

/** Throws `StoreUnreachable`. */
export async function keepOpenAlerts(
  accountId: string,
  book: AlertBook,
  store: Pick<AuthorityStore, 'openAlerts' | 'setOpenAlerts' | 'commit' | 'campaign'>,
): Promise<void> {
  const stored = await store.openAlerts(accountId)
  for (const { entry, repeats } of stored) book.restore(entry, repeats)
  const open = openAlertsOf(book)
  const kept = open.slice(0, OPEN_ALERTS_MAX)
  const known = new Map(stored.map(({ alertNo, repeats }) => [alertNo, repeats.length]))
  const changed = kept.filter(({ alertNo, repeats }) => known.get(alertNo) !== repeats.length)
  const wanted = new Set(kept.map(({ alertNo }) => alertNo))
  const gone = [...known.keys()].filter((alertNo) => !wanted.has(alertNo))
  if (changed.length + gone.length > 0) {
    const records = changed.map(({ entry, alertNo, repeats }) => ({ entry, alertNo, title: titleOf(entry), repeats }))
    await store.setOpenAlerts(accountId, records, gone)
  }
  if (open.length > kept.length) await sayTooMany(accountId, book, open.length, store)
}

async function sayTooMany(
  accountId: string,
  book: AlertBook,
  count: number,
  store: Pick<AuthorityStore, 'commit' | 'campaign'>,
): Promise<void> {
  const date = (await store.campaign(accountId))?.session.date
  if (date === undefined || book.toldTooMany === date) return
  const message = `${count} alerts wait to be acknowledged by now. \`/health\`, \`/status\` and the preflight count the oldest ${OPEN_ALERTS_MAX} of them, which are kept until somebody acknowledges them; of the others, what is older than three trading days is gone when the bot starts anew. Acknowledge them in the channel, and look for what raises them. This is said once a trading day.`
  const event = { type: 'engine_alert', code: 'alerts_unattended', message, critical: false } as const
  await store.commit(accountId, [event], `alerts-unattended-${date}`)
  book.toldTooMany = date
}

/** As its post began with. */
function titleOf(entry: JournalEntry): string {
  const post = render(entry, { nowWall_ms: entry.atWall_ms, document: null })
  return clip(post?.embed.title ?? entry.event.type, TITLE_MAX)
}
