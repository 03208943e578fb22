/** Checks what a person filled into a slash command against its definition, as Discord's client does before sending. */

import type { Found } from '../commands.ts'
import { findUser, isRole, memberJson, roleJsonOf, userJson } from '../directory.ts'
import { GUILD_ID } from '../fixtures.ts'
import type { SlashValue } from '../page-api.ts'
import { OPTION, type OptionInput } from '../schema/command.ts'
import { lengthOf } from '../schema/form.ts'
import type { World } from '../world.ts'

type Leaf = Exclude<OptionInput, { type: 1 } | { type: 2 }>

const isLeaf = (option: OptionInput): option is Leaf =>
  option.type !== OPTION.subcommand && option.type !== OPTION.group

/** Thrown for the person: the command is not sent. */
export class BadOption extends Error {}

function numberOf(option: Leaf, value: SlashValue): number {
  const number = typeof value === 'number' ? value : Number(String(value).trim() || Number.NaN)
  const isWhole = option.type === OPTION.integer
  if (!Number.isFinite(number) || (isWhole && !Number.isInteger(number))) {
    throw new BadOption(`${option.name}: expected ${isWhole ? 'a whole number' : 'a number'}, got "${value}"`)
  }
  if (option.min_value !== undefined && number < option.min_value) {
    throw new BadOption(`${option.name}: expected at least ${option.min_value}, got ${number}`)
  }
  if (option.max_value !== undefined && number > option.max_value) {
    throw new BadOption(`${option.name}: expected at most ${option.max_value}, got ${number}`)
  }
  return number
}

function textOf(option: Leaf, value: SlashValue): string {
  const text = String(value)
  const length = lengthOf(text)
  if (length < (option.min_length ?? 0) || length > (option.max_length ?? 6_000)) {
    throw new BadOption(
      `${option.name}: expected ${option.min_length ?? 0} to ${option.max_length ?? 6_000} characters`,
    )
  }
  return text
}

/** The value in the option's type. */
function choiceOf(option: Leaf, value: SlashValue, world: World): SlashValue {
  const typed = typedValueOf(option, value, world)
  const choices = option.choices ?? []
  if (choices.length === 0) return typed
  const choice = choices.find((one) => one.value === typed || one.name === String(value))
  if (choice === undefined) {
    const names = choices.map((one) => one.name).join(', ')
    throw new BadOption(`${option.name}: expected one of ${names}, got "${value}"`)
  }
  return choice.value
}

function typedValueOf(option: Leaf, value: SlashValue, world: World): SlashValue {
  const unknown = (what: string) => new BadOption(`${option.name}: expected a ${what}, got "${value}"`)
  switch (option.type) {
    case OPTION.string:
      return textOf(option, value)
    case OPTION.integer:
    case OPTION.number:
      return (option.choices ?? []).some((one) => one.name === value) ? value : numberOf(option, value)
    case OPTION.boolean:
      if (value === true || value === 'true' || value === 'True') return true
      if (value === false || value === 'false' || value === 'False') return false
      throw new BadOption(`${option.name}: expected True or False, got "${value}"`)
    case OPTION.user:
      if (findUser(String(value)) === undefined) throw unknown('person')
      return String(value)
    case OPTION.channel:
      if (world.channels.get(String(value)) === undefined) throw unknown('channel')
      return String(value)
    case OPTION.role:
      if (!isRole(String(value))) throw unknown('role')
      return String(value)
    default:
      throw new BadOption(`${option.name}: this kind of option is not offered here`)
  }
}

/** The entities that option values name, as the payload's `resolved`. */
export function resolvedOf(ids: readonly string[], world: World): Record<string, unknown> {
  const users = ids.flatMap((id) => findUser(id) ?? [])
  const channels = ids.flatMap((id) => world.channels.get(id) ?? [])
  const roles = ids.flatMap((id) => roleJsonOf(id) ?? [])
  const byId = <T extends { id: string }>(items: readonly T[], json: (item: T) => unknown) =>
    Object.fromEntries(items.map((item) => [item.id, json(item)]))
  const permissionsOf = (user: (typeof users)[number]) => world.directory.permissionBits(user).toString()
  return {
    ...(users.length === 0
      ? {}
      : {
          users: byId(users, userJson),
          members: byId(users, (user) => ({ ...memberJson(user), permissions: permissionsOf(user) })),
        }),
    ...(channels.length === 0 ? {} : { channels: byId(channels, (channel) => world.channels.json(channel)) }),
    ...(roles.length === 0 ? {} : { roles: byId(roles, (role) => role) }),
  }
}

const ENTITY_TYPES: readonly number[] = [OPTION.user, OPTION.channel, OPTION.role, OPTION.mentionable]

/**
 * `data` of a slash command's or autocomplete's payload. With `focused`, values are taken as typed so far and nothing
 * is required. Throws `BadOption`.
 */
export function commandData(
  found: Found,
  given: Readonly<Record<string, SlashValue>>,
  focused: string | null,
  world: World,
): Record<string, unknown> {
  const leaves = found.options.filter(isLeaf)
  const unknown = Object.keys(given).find((name) => !leaves.some((option) => option.name === name))
  if (unknown !== undefined) throw new BadOption(`This command has no option "${unknown}"`)
  const filled = leaves.flatMap((option) => {
    const value = given[option.name]
    if (value === undefined || value === '') {
      if (option.required === true && focused === null) throw new BadOption(`${option.name}: this option is required`)
      if (option.name !== focused) return []
    }
    if (focused !== null) {
      const isFocused = option.name === focused
      return [{ name: option.name, type: option.type, value: value ?? '', ...(isFocused ? { focused: true } : {}) }]
    }
    return value === undefined ? [] : [{ name: option.name, type: option.type, value: choiceOf(option, value, world) }]
  })
  const entities = filled.filter((option) => ENTITY_TYPES.includes(option.type)).map((option) => String(option.value))
  const nested = [...found.path]
    .reverse()
    .reduce<readonly object[]>((options, sub) => [{ name: sub.name, type: sub.type, options }], filled)
  return {
    id: found.command.id,
    name: found.command.input.name,
    type: 1,
    ...(found.command.scope === 'guild' ? { guild_id: GUILD_ID } : {}),
    ...(nested.length === 0 ? {} : { options: nested }),
    ...(entities.length === 0 ? {} : { resolved: resolvedOf(entities, world) }),
  }
}
