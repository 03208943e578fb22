/**
 * Logs: one JSON object a line on stderr, or readable lines on a terminal. Secrets never reach them.
 *
 * Entry points: `createLogger`, and `child({ session | job | interaction: id })` on what it returns. Standard output
 * belongs to the commands' own answers.
 */
import { type Logger, type LoggerOptions, pino, stdTimeFunctions } from 'pino'

export type { Logger } from 'pino'

/** Ids that tell whose line it is. */
export interface LogIds {
  readonly session?: string
  readonly job?: string
  readonly interaction?: string
  readonly account?: string
}

const HIDDEN = '[redacted]'

/** Names of properties whose value is hidden wherever they stand, up to `DEPTH_MAX` levels deep. */
const SECRET_NAME =
  /^(.*[-_.]?(token|secret|password|passwd|authorization|api[-_]?key|secret[-_]?key|cookie)|keyid|key[-_]id|apca-.*|key)$/i
/** Names the pattern above would hide although they hold nothing secret. */
const HARMLESS_NAME = /^(idempotency-?key|sortkey)$/i
const DEPTH_MAX = 8
const ITEMS_MAX = 200

const IN_TEXT: readonly (readonly [RegExp, string])[] = [
  // Password, or user and password, in an address.
  [/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@"']*:[^\s/@"']*@/gi, `$1${HIDDEN}@`],
  // Interaction and webhook tokens are part of Discord's addresses.
  [/(\/(?:webhooks|interactions)\/\d+\/)[\w.~%-]{8,}/g, `$1${HIDDEN}`],
  [/([?&](?:[\w-]*(?:token|secret|key|password|signature))=)[^&\s"']+/gi, `$1${HIDDEN}`],
  [/\b((?:Bot|Bearer|Basic)\s+)[\w.~+/=-]{8,}/g, `$1${HIDDEN}`],
  // A Discord bot token: three base64 parts, the first a snowflake's.
  [/\b[\w-]{23,28}\.[\w-]{6,7}\.[\w-]{27,}\b/g, HIDDEN],
  // Alpaca key ids.
  [/\b(?:PK|AK|CK)[A-Z0-9]{16,}\b/g, HIDDEN],
]

/** `text` without anything that looks like a secret, and without the given secrets. */
export function redactText(text: string, secrets: readonly string[] = []): string {
  let result = text
  for (const secret of secrets) if (secret.length >= 4) result = result.replaceAll(secret, HIDDEN)
  for (const [pattern, replacement] of IN_TEXT) result = result.replace(pattern, replacement)
  return result
}

/** A copy of `value` with secrets hidden; errors become `{type, message, stack, …}`. */
export function redactValue(value: unknown, secrets: readonly string[] = [], depth = 0): unknown {
  if (typeof value === 'string') return redactText(value, secrets)
  if (typeof value === 'bigint') return value.toString()
  if (value === null || typeof value !== 'object') return value
  if (depth >= DEPTH_MAX) return '[too deep]'
  if (Array.isArray(value)) return value.slice(0, ITEMS_MAX).map((item) => redactValue(item, secrets, depth + 1))
  if (value instanceof Date) return value.toISOString()
  if (value instanceof Map) return redactValue(Object.fromEntries(value), secrets, depth)
  if (value instanceof Set) return redactValue([...value], secrets, depth)
  const entries = value instanceof Error ? errorEntries(value) : Object.entries(value).slice(0, ITEMS_MAX)
  return Object.fromEntries(
    entries.map(([name, item]) => {
      if (SECRET_NAME.test(name) && !HARMLESS_NAME.test(name) && item !== null && item !== undefined) {
        return [name, HIDDEN]
      }
      return [name, redactValue(item, secrets, depth + 1)]
    }),
  )
}

function errorEntries(error: Error): [string, unknown][] {
  const extra = Object.entries(error).filter(([name]) => !['name', 'message', 'stack'].includes(name))
  return [
    ['type', error.name],
    ['message', error.message],
    ['stack', error.stack],
    ...(error.cause === undefined ? [] : [['cause', error.cause] as [string, unknown]]),
    ...extra,
  ]
}

export interface LoggerSettings {
  readonly level: string
  /** Which process this is: `worker`, `bot`, … */
  readonly name: string
  /** Values to hide wherever they occur, e.g. the configured keys. */
  readonly secrets?: readonly string[]
  /** Where lines go; stderr by default. */
  readonly destination?: { write(line: string): void }
  /** Readable lines instead of JSON; by default when stderr is a terminal. */
  readonly pretty?: boolean
}

export async function createLogger(settings: LoggerSettings): Promise<Logger> {
  const secrets = settings.secrets ?? []
  const options: LoggerOptions = {
    level: settings.level,
    base: { name: settings.name, pid: process.pid },
    timestamp: stdTimeFunctions.isoTime,
    formatters: {
      level: (label) => ({ level: label }),
      bindings: (bindings) => Object(redactValue(bindings, secrets)),
      log: (object) => Object(redactValue(object, secrets)),
    },
    // Errors come through `formatters.log` like everything else.
    serializers: { err: (value: unknown) => value, error: (value: unknown) => value },
    hooks: {
      logMethod(args, method) {
        const texts = args.map((arg) => (typeof arg === 'string' ? redactText(arg, secrets) : arg))
        method.apply(this, texts as Parameters<typeof method>)
      },
    },
  }
  if (settings.destination) return pino(options, settings.destination)
  if (settings.pretty ?? process.stderr.isTTY === true) {
    const { default: pretty } = await import('pino-pretty')
    return pino(options, pretty({ destination: 2, sync: true, ignore: 'pid,name', translateTime: 'SYS:HH:MM:ss' }))
  }
  return pino(options, pino.destination({ dest: 2, sync: true }))
}
