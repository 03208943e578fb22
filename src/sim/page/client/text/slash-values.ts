/**
 * What a slash option accepts, and what typed text means for it.
 *
 * Entry points: `readValue` (text → value or what was expected), `suggestionsFor` (values to offer).
 */
import type { PageChannel, PageOption, PageRole, PageUser, SlashValue } from '../../../discord/page-api.ts'

/** What the parser knows beside the line itself. */
export interface SlashContext {
  readonly users: readonly PageUser[]
  readonly roles: readonly PageRole[]
  readonly channels: readonly PageChannel[]
  /** Values picked from a bot's completion: by option name, then by the lower-case name shown. */
  readonly picks: ReadonlyMap<string, ReadonlyMap<string, SlashValue>>
}

export interface Suggestion {
  readonly name: string
  readonly value: SlashValue
}

export type Reading = { readonly ok: true; readonly value: SlashValue } | { readonly ok: false; readonly error: string }

const SHOWN_CHOICES_MAX = 6
const ok = (value: SlashValue): Reading => ({ ok: true, value })
const fail = (expected: string, raw: string): Reading => ({ ok: false, error: `expected ${expected}, got "${raw}"` })

/** Options whose value is one of few words, so that a value ends where it stops matching. */
export const isWordLike = (option: PageOption): boolean => option.choices.length > 0 || option.type !== 'string'

export function readValue(option: PageOption, raw: string, context: SlashContext): Reading {
  const wanted = raw.toLowerCase()
  if (option.choices.length > 0) {
    const choice = option.choices.find(
      (c) => c.name.toLowerCase() === wanted || String(c.value).toLowerCase() === wanted,
    )
    return choice ? ok(choice.value) : fail(oneOf(option.choices.map((c) => c.name)), raw)
  }
  const picked = context.picks.get(option.name)?.get(wanted)
  if (picked !== undefined) return ok(picked)
  switch (option.type) {
    case 'string':
      return readString(option, raw)
    case 'integer':
    case 'number':
      return readNumber(option, raw)
    case 'boolean':
      if (['true', 'yes', 'on'].includes(wanted)) return ok(true)
      return ['false', 'no', 'off'].includes(wanted) ? ok(false) : fail('True or False', raw)
    case 'user':
    case 'channel':
    case 'role':
      return readEntity(option, raw, context)
  }
}

function readString(option: PageOption, raw: string): Reading {
  const { minLength, maxLength } = option
  if (minLength !== null && raw.length < minLength) return fail(`at least ${minLength} characters`, raw)
  if (maxLength !== null && raw.length > maxLength) {
    return { ok: false, error: `expected at most ${maxLength} characters, got ${raw.length}` }
  }
  return ok(raw)
}

function readNumber(option: PageOption, raw: string): Reading {
  const whole = option.type === 'integer'
  const pattern = whole ? /^[+-]?\d{1,15}$/ : /^[+-]?(\d+\.?\d*|\.\d+)$/
  const value = Number(raw)
  if (!pattern.test(raw) || !Number.isFinite(value)) return fail(whole ? 'a whole number' : 'a number', raw)
  if (option.minValue !== null && value < option.minValue) return fail(`at least ${option.minValue}`, raw)
  if (option.maxValue !== null && value > option.maxValue) return fail(`at most ${option.maxValue}`, raw)
  return ok(value)
}

function readEntity(option: PageOption, raw: string, context: SlashContext): Reading {
  const wanted = raw
    .replace(/^<(?:@!?|@&|#)(\d+)>$/, '$1')
    .replace(/^[@#]/, '')
    .toLowerCase()
  const entities = entitiesFor(option, context)
  const found = entities.find((e) => e.id === wanted || e.names.some((name) => name.toLowerCase() === wanted))
  return found ? ok(found.id) : fail(oneOf(entities.map((e) => e.names[0] ?? e.id)), raw)
}

interface Entity {
  readonly id: string
  readonly names: readonly string[]
}

function entitiesFor(option: PageOption, context: SlashContext): readonly Entity[] {
  switch (option.type) {
    case 'user':
      return context.users.map((user) => ({ id: user.id, names: [user.displayName, user.username] }))
    case 'role':
      return context.roles.map((role) => ({ id: role.id, names: [role.name] }))
    case 'channel':
      return context.channels.map((channel) => ({ id: channel.id, names: [channel.name] }))
    default:
      return []
  }
}

/** Values to offer while typing, without those a bot completes. */
export function suggestionsFor(option: PageOption, context: SlashContext): readonly Suggestion[] {
  if (option.choices.length > 0) return option.choices.map(({ name, value }) => ({ name, value }))
  if (option.type === 'boolean') {
    return [
      { name: 'True', value: true },
      { name: 'False', value: false },
    ]
  }
  const mark = option.type === 'channel' ? '#' : '@'
  return entitiesFor(option, context).map((e) => ({ name: `${mark}${e.names[0] ?? e.id}`, value: e.id }))
}

function oneOf(names: readonly string[]): string {
  if (names.length === 0) return 'a known name'
  const shown = names.slice(0, SHOWN_CHOICES_MAX)
  const more = names.length > shown.length ? ', …' : ''
  return names.length === 1 ? (names[0] ?? '') : `one of ${shown.join(', ')}${more}`
}
