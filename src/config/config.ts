/** The configuration of every process, parsed once by `env.ts`. */
import { createHash } from 'node:crypto'
import type { ReviewPolicy } from '../review/types.ts'
import type { EngineLimits } from '../session/engine-limits.ts'
import type { Profile, ProfileName, RuleLimits, Structure } from '../strategy/types.ts'

export interface Credentials {
  readonly keyId: string
  readonly secret: string
}

export interface DiscordConfig {
  readonly token: string
  /** Where it posts: the first of the servers and channels that it may be used in. */
  readonly guildId: string
  readonly channelId: string
  readonly guildIds: readonly string[]
  readonly channelIds: readonly string[]
  /** Empty, as of approvers: members who manage the server. */
  readonly operatorRoleIds: readonly string[]
  readonly approverRoleIds: readonly string[]
  /** Empty: everyone who sees the channel may look. */
  readonly viewerRoleIds: readonly string[]
  /** Mentioned by what is critical. Empty: the operators. */
  readonly alertRoleIds: readonly string[]
  readonly apiUrl: string
}

export interface AlpacaConfig {
  readonly credentials: Readonly<Partial<Record<ProfileName, Credentials>>>
  readonly tradingUrl: string
  readonly dataUrl: string
  readonly tradingStreamUrl: string
  readonly stockStreamUrl: string
  readonly optionStreamUrl: string
  readonly optionFeed: 'indicative' | 'opra'
  readonly stockFeed: 'iex' | 'sip'
}

/** What a campaign of one profile is configured by. With `auto` the structure is chosen when the campaign is armed. */
export interface StrategySettings {
  readonly profile: Profile
  readonly limits: RuleLimits
  readonly engine: EngineLimits
  readonly structure: Structure | 'auto'
  /** Dollars between the strikes of a spread. */
  readonly width: number
  /** `configHash` of all the above. */
  readonly configHash: string
}

/** A data set with an audit's tables, and the period of it. */
export interface BaselineTables {
  readonly set: string
  /** Null: from the first trade, to the last. */
  readonly from: string | null
  readonly to: string | null
}

interface WatchdogConfig {
  /** Where workers answer for their health, like `http://127.0.0.1:4411`. */
  readonly workers: readonly string[]
  readonly silent_s: number
  /** Null: every profile with keys. */
  readonly profiles: readonly ProfileName[] | null
}

export interface Config {
  /** Null: no bot token, so the chat simulator is to be used. */
  readonly discord: DiscordConfig | null
  /** Null: no keys at all, so the market simulator is to be used. */
  readonly alpaca: AlpacaConfig | null
  /** Null: none given, so `npm start` runs one of its own. */
  readonly redisUrl: string | null
  readonly port: number
  readonly logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent'
  /** Absolute. */
  readonly dataDir: string
  /** Where daily reports are written; absolute. */
  readonly reportsDir: string
  /** Where workers find recorded data sets; absolute. */
  readonly dataSetsDir: string
  /** Tables whose re-settled result campaigns are held against; null: what `audit --register` kept. */
  readonly baseline: BaselineTables | null
  /** Where a worker answers for its health; null: nowhere. */
  readonly workerHealth: { readonly host: string; readonly port: number } | null
  readonly watchdog: WatchdogConfig
  readonly reviews: ReviewPolicy
  /** How long a second person has to decide; then the answer is no. */
  readonly approvalExpires_ms: number
  readonly simClock: { readonly url: string; readonly poll_ms: number } | null
  strategyFor(profile: ProfileName): StrategySettings
}

/** SHA-256 (hex) of a value's canonical JSON: the order of keys does not matter. */
export function configHash(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex')
}

function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null'
  const entries = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`).join(',')}}`
}
