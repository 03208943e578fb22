/**
 * The days of a verdict out of the desk's store. Entry point: `daysOfStore`.
 *
 * 1. A process reads a day's journal once, and again only when journal or report have changed since.
 */
import type { DayDocument } from '../report/day/schema.ts'
import type { DeskReader } from '../report/views.ts'
import type { JournalEvent } from '../session/events.ts'
import { type Registered, registeredSchema } from '../session/registration.ts'
import { type DayEvidence, dayEvidence } from './criteria/evidence.ts'
import { DayError } from './verdict/campaigns.ts'
import { dayOfReport, type VerdictDay } from './verdict/day.ts'
import { overridesOf } from './verdict/overrides.ts'
import { holdsFor } from './verdict/registered.ts'
import { unpairedKind } from './verdict/unpaired.ts'

/** More days than a desk trades in forty years. */
const DAYS_MAX = 10_000

export type DaysReader = Pick<DeskReader, 'accounts' | 'dates' | 'document' | 'journal' | 'dayVersions'>

/** Of days that were read once; an ended day rarely changes again, and a journal is long. */
interface KnownDay {
  readonly version: string
  readonly read: ReadDay
}

interface ReadDay {
  /** Null: not ended. */
  readonly day: VerdictDay | null
  /** Made that day, and of no day's configuration that has ended: of the next day's, then. */
  readonly armed: Registered | null
}

/** By account and date, of each reader (one store) its own. */
const known = new WeakMap<DaysReader, Map<string, KnownDay>>()
const KNOWN_MAX = 20_000

/** Every ended day of the accounts that `selects` (all by default), the newest first. @throws DayError for too many. */
export async function daysOfStore(
  reader: DaysReader,
  selects: (account: { readonly accountId: string; readonly profile: string }) => boolean = () => true,
): Promise<VerdictDay[]> {
  const days: VerdictDay[] = []
  for (const account of (await reader.accounts()).filter(selects)) {
    const { accountId } = account
    const dates = await reader.dates(accountId)
    if (dates.length > DAYS_MAX) throw new DayError(`expected at most ${DAYS_MAX} days, got ${dates.length}`)
    // Before the days are read: what comes meanwhile is read again next time.
    const versions = await reader.dayVersions?.(accountId)
    const own: VerdictDay[] = []
    let armed: Registered | null = null
    // The reader's newest comes first; what was armed holds for the days after it.
    for (const date of dates.toSorted()) {
      const read = await knownDay(reader, accountId, date, versions?.get(date) ?? null)
      if (read.day !== null) own.push(withRegistration(read.day, armed))
      armed = read.armed ?? (read.day === null ? armed : null)
    }
    days.push(...own.toReversed())
  }
  return days
}

/** `version` null: not known, so it is read. */
async function knownDay(reader: DaysReader, accountId: string, date: string, version: string | null): Promise<ReadDay> {
  const days = known.get(reader) ?? new Map<string, KnownDay>()
  known.set(reader, days)
  const key = `${accountId}/${date}`
  const found = days.get(key)
  if (found !== undefined && found.version === version) return found.read
  const read = await readDay(reader, accountId, date)
  if (days.size >= KNOWN_MAX) days.clear()
  if (version !== null) days.set(key, { version, read })
  return read
}

/** A campaign whose first day has no report was registered all the same. */
function withRegistration(day: VerdictDay, armed: Registered | null): VerdictDay {
  const isOf = armed !== null && day.registered === null && holdsFor(armed.registration, day.plan, day.source.kind)
  return isOf ? { ...day, registered: armed } : day
}

async function readDay(reader: DaysReader, accountId: string, date: string): Promise<ReadDay> {
  const events = (await reader.journal(accountId, date)).map(({ event }) => event)
  const document = await reader.document(accountId, date)
  const day = document === null ? null : dayOf(document, events)
  const last = armedOf(events).at(-1)
  return { day, armed: day === null && last !== undefined ? registeredSchema.parse(last) : null }
}

const armedOf = (events: readonly JournalEvent[]) =>
  events.flatMap((event) =>
    event.type === 'campaign_armed' && event.registered !== undefined ? [event.registered] : [],
  )

function dayOf(document: DayDocument, events: readonly JournalEvent[]): VerdictDay | null {
  const day = dayOfReport(document, evidenceOf(document, events))
  return day === null
    ? null
    : { ...day, ...touchedBy(day, events), ...pairedReplay(document), unpaired: unpairedKind(document, events) }
}

/** Whose hand was in it, and what was registered if a campaign was armed for it. */
function touchedBy(day: VerdictDay, events: readonly JournalEvent[]): Partial<VerdictDay> {
  const overrides = overridesOf(events)
  const own = armedOf(events).findLast(({ registration }) => holdsFor(registration, day.plan, day.source.kind))
  return {
    overrides,
    overridden: day.overridden || overrides.length > 0,
    registered: own === undefined ? null : registeredSchema.parse(own),
  }
}

/** Only a tape that holds the whole day says how many of its decisions are reproduced. */
function evidenceOf({ checks: { parity } }: DayDocument, events: readonly JournalEvent[]): DayEvidence {
  const known = parity === null ? null : { matched: parity.reproduced, total: parity.decisions }
  const isWhole = parity !== null && (parity.complete || parity.reproduced < parity.decisions)
  return { ...dayEvidence(events), parity: isWhole ? known : null }
}

/** A day that one side did not settle has no pair. */
function pairedReplay({ checks: { replay } }: DayDocument): Pick<VerdictDay, 'replayNetPnlCents' | 'replaySplit'> {
  if (replay === null || replay.difference === null) return { replayNetPnlCents: null, replaySplit: null }
  return { replayNetPnlCents: replay.netPnlCents, replaySplit: replay.difference.split }
}
