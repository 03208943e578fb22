/**
 * The environment, parsed once: `parseConfig` is pure, `loadConfig` reads the process's environment and the `.env`
 * file.
 *
 * 1. All violations are reported together, each with the variable's name, what was expected and what was there.
 * 2. A secret's value is never part of a message.
 * 3. Nothing live gets through: see `hosts.ts`.
 */
import { isAbsolute, join } from 'node:path'
import { brokerAddressProblem, brokerKeyProblem, isLoopback } from '../broker/hosts.ts'
import { PROFILE_NAMES, type Profile, type ProfileName } from '../strategy/types.ts'
import { MINUTE_MS } from '../time/units.ts'
import type { AlpacaConfig, Config, Credentials, DiscordConfig } from './config.ts'
import { configHash } from './config.ts'
import { readEnvFile, unknownNames } from './env-file.ts'
import { PROJECT_ROOT } from './paths.ts'
import { COMMISSION, ENGINE, LIMITS, PROFILES, STRATEGY } from './strategy-variables.ts'
import type { Choice, Setting } from './variable.ts'
import { ALPACA, DESK, DISCORD, REVIEWS, WATCHDOG } from './variables.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** Thrown by `loadConfig` and `parseConfig`; `problems` are sentences for the person who wrote the environment. */
export class ConfigError extends Error {
  readonly problems: readonly string[]
  constructor(problems: readonly string[]) {
    super(`The configuration has ${problems.length} problem(s):\n${problems.map((line) => `  ${line}`).join('\n')}`)
    this.name = 'ConfigError'
    this.problems = problems
  }
}

/** The process's environment over the `.env` file. Throws `ConfigError`. */
export function loadConfig(env: Environment = process.env): Config {
  const { values, problems } = readEnvironment(env)
  return parseConfig(values, problems)
}

/** What `loadConfig` parses, and what is wrong with the file or the names in it. */
export function readEnvironment(env: Environment): { values: Environment; problems: readonly string[] } {
  const file = readEnvFile(env.ENV_FILE)
  const unknown = [...unknownNames(Object.keys(file.values), file.path), ...unknownNames(Object.keys(env), null)]
  const problems = [...file.problems, ...unknown]
  return { values: { ...file.values, ...definedOnly(env) }, problems }
}

function definedOnly(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''))
}

/** Reads values and collects what is wrong with them. */
class Reader {
  readonly problems: string[]
  readonly #env: Environment

  constructor(env: Environment, problems: readonly string[]) {
    this.#env = env
    this.problems = [...problems]
  }

  /** The variable's value, or its default; the default too when the value is bad, so that the reading can go on. */
  setting<T>(variable: Setting<T>): T {
    return this.#parse(variable) ?? variable.schema.parse(variable.fallback)
  }

  choice<T>(variable: Choice<T>): T | null {
    return this.#parse(variable)
  }

  has(variable: { readonly name: string }): boolean {
    return (this.#env[variable.name]?.trim() ?? '') !== ''
  }

  #parse<T>(variable: Setting<T> | Choice<T>): T | null {
    const raw = this.#env[variable.name]?.trim() ?? ''
    if (raw === '') return null
    const parsed = variable.schema.safeParse(raw)
    if (parsed.success) return parsed.data
    const got = variable.secret ? 'something else (not shown: it is a secret)' : `"${raw.slice(0, 100)}"`
    this.problems.push(`${variable.name}: expected ${variable.expects}, got ${got}`)
    return null
  }
}

export function parseConfig(env: Environment, problemsSoFar: readonly string[] = []): Config {
  const reader = new Reader(env, problemsSoFar)
  const urls = readBrokerAddresses(reader)
  const alpaca = readAlpaca(reader, urls)
  const simClockUrl = reader.choice(DESK.simClockUrl)
  const simClockPoll_ms = reader.setting(DESK.simClockPoll_ms)
  checkSimClock(reader, simClockUrl, urls)
  const folder = (variable: Parameters<typeof reader.setting<string>>[0]): string => {
    const path = reader.setting(variable)
    return isAbsolute(path) ? path : join(PROJECT_ROOT, path)
  }
  const strategyFor = readStrategy(reader)
  const config: Config = {
    discord: readDiscord(reader),
    alpaca,
    redisUrl: reader.choice(DESK.redisUrl),
    port: reader.setting(DESK.port),
    logLevel: reader.setting(DESK.logLevel),
    dataDir: folder(DESK.dataDir),
    reportsDir: folder(DESK.reportsDir),
    dataSetsDir: folder(DESK.dataSetsDir),
    baseline: readBaseline(reader),
    simClock: simClockUrl === null ? null : { url: simClockUrl, poll_ms: simClockPoll_ms },
    workerHealth: readWorkerHealth(reader),
    watchdog: {
      workers: reader.choice(WATCHDOG.workers) ?? [],
      silent_s: reader.setting(WATCHDOG.silent_s),
      profiles: reader.choice(WATCHDOG.profiles),
    },
    approvalExpires_ms: reader.setting(DESK.approvalExpires_min) * MINUTE_MS,
    reviews: { needed: reader.setting(REVIEWS.needed), tags: reader.setting(REVIEWS.tags) },
    strategyFor,
  }
  if (reader.problems.length > 0) throw new ConfigError(reader.problems)
  return config
}

