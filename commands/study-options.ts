/** The options of `/backtest` and `/what-if` that say which days the rules go over, and how they are read. */
import {
  type APIApplicationCommandBasicOption,
  ApplicationCommandOptionType,
  type AutocompleteInteraction,
  type ChatInputCommandInteraction,
} from 'discord.js'
import { ParameterError } from '../src/backtest/parameters.ts'
import { SOURCE_KINDS } from '../src/backtest/sources.ts'
import type { Choice } from '../src/discord/choice.ts'
import type { Desk } from '../src/discord/desk.ts'
import { FILL_MODELS } from '../src/replay/fill-model.ts'
import { STRUCTURES } from '../src/strategy/types.ts'
import type { DataSetUse } from '../src/study/data-sets.ts'
import { STUDY_DAYS_MAX } from '../src/study/spec.ts'
import { accountOf, accountOption } from './options.ts'

const MARKET_FROM = '2026-01-02'
const MARKET_DAYS = 250
const TEXT_MAX = 300

const FILLS: Readonly<Record<(typeof FILL_MODELS)[number], string>> = {
  touch: 'touch · sold at the bid, bought at the ask',
  mid: 'mid · no spread paid',
  seed: 'seed · the original cost model',
}
const SOURCES: Readonly<Record<(typeof SOURCE_KINDS)[number], string>> = {
  market: 'market · the made-up market of the simulator',
  recorded: 'recorded · books of a data set',
  alpaca: "alpaca · Alpaca's one-minute history",
}

export function textOption(name: string, description: string): APIApplicationCommandBasicOption {
  return { type: ApplicationCommandOptionType.String, name, description, max_length: TEXT_MAX }
}

export function completedOption(name: string, description: string): APIApplicationCommandBasicOption {
  return { type: ApplicationCommandOptionType.String, name, description, max_length: TEXT_MAX, autocomplete: true }
}

export const dataOption = (description: string): APIApplicationCommandBasicOption =>
  completedOption('data', description)

/** The required one first, as Discord wants it. */
export function rulesOptions(more: readonly APIApplicationCommandBasicOption[]): APIApplicationCommandBasicOption[] {
  const { String: text, Integer } = ApplicationCommandOptionType
  return [
    {
      type: text,
      name: 'fills',
      description: 'At which prices orders are filled',
      required: true,
      choices: FILL_MODELS.map((value) => ({ name: FILLS[value], value })),
    },
    {
      type: text,
      name: 'source',
      description: 'Where the days come from; the made-up market when left out',
      choices: SOURCE_KINDS.map((value) => ({ name: SOURCES[value], value })),
    },
    accountOption('Whose rules and size; 25k when left out', false),
    {
      type: text,
      name: 'structure',
      description: 'Structure of the position; the one the desk trades when left out',
      choices: STRUCTURES.map((value) => ({ name: value, value })),
    },
    ...more,
    dataOption('Of source recorded: the name of a data set'),
    textOption('from', 'First day, like 2026-07-17'),
    textOption('to', 'Last day; not of source market'),
    {
      type: Integer,
      name: 'days',
      description: `Of source market: how many days; ${MARKET_DAYS} when left out`,
      min_value: 1,
      max_value: STUDY_DAYS_MAX,
    },
    textOption('seed', 'Of source market: its seed; 1 when left out'),
  ]
}

/** Options that a source has no use for: ignored, they would make a result about something else than was asked. */
const FOREIGN: Readonly<Record<(typeof SOURCE_KINDS)[number], readonly string[]>> = {
  market: ['data', 'to'],
  recorded: ['seed', 'days'],
  alpaca: ['data', 'seed', 'days'],
}

function daysOf({ options }: ChatInputCommandInteraction): unknown {
  const [data, from, to] = ['data', 'from', 'to'].map((name) => options.getString(name))
  const asked = options.getString('source') ?? (data === null ? 'market' : 'recorded')
  const kind = SOURCE_KINDS.find((known) => known === asked) ?? 'market'
  const foreign = FOREIGN[kind].filter((name) => options.get(name) !== null)
  if (foreign.length > 0)
    throw new ParameterError(`${foreign.join(', ')}: not an option of source ${kind}; leave it out`)
  if (kind === 'recorded' && data === null) {
    throw new ParameterError(
      'data: expected the name of a data set, got none. The option offers those that the worker has; source market needs none.',
    )
  }
  if (kind === 'alpaca' && (from === null || to === null)) {
    throw new ParameterError('from, to: expected both with source alpaca, like 2026-07-17')
  }
  if (kind === 'recorded') return { kind, dataSet: data, from: from ?? null, to: to ?? null }
  if (kind === 'alpaca') return { kind, from, to }
  const seed = options.getString('seed') ?? '1'
  return { kind, seed, from: from ?? MARKET_FROM, days: options.getInteger('days') ?? MARKET_DAYS }
}

/** What was typed, unchecked, for `studySpecSchema`. */
export function rulesTyped(interaction: ChatInputCommandInteraction): Readonly<Record<string, unknown>> {
  const { options } = interaction
  return {
    days: daysOf(interaction),
    fills: options.getString('fills'),
    profile: accountOf(interaction) ?? '25k',
    /** Null: the one the desk trades. */
    structure: options.getString('structure'),
  }
}

/** Several in one text, apart by spaces or semicolons. */
export const listed = (text: string | null): string[] => (text ?? '').split(/[\s;]+/).filter((part) => part !== '')

export function completeData(interaction: AutocompleteInteraction, desk: Desk, use: DataSetUse): readonly Choice[] {
  const typed = interaction.options.getFocused().trim().toLowerCase()
  const names = desk.studies?.dataSets(use) ?? []
  return names.filter((name) => name.toLowerCase().includes(typed)).map((name) => ({ name, value: name }))
}
