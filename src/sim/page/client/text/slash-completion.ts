/**
 * What can be completed at the caret of a slash line, and the line after completing it.
 *
 * Entry points: `completionAt`, `applyCommand`, `applyOption`, `applyValue`.
 */
import type { PageCommand, PageOption } from '../../../discord/page-api.ts'
import { parseSlashLine, type SlashField, type SlashLine } from './slash-line.ts'
import { type SlashContext, type Suggestion, suggestionsFor } from './slash-values.ts'

export type Completion =
  | { readonly kind: 'none' }
  | { readonly kind: 'commands'; readonly query: string; readonly commands: readonly PageCommand[] }
  | {
      readonly kind: 'values'
      readonly command: PageCommand
      readonly option: PageOption
      readonly query: string
      /** Empty when the bot is to be asked (`option.autocomplete`). */
      readonly values: readonly Suggestion[]
      /** The part of the line that a value replaces. */
      readonly from: number
      readonly to: number
    }
  | {
      readonly kind: 'options'
      readonly command: PageCommand
      readonly options: readonly PageOption[]
      readonly from: number
      readonly to: number
    }

export interface EditedLine {
  readonly line: string
  readonly caret: number
}

export function completionAt(
  line: string,
  caret: number,
  commands: readonly PageCommand[],
  context: SlashContext,
): Completion {
  if (!line.startsWith('/') || line.includes('\n')) return { kind: 'none' }
  const parsed = parseSlashLine(line, commands, context)
  if (!parsed || caret <= parsed.nameTo) return completeName(line, caret, commands)
  const field = parsed.fields.find((f) => f.from <= caret && caret <= f.to)
  if (field && caret >= field.valueFrom) return completeField(line, caret, parsed, field, context)
  const extra = parsed.extras.find((e) => e.from <= caret && caret <= e.to)
  if (extra) return completeOption(parsed, extra.text, extra.from, extra.to)
  const next = parsed.missing[0]
  if (next && !field) return valuesFor(parsed.command, next, '', caret, caret, context)
  return field ? { kind: 'none' } : completeOption(parsed, '', caret, caret)
}

function completeName(line: string, caret: number, commands: readonly PageCommand[]): Completion {
  const query = line.slice(1, caret).toLowerCase()
  const starting = commands.filter((c) => c.name.toLowerCase().startsWith(query))
  const containing = commands.filter(
    (c) => !starting.includes(c) && query !== '' && c.name.toLowerCase().includes(query),
  )
  return { kind: 'commands', query, commands: [...starting, ...containing] }
}

function completeField(
  line: string,
  caret: number,
  parsed: SlashLine,
  field: SlashField,
  context: SlashContext,
): Completion {
  const query = line.slice(field.valueFrom, caret)
  const from = field.named ? field.valueFrom : field.from
  const values = valuesFor(parsed.command, field.option, query, from, field.to, context)
  const named = completeOption(parsed, query, field.from, field.to)
  const isName = !field.named && !field.reading.ok && named.kind === 'options' && query !== ''
  return isName && values.kind === 'values' && values.values.length === 0 ? named : values
}

function valuesFor(
  command: PageCommand,
  option: PageOption,
  query: string,
  from: number,
  to: number,
  context: SlashContext,
): Completion {
  const wanted = query.toLowerCase()
  const values = suggestionsFor(option, context)
  const starts = (s: Suggestion) => s.name.toLowerCase().replace(/^[@#]/, '').startsWith(wanted.replace(/^[@#]/, ''))
  const contains = (s: Suggestion) => !starts(s) && (s.name.toLowerCase().includes(wanted) || s.value === query)
  const matching = [...values.filter(starts), ...values.filter(contains)]
  return { kind: 'values', command, option, query, values: matching, from, to }
}

function completeOption(parsed: SlashLine, query: string, from: number, to: number): Completion {
  const used = new Set(parsed.fields.filter((f) => f.from !== from).map((f) => f.option.name))
  const options = parsed.command.options.filter((o) => !used.has(o.name) && o.name.startsWith(query.toLowerCase()))
  if (options.length === 0) return { kind: 'none' }
  return { kind: 'options', command: parsed.command, options, from, to }
}

/** `/sta` → `/start account:` when an option is required, else `/start `. */
export function applyCommand(command: PageCommand): EditedLine {
  const first = command.options.find((o) => o.required)
  const line = first ? `/${command.name} ${first.name}:` : `/${command.name} `
  return { line, caret: line.length }
}

export function applyOption(
  line: string,
  at: Extract<Completion, { kind: 'options' }>,
  option: PageOption,
): EditedLine {
  const before = line.slice(0, at.from)
  const gap = /\s$/.test(before) ? '' : ' '
  return splice(line, at.from, at.to, `${gap}${option.name}:`)
}

/** Puts the value in with its option's name, and goes on to the next option. */
export function applyValue(line: string, at: Extract<Completion, { kind: 'values' }>, name: string): EditedLine {
  const named = line.slice(0, at.from).trimEnd().endsWith(`${at.option.name}:`)
  const gap = named || /\s$/.test(line.slice(0, at.from)) ? '' : ' '
  const rest = line.slice(at.to)
  const space = rest.startsWith(' ') ? '' : ' '
  const edited = splice(line, at.from, at.to, `${gap}${named ? '' : `${at.option.name}:`}${name}${space}`)
  return space === '' ? { ...edited, caret: edited.caret + 1 } : edited
}

function splice(line: string, from: number, to: number, text: string): EditedLine {
  return { line: line.slice(0, from) + text + line.slice(to), caret: from + text.length }
}