function readBaseline(reader: Reader): Config['baseline'] {
  const set = reader.choice(DESK.baselineSet)
  const [from, to] = [reader.choice(DESK.baselineFrom), reader.choice(DESK.baselineTo)]
  if (from !== null && to !== null && from > to) {
    reader.problems.push(
      `${DESK.baselineFrom.name}: expected a date not after ${DESK.baselineTo.name} (${to}), got "${from}"`,
    )
  }
  for (const variable of [DESK.baselineFrom, DESK.baselineTo]) {
    if (!reader.has(variable) || reader.has(DESK.baselineSet)) continue
    reader.problems.push(`${DESK.baselineSet.name}: expected a value, as ${variable.name} is set, got nothing`)
  }
  return set === null ? null : { set, from, to }
}

function readWorkerHealth(reader: Reader): Config['workerHealth'] {
  const port = reader.setting(WATCHDOG.healthPort)
  const host = reader.setting(WATCHDOG.healthHost)
  return port === 0 ? null : { host, port }
}

/** What was set in vain, for the person who starts a desk: sentences. No token and no keys mean simulators, always. */
export function notesOn(env: Environment): readonly string[] {
  const reader = new Reader(env, [])
  const set = (variables: readonly { readonly name: string }[]): string =>
    variables.flatMap((variable) => (reader.has(variable) ? [variable.name] : [])).join(', ')
  const discord = reader.has(DISCORD.token) ? '' : set(Object.values(DISCORD))
  const keys = [ALPACA, ...Object.values(PROFILES)].flatMap(({ keyId, secret }) => [keyId, secret])
  const alpaca = set(keys) === '' ? set(Object.values(ALPACA)) : ''
  return [
    ...(discord === '' ? [] : [`DISCORD_TOKEN is not set, so a chat simulator stands in and ${discord} is not used.`]),
    ...(alpaca === '' ? [] : [`No Alpaca keys are set, so a market simulator stands in and ${alpaca} is not used.`]),
  ]
}

function readDiscord(reader: Reader): DiscordConfig | null {
  const token = reader.choice(DISCORD.token)
  const guildIds = reader.choice(DISCORD.guildId) ?? []
  const channelIds = reader.choice(DISCORD.channelId) ?? []
  const [[guildId], [channelId]] = [guildIds, channelIds]
  const operatorRoleIds = reader.choice(DISCORD.operatorRoleIds) ?? []
  const approverRoleIds = reader.choice(DISCORD.approverRoleIds) ?? []
  const viewerRoleIds = reader.choice(DISCORD.viewerRoleIds) ?? []
  const alertRoleIds = reader.choice(DISCORD.alertRoleIds) ?? []
  const apiUrl = reader.setting(DISCORD.apiUrl)
  if (new URL(apiUrl).protocol === 'http:' && !isLoopback(apiUrl)) {
    reader.problems.push(`${DISCORD.apiUrl.name}: expected https://, or a simulator on loopback, got "${apiUrl}"`)
  }
  if (!reader.has(DISCORD.token)) return null
  for (const variable of [DISCORD.guildId, DISCORD.channelId]) {
    if (reader.has(variable)) continue
    reader.problems.push(`${variable.name}: expected ${variable.expects}, as DISCORD_TOKEN is set, got nothing`)
  }
  if (token === null || guildId === undefined || channelId === undefined) return null
  const roles = { operatorRoleIds, approverRoleIds, viewerRoleIds, alertRoleIds }
  return { token, guildId, channelId, guildIds, channelIds, ...roles, apiUrl }
}

const ADDRESSES = {
  tradingUrl: ALPACA.tradingUrl,
  dataUrl: ALPACA.dataUrl,
  tradingStreamUrl: ALPACA.tradingStreamUrl,
  stockStreamUrl: ALPACA.stockStreamUrl,
  optionStreamUrl: ALPACA.optionStreamUrl,
} as const satisfies Partial<Record<keyof AlpacaConfig, Setting<string>>>
type BrokerAddresses = Pick<AlpacaConfig, keyof typeof ADDRESSES>

