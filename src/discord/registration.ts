/**
 * Registers the slash commands in one server: reads what is there, compares, and writes only when something differs.
 * Entry points: `difference` (pure), `registerCommands`.
 */
import { type REST, type RESTPostAPIChatInputApplicationCommandsJSONBody, Routes } from 'discord.js'
import { z } from 'zod'
import type { CommandDifference } from '../preflight/facts.ts'

type Definition = RESTPostAPIChatInputApplicationCommandsJSONBody

/** What a command is, without what Discord adds (ids, versions, defaults written out). */
const optionSchema: z.ZodType<unknown> = z.lazy(() =>
  z.object({
    type: z.int(),
    name: z.string(),
    description: z.string(),
    required: z.boolean().nullish(),
    autocomplete: z.boolean().nullish(),
    choices: z.array(z.object({ name: z.string(), value: z.union([z.string(), z.number()]) })).nullish(),
    options: z.array(optionSchema).nullish(),
    channel_types: z.array(z.int()).nullish(),
    min_value: z.number().nullish(),
    max_value: z.number().nullish(),
    min_length: z.number().nullish(),
    max_length: z.number().nullish(),
  }),
)

const commandSchema = z.object({
  type: z.int().default(1),
  name: z.string(),
  description: z.string().default(''),
  options: z.array(optionSchema).nullish(),
  default_member_permissions: z.string().nullish(),
  nsfw: z.boolean().nullish(),
})

/** Nothing, false and empty lists mean the same to Discord as leaving the property out. */
function compact(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(compact)
  if (value === null || typeof value !== 'object') return value
  const entries = Object.entries(value)
    .map(([key, item]): [string, unknown] => [key, compact(item)])
    .filter(([, item]) => item !== undefined && item !== null && item !== false)
    .filter(([, item]) => !(Array.isArray(item) && item.length === 0))
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries)
}

/** Canonical text of a command: equal texts mean equal commands. */
function normalise(command: unknown): { readonly name: string; readonly text: string } {
  const parsed = commandSchema.parse(command)
  return { name: parsed.name, text: JSON.stringify(compact(parsed)) }
}

/** Names of commands, by what happened to them from `registered` to `wanted`. */
export function difference(registered: readonly unknown[], wanted: readonly Definition[]): CommandDifference {
  const texts = (commands: readonly unknown[]) =>
    new Map(commands.map(normalise).map(({ name, text }): [string, string] => [name, text]))
  const before = texts(registered)
  const after = texts(wanted)
  const names = [...after.keys()]
  return {
    added: names.filter((name) => !before.has(name)),
    changed: names.filter((name) => before.has(name) && before.get(name) !== after.get(name)),
    removed: [...before.keys()].filter((name) => !after.has(name)),
    unchanged: names.filter((name) => before.get(name) === after.get(name)),
  }
}

export const isSame = ({ added, changed, removed }: CommandDifference): boolean =>
  added.length + changed.length + removed.length === 0

export async function registerCommands(
  rest: REST,
  applicationId: string,
  guildId: string,
  wanted: readonly Definition[],
): Promise<CommandDifference> {
  const route = Routes.applicationGuildCommands(applicationId, guildId)
  const registered = z.array(z.unknown()).parse(await rest.get(route))
  const found = difference(registered, wanted)
  if (!isSame(found)) await rest.put(route, { body: wanted })
  return found
}
