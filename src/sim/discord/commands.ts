/** The applications' registered commands, global and of the guild, and how a typed line finds one. */

import { dropUndefined } from './compose.ts'
import type { Directory } from './directory.ts'
import type { FormIssue } from './errors.ts'
import { apiErrors } from './errors.ts'
import { type FixtureUser, GUILD_ID } from './fixtures.ts'
import type { Hub } from './hub.ts'
import type { PageCommand, PageOption, PageOptionType } from './page-api.ts'
import { COMMANDS_MAX, type CommandInput, commandInput, OPTION, type OptionInput } from './schema/command.ts'
import { list, parseForm } from './schema/form.ts'

export type Scope = 'global' | 'guild'
const ADMINISTRATORS_ONLY = '0'
const CHAT_INPUT = 1

/** Commands of one application in one scope. */
export interface Shelf {
  readonly scope: Scope
  readonly applicationId: string
}

interface Command extends Shelf {
  readonly id: string
  version: string
  input: CommandInput
}

/** A command as typed, with the chain of subcommands down to the options that are filled. */
export interface Found {
  readonly command: Command
  readonly path: readonly OptionInput[]
  readonly options: readonly OptionInput[]
}

const PAGE_TYPES: Readonly<Record<number, PageOptionType>> = {
  [OPTION.string]: 'string',
  [OPTION.integer]: 'integer',
  [OPTION.number]: 'number',
  [OPTION.boolean]: 'boolean',
  [OPTION.user]: 'user',
  [OPTION.channel]: 'channel',
  [OPTION.role]: 'role',
}

const isOn = ({ scope, applicationId }: Shelf, command: Command): boolean =>
  command.scope === scope && command.applicationId === applicationId

const isNested = (option: OptionInput): boolean => option.type === OPTION.subcommand || option.type === OPTION.group
const optionsOf = (value: { readonly options?: readonly OptionInput[] | undefined }): readonly OptionInput[] =>
  value.options ?? []
const childrenOf = (option: OptionInput): readonly OptionInput[] => ('options' in option ? optionsOf(option) : [])

/** As Discord answers options: what is false or empty is left out. */
function optionJson(option: OptionInput): object {
  const given: Record<string, unknown> = { ...option }
  if (given.required !== true) delete given.required
  if (given.autocomplete !== true) delete given.autocomplete
  const children = childrenOf(option)
  delete given.options
  if (children.length > 0) given.options = children.map(optionJson)
  if (Array.isArray(given.choices) && given.choices.length === 0) delete given.choices
  return dropUndefined(given)
}

function pageOption(option: OptionInput): PageOption | undefined {
  const type = PAGE_TYPES[option.type]
  if (type === undefined || option.type === OPTION.subcommand || option.type === OPTION.group) return undefined
  return {
    name: option.name,
    description: option.description,
    type,
    required: option.required ?? false,
    choices: (option.choices ?? []).map(({ name, value }) => ({ name, value })),
    autocomplete: option.autocomplete ?? false,
    minValue: option.min_value ?? null,
    maxValue: option.max_value ?? null,
    minLength: option.min_length ?? null,
    maxLength: option.max_length ?? null,
  }
}

export class Commands {
  private readonly byId = new Map<string, Command>()
  private readonly nextId: () => string
  private readonly hub: Hub
  private readonly directory: Directory

  constructor(nextId: () => string, hub: Hub, directory: Directory) {
    this.nextId = nextId
    this.hub = hub
    this.directory = directory
  }

  list(shelf: Shelf): readonly Command[] {
    return [...this.byId.values()].filter((command) => isOn(shelf, command))
  }

  get(shelf: Shelf, id: string): Command {
    const command = this.byId.get(id)
    if (command === undefined || !isOn(shelf, command)) throw apiErrors.unknownCommand()
    return command
  }

  /** Replaces all commands of a scope; those that keep their name keep their id. */
  overwrite(shelf: Shelf, body: unknown): readonly Command[] {
    const inputs = parseForm(list(commandInput, 0, COMMANDS_MAX), body)
    const issues: FormIssue[] = []
    const names = new Set<string>()
    inputs.forEach((input, index) => {
      const key = `${input.type}:${input.name}`
      if (names.has(key)) {
        issues.push({
          path: [index],
          code: 'APPLICATION_COMMANDS_DUPLICATE_NAME',
          message: 'Application command names must be unique',
        })
      }
      names.add(key)
    })
    if (issues.length > 0) throw apiErrors.form(issues)
    const old = this.list(shelf)
    for (const command of old) this.byId.delete(command.id)
    const made = inputs.map((input) => this.put(shelf, input, old))
    this.hub.emit({ type: 'commands_update' })
    return made
  }

