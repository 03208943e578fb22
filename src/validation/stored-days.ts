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
  readonly date: string
  /** The last of it in the day's journal: the campaign was armed, or stopped. */
  readonly switched: 'armed' | 'stopped' | null
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
    const own: ReadDay[] = []
    // The reader's newest comes first.
    for (const date of dates.toSorted()) {
      own.push(await knownDay(reader, accountId, date, versions?.get(date) ?? null))
    }
    days.push(...withArming(own).toReversed())
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

/** What armings and stops mean for days in order: they stand with days that may have no report. */
function withArming(read: readonly ReadDay[]): VerdictDay[] {
  const days: VerdictDay[] = []
  let armed: Registered | null = null
  let isStopped = false
  let armedFor: string | null = null
  for (const { date, day, switched, ...one } of read) {
    if (switched === 'armed' && isStopped) armedFor ??= date
    if (switched !== null) isStopped = switched === 'stopped'
    if (day !== null) {
      // A desk that goes down ends its session as stopped, and no campaign.
      days.push({ ...withRegistration(day, armed), armedFor, stoppedAfter: isStopped })
      armedFor = null
    } else if (switched === 'stopped') {
      const last = days.pop()
      if (last !== undefined) days.push({ ...last, stoppedAfter: true })
      armedFor = null
    }
    armed = one.armed ?? (day === null ? armed : null)
  }
  return days
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
  const switched = switchedIn(events)
  return { date, day, switched, armed: day === null && last !== undefined ? registeredSchema.parse(last) : null }
}

function switchedIn(events: readonly JournalEvent[]): ReadDay['switched'] {
  const last = events.findLast(({ type }) => type === 'campaign_armed' || type === 'campaign_disarmed')
  if (last === undefined) return null
  return last.type === 'campaign_armed' ? 'armed' : 'stopped'
}

const armedOf = (events: readonly JournalEvent[]) =>
  events.flatMap((event) =>
    event.type === 'campaign_armed' && event.registered !== undefined ? [event.registered] : [],
  )

function dayOf(document: DayDocument, events: readonly JournalEvent[]): VerdictDay | null {
  const evidence = evidenceOf(document, events)
  const day = dayOfReport(document, evidence) ?? unended(document, events, evidence)
  return day === null
    ? null
    : { ...day, ...touchedBy(day, events), ...pairedReplay(document), unpaired: unpairedKind(document, events) }
}

/** Of a session that has entered and not ended. A simulated market's day is over when its session says so. */
function unended(document: DayDocument, events: readonly JournalEvent[], evidence: DayEvidence): VerdictDay | null {
  if (document.source.kind !== 'PAPER' || !events.some(({ type }) => type === 'entry_decided')) return null
  const day = dayOfReport({ ...document, final: true, status: 'incomplete' }, evidence)
  return day === null ? null : { ...day, ended: false }
}

/** Whose hand was in it, and what was registered if a campaign was armed for it. */
function touchedBy(day: VerdictDay, events: readonly JournalEvent[]): Partial<VerdictDay> {
  const overrides = overridesOf(events)
  const own = armedOf(events).findLast(({ registration }) => holdsFor(registration, day.plan, day.source.kind))
  return {
    overrides,
    overridden: day.overridden || overrides.length > 0,
    stoppedAfter: stoppedAfter(events),
    registered: own === undefined ? null : registeredSchema.parse(own),
  }
}

/** Null: nothing of it is in the day's journal. */
function stoppedAfter(events: readonly JournalEvent[]): boolean | null {
  const switched = switchedIn(events)
  return switched === null ? null : switched === 'stopped'
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
