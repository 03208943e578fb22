/** `phase4d sim discord`: the chat simulator with its page as a process of its own. */
import { Command, InvalidArgumentError, Option } from 'commander'
import { createLogger } from '../config/logger.ts'
import { startDiscordSim } from '../sim/discord/server.ts'
import { outliveParentWhile } from './ready.ts'
import { asPortUsage } from './usage.ts'

const DEFAULT_PORT = 4400

interface Flags {
  readonly port: number
  readonly host: string
  readonly marketUrl?: string
  readonly controlUrl?: string
  readonly publicUrl?: string
  readonly rateLimits: boolean
}

function port(value: string): number {
  const parsed = Number(value)
  if (!/^\d+$/.test(value) || parsed > 65_535) throw new InvalidArgumentError('expected a port, 0 to 65535')
  return parsed
}

function httpUrl(value: string): string {
  if (!/^https?:\/\/[^/\s]+/.test(value)) throw new InvalidArgumentError('expected a URL like http://127.0.0.1:4410')
  return value
}

export function simDiscordCommand(): Command {
  return new Command('discord')
    .description('run the Discord-compatible chat simulator and its web page')
    .option('--port <port>', 'port to listen on', port, DEFAULT_PORT)
    .option('--host <host>', 'address to listen on', '127.0.0.1')
    .option('--market-url <url>', 'the market simulator, to show beside the channel', httpUrl)
    .addOption(
      new Option('--control-url <url>', "the desk's supervisor, to kill a worker from the page")
        .env('DESK_CONTROL_URL')
        .argParser(httpUrl),
    )
    .option('--public-url <url>', 'address of this server as its users see it, for links to files', httpUrl)
    .option('--no-rate-limits', "do not apply Discord's rate limits")
    .action(async (flags: Flags) => {
      const log = await createLogger({ level: process.env.LOG_LEVEL || 'info', name: 'sim-discord' })
      const sim = await startDiscordSim({
        port: flags.port,
        host: flags.host,
        marketUrl: flags.marketUrl,
        controlUrl: flags.controlUrl,
        publicUrl: flags.publicUrl,
        hasRateLimits: flags.rateLimits,
        log,
      }).catch((error: unknown) => {
        throw asPortUsage(error, flags.port)
      })
      outliveParentWhile(() => sim.gateway.isBotOnline)
      await new Promise<void>((resolve) => {
        process.once('SIGINT', () => resolve())
        process.once('SIGTERM', () => resolve())
      })
      await sim.close()
    })
}