  /** Creates or, by the same name, replaces one; `isNew` says which. */
  upsert(shelf: Shelf, body: unknown): { command: Command; isNew: boolean } {
    const input = parseForm(commandInput, body)
    const old = this.list(shelf).filter((command) => this.hasSameName(command.input, input))
    if (old.length === 0 && this.list(shelf).length >= COMMANDS_MAX) {
      throw apiErrors.commandsMax()
    }
    const command = this.put(shelf, input, old)
    this.hub.emit({ type: 'commands_update' })
    return { command, isNew: old.length === 0 }
  }

  patch(shelf: Shelf, id: string, body: unknown): Command {
    const command = this.get(shelf, id)
    const change = typeof body === 'object' && body !== null ? body : {}
    command.input = parseForm(commandInput, { ...command.input, ...change })
    command.version = this.nextId()
    this.hub.emit({ type: 'commands_update' })
    return command
  }

  delete(shelf: Shelf, id: string): void {
    this.byId.delete(this.get(shelf, id).id)
    this.hub.emit({ type: 'commands_update' })
  }

  json(command: Command) {
    const { input } = command
    return dropUndefined({
      id: command.id,
      application_id: command.applicationId,
      guild_id: command.scope === 'guild' ? GUILD_ID : undefined,
      version: command.version,
      type: input.type,
      name: input.name,
      name_localizations: input.name_localizations,
      description: input.description,
      description_localizations: input.description_localizations,
      default_member_permissions: input.default_member_permissions,
      dm_permission: command.scope === 'global' ? true : undefined,
      contexts: input.contexts,
      integration_types: input.integration_types ?? [0],
      nsfw: input.nsfw,
      options: optionsOf(input).length === 0 ? undefined : optionsOf(input).map(optionJson),
    })
  }

  /** What `user` may type, by name; a guild's command hides the global one of its name. */
  pageCommands(user: FixtureUser): readonly PageCommand[] {
    return this.usable(user).flatMap((command) => this.linesOf(command))
  }

  /** Finds `"start"` or `"config show"` among what `user` may type. */
  find(user: FixtureUser, line: string): Found | undefined {
    const [name, ...subs] = line.trim().split(/\s+/)
    const command = this.usable(user).find((one) => one.input.name === name)
    if (command === undefined) return undefined
    const path: OptionInput[] = []
    let options = optionsOf(command.input)
    for (const sub of subs) {
      const next = options.find((option) => option.name === sub && isNested(option))
      if (next === undefined) return undefined
      path.push(next)
      options = childrenOf(next)
    }
    return options.some(isNested) ? undefined : { command, path, options }
  }

  private usable(user: FixtureUser): readonly Command[] {
    const byName = new Map<string, Command>()
    const all = [...this.byId.values()]
    const isGlobal = ({ scope }: Command): boolean => scope === 'global'
    for (const command of [...all.filter(isGlobal), ...all.filter((one) => !isGlobal(one))]) {
      if (command.input.type === CHAT_INPUT) byName.set(command.input.name, command)
    }
    return [...byName.values()]
      .filter(({ input }) => {
        const needed = input.default_member_permissions
        if (needed === null) return true
        return needed !== ADMINISTRATORS_ONLY && this.directory.has(user, BigInt(needed))
      })
      .sort((a, b) => a.input.name.localeCompare(b.input.name))
  }

  private linesOf(command: Command): readonly PageCommand[] {
    const line = (name: string, description: string, options: readonly OptionInput[]): readonly PageCommand[] => {
      if (!options.some(isNested)) {
        return [{ id: command.id, name, description, options: options.flatMap((option) => pageOption(option) ?? []) }]
      }
      return options.flatMap((sub) => line(`${name} ${sub.name}`, sub.description, childrenOf(sub)))
    }
    return line(command.input.name, command.input.description, optionsOf(command.input))
  }

  private hasSameName(a: CommandInput, b: CommandInput): boolean {
    return a.name === b.name && a.type === b.type
  }

  private put(shelf: Shelf, input: CommandInput, old: readonly Command[]): Command {
    const same = old.find((command) => this.hasSameName(command.input, input))
    const isUnchanged = same !== undefined && JSON.stringify(same.input) === JSON.stringify(input)
    const command: Command = {
      id: same?.id ?? this.nextId(),
      ...shelf,
      version: isUnchanged ? same.version : this.nextId(),
      input,
    }
    this.byId.set(command.id, command)
    return command
  }
}
