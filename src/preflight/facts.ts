/** What the checks are made on. Gathered by `gather-*.ts`; the checks themselves read nothing. */
import type { BrokerAccount, BrokerPosition, BrokerResult, MarketSnapshot } from '../broker/port.ts'
import type { AlpacaConfig, Credentials, StrategySettings } from '../config/config.ts'
import type { Bar, ProfileName, Quote, SessionHours, Structure } from '../strategy/types.ts'

/** Where a profile's requests go and with what kind of key; nothing of it is secret. */
export interface BrokerEndpoint {
  /** The first two characters of the key id, and how long it is. */
  readonly keyPrefix: string
  readonly keyLength: number
  readonly urls: Readonly<
    Record<'tradingUrl' | 'dataUrl' | 'tradingStreamUrl' | 'stockStreamUrl' | 'optionStreamUrl', string>
  >
  readonly stockFeed: AlpacaConfig['stockFeed']
  readonly optionFeed: AlpacaConfig['optionFeed']
}

/** Null: no keys for this profile. */
export function endpointOf(alpaca: AlpacaConfig | null, profile: ProfileName): BrokerEndpoint | null {
  const credentials: Credentials | undefined = alpaca?.credentials[profile]
  if (alpaca === null || credentials === undefined) return null
  const { tradingUrl, dataUrl, tradingStreamUrl, stockStreamUrl, optionStreamUrl, stockFeed, optionFeed } = alpaca
  return {
    keyPrefix: credentials.keyId.slice(0, 2),
    keyLength: credentials.keyId.length,
    urls: { tradingUrl, dataUrl, tradingStreamUrl, stockStreamUrl, optionStreamUrl },
    stockFeed,
    optionFeed,
  }
}

export interface ClockFacts {
  readonly reading: BrokerResult<{ readonly now_ms: number; readonly isOpen: boolean }>
  readonly roundTrip_ms: number
  /** This machine's clock in the middle of the round trip. */
  readonly machine_ms: number
  /** The desk's market clock when the answer was there; null: not readable. */
  readonly market_ms: number | null
}

/** A reading, and the market time at which it was there. */
export interface Timed<T> {
  readonly result: BrokerResult<T>
  readonly at_ms: number
}

export interface BrokerReadings {
  readonly account: BrokerResult<BrokerAccount>
  readonly clock: ClockFacts
  readonly positions: BrokerResult<readonly BrokerPosition[]>
  /** Trading days from today on. */
  readonly calendar: BrokerResult<readonly SessionHours[]>
  /** SPY and the puts that expire in the session that is running, or the next; null: no such session. */
  readonly snapshot: Timed<MarketSnapshot> | null
  /** Latest quote of the put nearest to SPY; null: the market is closed, or there is no such put. */
  readonly atTheMoney: (Timed<Quote | null> & { readonly strike: number }) | null
  /** Of the running session, the last half hour at most; null: the market is closed, or has just opened. */
  readonly bars: Timed<readonly Bar[]> | null
}

export interface BrokerFacts {
  readonly profile: ProfileName
  readonly settings: StrategySettings
  /** What was asked for, or what is configured. */
  readonly wanted: Structure | 'auto'
  readonly endpoint: BrokerEndpoint | null
  /** Null: without keys nothing is asked. */
  readonly readings: BrokerReadings | null
}

export type StoreFacts =
  | { readonly reachable: false; readonly reason: string }
  | {
      readonly reachable: true
      readonly ping_ms: number
      /** `redis` or `valkey`. */
      readonly server: string
      readonly version: string
      readonly role: string
      /** Null: the server does not say (managed servers refuse CONFIG). */
      readonly appendonly: string | null
      readonly appendfsync: string | null
      readonly lastWriteOk: boolean
      readonly policy: string | null
      readonly maxMemory_bytes: number
      readonly usedMemory_bytes: number
      readonly evictedKeys: number
    }

/** `no_access`: Discord knows the bot and does not let it see this. */
export type DiscordRead<T> =
  | { readonly ok: true; readonly value: T }
  | {
      readonly ok: false
      readonly problem: 'unauthorised' | 'not_found' | 'no_access' | 'unreachable'
      readonly message: string
    }

export type RoleKind = 'operator' | 'approver' | 'viewer'

export interface DiscordFacts {
  readonly apiUrl: string
  readonly guildId: string
  readonly channelId: string
  readonly roleIds: Readonly<Record<RoleKind, readonly string[]>>
  /** DISCORD_ALERT_ROLE_IDS: who is mentioned by a critical post; where there are none, the operators. */
  readonly alertRoleIds: readonly string[]
  readonly bot: DiscordRead<{ readonly applicationId: string; readonly name: string }>
  /** These are null where an earlier answer left nothing to ask. */
  readonly guild: DiscordRead<{
    readonly name: string
    readonly roles: ReadonlyMap<string, string>
    /** Roles that anybody may mention; all others need a permission. */
    readonly mentionable: ReadonlySet<string>
  }> | null
  readonly channel: DiscordRead<ChannelFacts> | null
  /** What the bot may do in the channel. */
  readonly permissions: DiscordRead<bigint> | null
  readonly commands: DiscordRead<CommandDifference> | null
  /**
   * The further ones of DISCORD_GUILD_ID and DISCORD_CHANNEL_ID, where commands are taken too; absent: there are none.
   */
  readonly others?: {
    readonly guilds: readonly {
      readonly id: string
      readonly guild: DiscordRead<{ readonly name: string }>
      /** Null: there is no such server to ask. */
      readonly commands: DiscordRead<CommandDifference> | null
    }[]
    readonly channels: readonly { readonly id: string; readonly channel: DiscordRead<ChannelFacts> }[]
  }
}

export interface ChannelFacts {
  readonly name: string
  readonly guildId: string | null
  readonly isText: boolean
}

/** Names of slash commands, by what has to happen to what is registered. */
export interface CommandDifference {
  readonly added: readonly string[]
  readonly changed: readonly string[]
  readonly removed: readonly string[]
  readonly unchanged: readonly string[]
}
