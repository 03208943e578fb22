/**
 * Logs: one JSON object a line on stderr, or readable lines on a terminal. Secrets never reach them.
 *
 * Entry points: `createLogger`, and `child({ session | job | interaction: id })` on what it returns. Standard output
 * belongs to the commands' own answers.
 */
import { destination, type Logger, type LoggerOptions, pino, stdSerializers, stdTimeFunctions } from 'pino'
import { redactValue } from './redact.ts'

export type { Logger } from 'pino'

interface LineSink {
  write(line: string): void
}

interface LoggerSettings {
  readonly level: string
  /** Which process this is: `worker`, `bot`, … */
  readonly name: string
  /** Values to hide wherever they occur, e.g. the configured keys. */
  readonly secrets?: readonly string[]
  /** Where lines go; stderr by default. */
  readonly destination?: LineSink
  /** Readable lines instead of JSON; by default when stderr is a terminal. */
  readonly pretty?: boolean
}

export async function createLogger(settings: LoggerSettings): Promise<Logger> {
  const options: LoggerOptions = {
    level: settings.level,
    base: { name: settings.name, pid: process.pid },
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { err: stdSerializers.errWithCause, error: stdSerializers.errWithCause },
  }
  return pino(options, redacting(await destinationOf(settings), settings.secrets ?? []))
}

/**
 * Every finished line passes here, whatever it was made of: properties, bindings, messages, errors. Parsing it once
 * more costs some microseconds at some lines a second.
 */
function redacting(destination: LineSink, secrets: readonly string[]): LineSink {
  return {
    write: (line) => destination.write(`${JSON.stringify(redactValue(JSON.parse(line), secrets))}\n`),
  }
}

async function destinationOf(settings: LoggerSettings): Promise<LineSink> {
  if (settings.destination) return settings.destination
  if (settings.pretty ?? process.stderr.isTTY === true) {
    const { default: pretty } = await import('pino-pretty')
    return pretty({ destination: 2, sync: true, ignore: 'pid,name', translateTime: 'SYS:HH:MM:ss' })
  }
  return destination({ dest: 2, sync: true })
}
