/**
 * Hides secrets in text and in values, for logs and messages.
 *
 * Entry points: `redactText`, `redactValue`.
 */

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

/** A copy of a JSON value with secrets hidden. */
export function redactValue(value: unknown, secrets: readonly string[] = [], depth = 0): unknown {
  if (typeof value === 'string') return redactText(value, secrets)
  if (value === null || typeof value !== 'object') return value
  if (depth >= DEPTH_MAX) return '[too deep]'
  if (Array.isArray(value)) return value.slice(0, ITEMS_MAX).map((item) => redactValue(item, secrets, depth + 1))
  const entries = Object.entries(value).slice(0, ITEMS_MAX)
  return Object.fromEntries(
    entries.map(([name, item]) => {
      if (SECRET_NAME.test(name) && !HARMLESS_NAME.test(name) && item !== null && item !== undefined) {
        return [name, HIDDEN]
      }
      return [name, redactValue(item, secrets, depth + 1)]
    }),
  )
}
