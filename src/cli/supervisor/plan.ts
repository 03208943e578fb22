/** Which processes a desk consists of and what each is told: pure. */

import { LOOPBACK_HOST } from '../../broker/hosts.ts'
import type { Config } from '../../config/config.ts'
import * as chat from '../../sim/discord/fixtures.ts'
import type { ProfileName } from '../../strategy/types.ts'
import { PROFILE_NAMES } from '../../strategy/types.ts'

export interface MarketOptions {
  /** Recorded books and bars, absolute paths; null: the seeded market. */
  readonly recorded: { readonly quotes: string; readonly bars: string } | null
  readonly from: string | null
  readonly to: string | null
  readonly speed: string | null
  readonly seed: string | null
  readonly paused: boolean
}

export interface DeskAddresses {
  readonly redisUrl: string
  /** Null: the real Alpaca is used. */
  readonly marketPort: number | null
  /** Null: the real Discord is used. */
  readonly chatPort: number | null
}

/** Where workers answer for their health. */
export interface HealthPorts {
  readonly healthPort: number
  readonly joiningPorts: readonly number[]
}

const SIM_SECRET = 'sim'

function simKeyId(profile: ProfileName): string {
  return `PKSIM${profile.toUpperCase()}`
}

/** What worker, bot and terminal commands of this desk find in their environment, beside what the person set. */
export function deskEnvironment(addresses: DeskAddresses): Record<string, string> {
  return {
    REDIS_URL: addresses.redisUrl,
    ...(addresses.marketPort === null ? {} : marketEnvironment(addresses.marketPort)),
    ...(addresses.chatPort === null ? {} : chatEnvironment(addresses.chatPort)),
  }
}

/** Recorded books come minutes apart: silence between them is no fault of the market's. */
const RECORDED_QUOTE_AGE_MAX_S = 3600

/** What the worker goes by where the person set nothing: with recorded days, patience from one book to the next. */
export function workerDefaults(isRecorded: boolean): Record<string, string> {
  return isRecorded ? { POSITION_QUOTE_AGE_MAX_S: String(RECORDED_QUOTE_AGE_MAX_S) } : {}
}

/** What only the worker of this desk is told: where it answers for its health. One port a worker. */
export function workerEnvironment(healthPort: number): Record<string, string> {
  return { WORKER_HEALTH_HOST: LOOPBACK_HOST, WORKER_HEALTH_PORT: String(healthPort) }
}

/** Workers that may join a running desk from other terminals of its machine and be seen by its watchdog. */
export const JOINING_WORKERS_MAX = 4

/** What only the watchdog is told: the workers of this machine, and those of others that the person named. */
export function watchdogEnvironment(healthPorts: readonly number[], others: readonly string[]): Record<string, string> {
  return { WATCHDOG_WORKERS: [...healthPorts.map(healthAddress), ...others].join(',') }
}

export const healthAddress = (port: number): string => `http://${LOOPBACK_HOST}:${port}`

function marketEnvironment(port: number): Record<string, string> {
  const http = `http://${LOOPBACK_HOST}:${port}`
  const ws = `ws://${LOOPBACK_HOST}:${port}`
  const keys = PROFILE_NAMES.flatMap((profile) => [
    [`ALPACA_API_KEY_${profile.toUpperCase()}`, simKeyId(profile)],
    [`ALPACA_SECRET_KEY_${profile.toUpperCase()}`, SIM_SECRET],
  ])
  return {
    ALPACA_TRADING_URL: http,
    ALPACA_DATA_URL: http,
    ALPACA_TRADING_STREAM_URL: `${ws}/stream`,
    ALPACA_STOCK_STREAM_URL: `${ws}/v2/iex`,
    ALPACA_OPTION_STREAM_URL: `${ws}/v1beta1/indicative`,
    SIM_CLOCK_URL: `${http}/sim/clock`,
    ...Object.fromEntries(keys),
  }
}

function chatEnvironment(port: number): Record<string, string> {
  return {
    DISCORD_TOKEN: chat.BOT_TOKEN,
    DISCORD_GUILD_ID: chat.GUILD_ID,
    DISCORD_CHANNEL_ID: chat.CHANNEL_ID,
    DISCORD_OPERATOR_ROLE_IDS: chat.OPERATOR_ROLE_ID,
    DISCORD_APPROVER_ROLE_IDS: chat.APPROVER_ROLE_ID,
    DISCORD_VIEWER_ROLE_IDS: chat.VIEWER_ROLE_ID,
    DISCORD_API_URL: `http://${LOOPBACK_HOST}:${port}/api`,
  }
}

export function marketArguments(port: number, options: MarketOptions): readonly string[] {
  const given: readonly (readonly [string, string | null])[] = [
    ['--quotes', options.recorded?.quotes ?? null],
    ['--bars', options.recorded?.bars ?? null],
    ['--from', options.from],
    ['--to', options.to],
    ['--speed', options.speed],
    ['--seed', options.seed],
  ]
  const rest = given.flatMap(([name, value]) => (value === null ? [] : [name, value]))
  return ['sim', 'alpaca', '--port', String(port), ...rest, ...(options.paused ? ['--paused'] : [])]
}

export function chatArguments(port: number, host: string, marketPort: number | null): readonly string[] {
  const market = marketPort === null ? [] : ['--market-url', `http://${LOOPBACK_HOST}:${marketPort}`]
  const address = ['--port', String(port), '--host', host, '--public-url', pageAddress(port)]
  return ['sim', 'discord', ...address, ...market]
}

/** The page as the person at this machine opens it. */
export function pageAddress(port: number): string {
  return `http://localhost:${port}`
}

const INHERITED = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'TZ', 'INIT_CWD', 'NODE_OPTIONS', 'LD_LIBRARY_PATH', 'CI']

/** What only the chat simulator is told: where its page has a worker killed; null: nowhere. */
export function chatControlEnvironment(controlUrl: string | null): Record<string, string> {
  return controlUrl === null ? {} : { DESK_CONTROL_URL: controlUrl }
}

/** Simulators need no credentials, so they get none. */
export function simulatorEnvironment(
  { logLevel, dataDir }: Pick<Config, 'logLevel' | 'dataDir'>,
  own: NodeJS.ProcessEnv,
): NodeJS.ProcessEnv {
  const inherited = Object.fromEntries(INHERITED.flatMap((name) => (own[name] ? [[name, own[name]]] : [])))
  return { ...inherited, NODE_ENV: 'production', LOG_LEVEL: logLevel, DATA_DIR: dataDir, ENV_FILE: 'none' }
}