function readBrokerAddresses(reader: Reader): BrokerAddresses {
  return {
    tradingUrl: readBrokerAddress(reader, ADDRESSES.tradingUrl),
    dataUrl: readBrokerAddress(reader, ADDRESSES.dataUrl),
    tradingStreamUrl: readBrokerAddress(reader, ADDRESSES.tradingStreamUrl),
    stockStreamUrl: readBrokerAddress(reader, ADDRESSES.stockStreamUrl),
    optionStreamUrl: readBrokerAddress(reader, ADDRESSES.optionStreamUrl),
  }
}

function readAlpaca(reader: Reader, urls: BrokerAddresses): AlpacaConfig | null {
  const feeds = { optionFeed: reader.setting(ALPACA.optionFeed), stockFeed: reader.setting(ALPACA.stockFeed) }
  const shared = readPair(reader, ALPACA.keyId, ALPACA.secret, urls.tradingUrl)
  const credentials: Partial<Record<ProfileName, Credentials>> = {}
  for (const name of PROFILE_NAMES) {
    const own = readPair(reader, PROFILES[name].keyId, PROFILES[name].secret, urls.tradingUrl) ?? shared
    if (own !== null) credentials[name] = own
  }
  return Object.keys(credentials).length === 0 ? null : { credentials, ...urls, ...feeds }
}

function readBrokerAddress(reader: Reader, variable: Setting<string>): string {
  const value = reader.setting(variable)
  const problem = brokerAddressProblem(value)
  if (problem !== null) reader.problems.push(`${variable.name}: "${value}" ${problem}`)
  return value
}

function readPair(
  reader: Reader,
  keyVariable: Choice<string>,
  secretVariable: Choice<string>,
  tradingUrl: string,
): Credentials | null {
  const keyId = reader.choice(keyVariable)
  const secret = reader.choice(secretVariable)
  if (reader.has(keyVariable) !== reader.has(secretVariable)) {
    const [there, missing] = reader.has(keyVariable) ? [keyVariable, secretVariable] : [secretVariable, keyVariable]
    reader.problems.push(`${missing.name}: expected a value, as ${there.name} is set, got nothing`)
  }
  const problem = keyId === null ? null : brokerKeyProblem(keyId, tradingUrl)
  if (problem !== null) reader.problems.push(`${keyVariable.name}: ${problem}`)
  return keyId === null || secret === null ? null : { keyId, secret }
}

/** Also without keys, or with bad ones: a simulator's clock and the real market never go together. */
function checkSimClock(reader: Reader, url: string | null, urls: BrokerAddresses): void {
  if (url === null) return
  const remote = Object.values(urls).find((address) => !isLoopback(address))
  if (remote === undefined) return
  reader.problems.push(`SIM_CLOCK_URL: expected nothing, as the broker is not on loopback (${remote}), got "${url}"`)
}

function readStrategy(reader: Reader): Config['strategyFor'] {
  const limits = readNumbers(reader, LIMITS)
  const engine = readNumbers(reader, ENGINE)
  const structure = reader.setting(STRATEGY.structure)
  const width = reader.setting(STRATEGY.width)
  const commissionPerContract = reader.setting(COMMISSION)
  const profiles: Record<ProfileName, Profile> = {
    '2k': { name: '2k', commissionPerContract, ...readNumbers(reader, PROFILES['2k'].numbers) },
    '25k': { name: '25k', commissionPerContract, ...readNumbers(reader, PROFILES['25k'].numbers) },
  }
  const below = (low: Setting<number>, lowValue: number, high: Setting<number>, highValue: number): void => {
    if (lowValue <= highValue) return
    reader.problems.push(`${low.name}: expected at most ${high.name} (${highValue}), got "${lowValue}"`)
  }
  below(LIMITS.premiumMin, limits.premiumMin, LIMITS.premiumMax, limits.premiumMax)
  below(LIMITS.rangeModeratePct, limits.rangeModeratePct, LIMITS.rangeExtremePct, limits.rangeExtremePct)
  below(
    LIMITS.sessionEndBeforeCloseMin,
    limits.sessionEndBeforeCloseMin,
    LIMITS.entryBeforeCloseMin,
    limits.entryBeforeCloseMin,
  )
  for (const name of PROFILE_NAMES) {
    const { numbers } = PROFILES[name]
    below(numbers.maxLossPerTrade, profiles[name].maxLossPerTrade, numbers.maxDailyLoss, profiles[name].maxDailyLoss)
  }
  return (name) => {
    const settings = { profile: profiles[name], limits, engine, structure, width }
    return { ...settings, configHash: configHash(settings) }
  }
}

function readNumbers<K extends string>(
  reader: Reader,
  settings: Readonly<Record<K, Setting<number>>>,
): Record<K, number> {
  const entries = Object.entries<Setting<number>>(settings).map(([key, variable]) => [key, reader.setting(variable)])
  return Object.fromEntries(entries)
}
