/** Every key of the store. All of an account's keys carry the broker's account id, never the profile alone. */

export interface Keys {
  /** Hash: account id → `AccountRecord` JSON. */
  readonly accounts: string
  /** Sorted set: worker id → wall milliseconds of its last heartbeat. */
  readonly workers: string
  /** Hash: worker id → the version of its program. */
  readonly workerVersions: string
  /**
   * Sorted set: bot process → wall milliseconds of its last heartbeat, active or standing by; and a hash of versions.
   */
  readonly bots: string
  readonly botVersions: string
  /** Sorted set: watchdog process → wall milliseconds at which it last asked a worker; and a hash of versions. */
  readonly watchdogs: string
  readonly watchdogVersions: string
  /** Hash: account id → the silence of its engine that the channel was told of, see `silence-store.ts`. */
  readonly silences: string
  /** Hash: account id → its live card in the channel, see `card-store.ts`. */
  readonly cards: string
  /** Hash: account id → how far its schedule has been followed, see `schedule-store.ts`. */
  readonly schedules: string
  /** Hash: `version/structure` → the last look-ahead check of it, JSON, see `lookahead-runs.ts`. */
  readonly lookaheads: string
  /** Hash: run id → the backtest run and its variants, JSON, see `tried-runs.ts`. */
  readonly triedRuns: string
  /** Hash: study id → what was asked for and how far it is, JSON, see `study-store.ts`. */
  readonly studies: string
  /** String: the files of a finished study, JSON; expires. */
  studyResult(id: string): string
  /** Hash: study id → who cancelled it. */
  readonly studyCancels: string
  /** Hash: worker id → the data sets it can read, JSON. */
  readonly dataSets: string
  /** List: lines of commands that are not journalled yet, JSON, see `authority-store.ts`. */
  readonly audits: string
  /** Hash: message id → a reply that waits, JSON, see `kept-replies.ts`. */
  readonly keptReplies: string
  /** String: of choices that exclude each other, the first; expires. */
  choice(about: string): string
  /** Pub/sub: an account's campaign changed (message: account id). */
  readonly campaignChannel: string
  /** Pub/sub: an account's feed grew (message: account id). */
  readonly feedChannel: string
  /** String: the accounts that a restore is writing just now, a JSON list; gone when it is complete. */
  readonly restoring: string
  /** Pattern (for SCAN) of every key of an account; `*` for those of all accounts, and of others beside them. */
  ofAccount(accountId: string): string
  /** Hash {seq, json}: the account's campaign. */
  campaign(accountId: string): string
  /** Hash {seq, json}: state of one day's session. */
  session(accountId: string, date: string): string
  /** Stream: the journal of one day; fields `feed` (number or empty) and `entry`. */
  journal(accountId: string, date: string): string
  /** Stream with ids `{feedNo}-0`: the publishable entries; fields `id` (journal id) and `entry`. */
  feed(accountId: string): string
  /** Counter: the last feed number given. */
  feedCounter(accountId: string): string
  /** Hash {cursor, after, posting, postingAfter}: how far the feed has been posted, see `feed-store.ts`. */
  feedState(accountId: string): string
  /** Hash: feed number → `channelId:messageId` of its post. */
  feedPosts(accountId: string): string
  /** Hash: feed number → how its post was made again, see `authority-store.ts`. */
  remade(accountId: string): string
  /** Hash: feed number → an alert that nobody has acknowledged, JSON, see `open-alerts.ts`. */
  openAlerts(accountId: string): string
  /** Hash: date → the day's report, JSON; written when the day has ended. */
  reports(accountId: string): string
  /** Hash: date → how often its report was written. */
  reportWrites(accountId: string): string
  /** Hash: what the reviews of the account's trades are read from, see `review-fields.ts`. */
  reviews(accountId: string): string
  /** Hash: trade id → its card and thread in the channel, see `trade-card-store.ts`. */
  tradeCards(accountId: string): string
  /** Set of dates with a journal. */
  dates(accountId: string): string
  /** String: client order id of the day's first opening intent; created once, never expires. */
  openGuard(accountId: string, date: string): string
  /** String: there once what happens once under this name was committed; expires long after. */
  once(accountId: string, name: string): string
  /** String: what the session's worker sees right now, `LiveRecord` JSON; expires. */
  live(accountId: string): string
  /** Counter: runs of the day's session in a row that were not left in order; expires, see `run-counts.ts`. */
  runs(accountId: string, date: string): string
  /** Name of the lease on an account's session. */
  sessionLease(accountId: string): string
}

export function createKeys(prefix: string): Keys {
  const of = (accountId: string, what: string) => `${prefix}:${accountId}:${what}`
  return {
    accounts: `${prefix}:accounts`,
    workers: `${prefix}:workers`,
    workerVersions: `${prefix}:worker-versions`,
    bots: `${prefix}:bots`,
    botVersions: `${prefix}:bot-versions`,
    watchdogs: `${prefix}:watchdogs`,
    watchdogVersions: `${prefix}:watchdog-versions`,
    silences: `${prefix}:silences`,
    cards: `${prefix}:cards`,
    schedules: `${prefix}:schedules`,
    lookaheads: `${prefix}:lookaheads`,
    triedRuns: `${prefix}:tried-runs`,
    studies: `${prefix}:studies`,
    studyResult: (id) => `${prefix}:study-result:${id}`,
    studyCancels: `${prefix}:study-cancels`,
    dataSets: `${prefix}:data-sets`,
    audits: `${prefix}:audits`,
    keptReplies: `${prefix}:kept-replies`,
    choice: (about) => `${prefix}:choice:${about}`,
    campaignChannel: `${prefix}:campaign-changed`,
    feedChannel: `${prefix}:feed-grew`,
    restoring: `${prefix}:restoring`,
    ofAccount: (accountId) => of(accountId, '*'),
    campaign: (accountId) => of(accountId, 'campaign'),
    session: (accountId, date) => of(accountId, `session:${date}`),
    journal: (accountId, date) => of(accountId, `journal:${date}`),
    feed: (accountId) => of(accountId, 'feed'),
    feedCounter: (accountId) => of(accountId, 'feed-no'),
    feedState: (accountId) => of(accountId, 'feed-state'),
    feedPosts: (accountId) => of(accountId, 'feed-posts'),
    remade: (accountId) => of(accountId, 'remade'),
    openAlerts: (accountId) => of(accountId, 'open-alerts'),
    reports: (accountId) => of(accountId, 'reports'),
    reportWrites: (accountId) => of(accountId, 'report-writes'),
    reviews: (accountId) => of(accountId, 'reviews'),
    tradeCards: (accountId) => of(accountId, 'trade-cards'),
    dates: (accountId) => of(accountId, 'dates'),
    openGuard: (accountId, date) => of(accountId, `opened:${date}`),
    once: (accountId, name) => of(accountId, `once:${name}`),
    live: (accountId) => of(accountId, 'live'),
    runs: (accountId, date) => of(accountId, `runs:${date}`),
    sessionLease: (accountId) => `session:${accountId}`,
  }
}
