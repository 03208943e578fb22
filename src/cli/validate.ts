/** `phase4d validate`: the whole preflight from a terminal. Needs no running worker or bot. */
import { DEFINITIONS } from '../../commands/index.ts'
import type { Config, DiscordConfig } from '../config/config.ts'
import { ConfigError } from '../config/env.ts'
import { createLogger } from '../config/logger.ts'
import { systemWallClock } from '../config/wall-clock.ts'
import { discordLines } from '../discord/preflight/checks.ts'
import { gatherDiscord, restClient } from '../discord/preflight/gather.ts'
import { BROKER_CHECKS, DISCORD_CHECKS, STORE_CHECKS } from '../preflight/checks/index.ts'
import { configurationLines } from '../preflight/configuration.ts'
import { type BrokerFacts, endpointOf } from '../preflight/facts.ts'
import { gatherBroker } from '../preflight/gather-broker.ts'
import { gatherStoreAt } from '../preflight/gather-store.ts'
import { type CheckLine, type PreflightReport, reportOf, warn } from '../preflight/line.ts'
import { deskReport, withDiscord } from '../preflight/report.ts'
import { reportText } from '../preflight/text.ts'
import { defaultProfile } from '../queue/preflight.ts'
import type { ProfileName } from '../strategy/types.ts'
import { openAlpacaSide } from './alpaca-side.ts'
import { secretsOf } from './connect-broker.ts'
import { loadWhateverConfig } from './desk-config.ts'
import { EXIT } from './usage.ts'

interface ValidateOptions {
  readonly account?: ProfileName
  readonly json?: boolean
}

interface ValidateOutput {
  write(text: string): void
}

/** Exit status 1: a check failed. */
export async function runValidate(options: ValidateOptions, out: ValidateOutput = process.stdout): Promise<number> {
  const report = await preflight(options.account ?? null)
  out.write(`${options.json === true ? JSON.stringify(report) : reportText(report)}\n`)
  return report.ok ? EXIT.done : EXIT.no
}

async function preflight(account: ProfileName | null): Promise<PreflightReport> {
  let config: Config
  try {
    config = loadWhateverConfig()
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    const expected = [...BROKER_CHECKS, ...STORE_CHECKS, ...DISCORD_CHECKS]
    return reportOf({ account: account ?? '25k', source: null }, configurationLines(error.problems), expected)
  }
  const { alpaca, discord, redisUrl } = config
  const profile = account ?? defaultProfile((name) => endpointOf(alpaca, name) !== null)
  const [broker, store, chat] = await Promise.all([
    brokerFacts(config, profile),
    redisUrl === null ? null : gatherStoreAt(redisUrl, systemWallClock),
    discord === null ? [NO_DISCORD] : checkDiscord(discord),
  ])
  return withDiscord(deskReport(broker, store), chat, discord === null ? [] : DISCORD_CHECKS)
}

const NO_DISCORD: CheckLine = warn(
  'discord_token',
  'no DISCORD_TOKEN, and no desk runs here',
  'Without one npm start brings a chat simulator; for Discord set the DISCORD_ variables in .env.',
)

async function brokerFacts(config: Config, profile: ProfileName): Promise<BrokerFacts> {
  const settings = config.strategyFor(profile)
  const { alpaca } = config
  const endpoint = endpointOf(alpaca, profile)
  if (alpaca === null) return { profile, settings, wanted: settings.structure, endpoint, readings: null }
  const log = await createLogger({ level: 'silent', name: 'validate', secrets: secretsOf(alpaca) })
  const side = await openAlpacaSide(config, alpaca, log, 'tools')
  try {
    const request = { profile, settings, structure: null, endpoint, broker: side.brokers.of(profile) }
    return await gatherBroker({ clock: side.clock, wall: systemWallClock }, request)
  } finally {
    await side.close()
  }
}

async function checkDiscord(discord: DiscordConfig): Promise<readonly CheckLine[]> {
  const client = restClient(discord)
  try {
    return discordLines(await gatherDiscord(client, discord, DEFINITIONS))
  } finally {
    await client.destroy()
  }
}
