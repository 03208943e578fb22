/**
 * Reads a slash command from the one line it was typed on: `/start 25k structure:put_spread`.
 *
 * Entry point: `parseSlashLine`.
 * 1. `name:value` fills that option; a free text runs to the next `name:` of the same command.
 * 2. Plain words fill the options that have no `name:`, in order of definition, required ones first; an option of few
 *    words that cannot take one is passed over where a later one can.
 * 3. Every part keeps its place in the line, so that it can be drawn, completed and blamed there.
 */
import type { PageCommand, PageOption, SlashValue } from '../../../discord/page-api.ts'
import { isWordLike, type Reading, readValue, type SlashContext } from './slash-values.ts'

export interface SlashField {
  readonly option: PageOption
  /** Written with its name; false: by its place. */
  readonly named: boolean
  /** Where the field begins in the line, its name included. */
  readonly from: number
  readonly valueFrom: number
  readonly to: number
  readonly raw: string
  readonly reading: Reading
}

/** Words that belong to nothing. */
interface SlashExtra {
  readonly text: string
  readonly from: number
  readonly to: number
  readonly error: string
}

export interface SlashLine {
  readonly command: PageCommand
  /** End of the command's name in the line. */
  readonly nameTo: number
  /** In order of place. */
  readonly fields: readonly SlashField[]
  readonly extras: readonly SlashExtra[]
  readonly missing: readonly PageOption[]
}

/** The command that `line` names, by its longest name; null when there is none (yet). */
export function findCommand(line: string, commands: readonly PageCommand[]): PageCommand | null {
  const typed = line.slice(1).toLowerCase()
  const matches = commands.filter((command) => {
    const name = command.name.toLowerCase()
    return typed === name || (typed.startsWith(name) && /\s/.test(typed[name.length] ?? ''))
  })
  return matches.sort((a, b) => b.name.length - a.name.length)[0] ?? null
}

export function parseSlashLine(
  line: string,
  commands: readonly PageCommand[],
  context: SlashContext,
): SlashLine | null {
  if (!line.startsWith('/')) return null
  const command = findCommand(line, commands)
  if (!command) return null
  const nameTo = 1 + command.name.length
  const parts = splitParts(line, nameTo, command)
  const named: SlashField[] = []
  const extras: SlashExtra[] = []
  const loose: Word[] = [...wordsOf(line, nameTo, parts[0]?.from ?? line.length)]
  for (const part of parts) {
    const { field, rest } = readNamed(line, part, context)
    if (named.some((f) => f.option.name === field.option.name)) {
      extras.push({ text: field.raw, from: part.from, to: field.to, error: `${field.option.name} is given twice` })
    } else named.push(field)
    loose.push(...rest)
  }
  const free = command.options.filter((o) => !named.some((f) => f.option.name === o.name))
  const ordered = [...free.filter((o) => o.required), ...free.filter((o) => !o.required)]
  const placed = placeWords(line, loose, ordered, context)
  const fields = [...named, ...placed.fields].sort((a, b) => a.from - b.from)
  const given = new Set(fields.filter((f) => f.raw !== '').map((f) => f.option.name))
  const missing = command.options.filter((o) => o.required && !given.has(o.name))
  return { command, nameTo, fields, extras: [...extras, ...placed.extras], missing }
}

/** Values by option name, or the first thing that is wrong with the line. */
export function valuesOf(
  line: SlashLine,
): { readonly ok: true; readonly values: Record<string, SlashValue> } | { readonly ok: false; readonly error: string } {
  const values: Record<string, SlashValue> = {}
  for (const { option, raw, reading } of line.fields) {
    if (raw === '') continue
    if (!reading.ok) return { ok: false, error: `${option.name}: ${reading.error}` }
    values[option.name] = reading.value
  }
  const extra = line.extras[0]
  if (extra) return { ok: false, error: extra.error }
  const missing = line.missing[0]
  if (missing) {
    const choices = missing.choices.map((c) => c.name)
    const hint = choices.length > 0 ? `choose ${choices.join(' or ')}` : missing.description
    return { ok: false, error: `${missing.name} is required: ${hint}` }
  }
  return { ok: true, values }
}

interface Part {
  readonly option: PageOption
  readonly from: number
  readonly valueFrom: number
  readonly to: number
}

function splitParts(line: string, nameTo: number, command: PageCommand): readonly Part[] {
  const marks: { option: PageOption; from: number; valueFrom: number }[] = []
  for (const match of line.slice(nameTo).matchAll(/(?<=\s)([\p{L}\p{N}_-]{1,32}):/gu)) {
    const option = command.options.find((o) => o.name === (match[1] ?? '').toLowerCase())
    const from = nameTo + match.index
    if (option) marks.push({ option, from, valueFrom: from + match[0].length })
  }
  return marks.map((mark, i) => ({ ...mark, to: marks[i + 1]?.from ?? line.length }))
}

interface Word {
  readonly text: string
  readonly from: number
  readonly to: number
}

function wordsOf(line: string, from: number, to: number): readonly Word[] {
  const words: Word[] = []
  for (const match of line.slice(from, to).matchAll(/"([^"]*)"|\S+/g)) {
    words.push({ text: match[1] ?? match[0], from: from + match.index, to: from + match.index + match[0].length })
  }
  return words
}

function readNamed(line: string, part: Part, context: SlashContext): { field: SlashField; rest: readonly Word[] } {
  const words = wordsOf(line, part.valueFrom, part.to)
  const { option, from } = part
  if (words.length === 0) {
    const field = { option, named: true, from, valueFrom: part.valueFrom, to: part.valueFrom, raw: '' }
    return { field: { ...field, reading: { ok: false, error: 'expected a value' } }, rest: [] }
  }
  const used = isWordLike(option) ? longestReadable(line, words, option, context) : words.length
  const span = spanOf(line, words.slice(0, used))
  const field = { option, named: true, from, valueFrom: span.from, to: span.to, raw: span.text }
  return { field: { ...field, reading: readValue(option, span.text, context) }, rest: words.slice(used) }
}

/** How many of the first words make a value together, or the beginning of a choice; else one. */
function longestReadable(line: string, words: readonly Word[], option: PageOption, context: SlashContext): number {
  for (let count = words.length; count > 0; count -= 1) {
    if (readValue(option, spanOf(line, words.slice(0, count)).text, context).ok) return count
  }
  for (let count = words.length; count > 1; count -= 1) {
    const begun = spanOf(line, words.slice(0, count)).text.toLowerCase()
    if (option.choices.some((choice) => choice.name.toLowerCase().startsWith(begun))) return count
  }
  return 1
}

function spanOf(line: string, words: readonly Word[]): Word {
  const from = words[0]?.from ?? 0
  const to = words.at(-1)?.to ?? from
  return { from, to, text: words.length === 1 ? (words[0]?.text ?? '') : line.slice(from, to) }
}

function placeWords(line: string, words: readonly Word[], options: readonly PageOption[], context: SlashContext) {
  const fields: SlashField[] = []
  const extras: SlashExtra[] = []
  let rest = words
  for (const option of options) {
    if (rest.length === 0) break
    if (isPassedOver(line, rest, options.slice(options.indexOf(option)), context)) continue
    const last = option === options.at(-1)
    let used = isWordLike(option) ? longestReadable(line, rest, option, context) : last ? rest.length : 1
    if (!isContiguous(line, rest.slice(0, used))) used = 1
    const { from, to, text } = spanOf(line, rest.slice(0, used))
    fields.push({
      option,
      named: false,
      from,
      valueFrom: from,
      to,
      raw: text,
      reading: readValue(option, text, context),
    })
    rest = rest.slice(used)
  }
  for (const { text, from, to } of rest) extras.push({ text, from, to, error: `"${text}" fits no option` })
  return { fields, extras }
}

/** `/report week`: no account and not the beginning of one, and an option further on takes it. */
function isPassedOver(
  line: string,
  words: readonly Word[],
  [option, ...later]: readonly PageOption[],
  context: SlashContext,
): boolean {
  const word = words[0]?.text ?? ''
  if (option === undefined || option.required || option.choices.length === 0) return false
  const isBegun = option.choices.some(({ name }) => name.toLowerCase().startsWith(word.toLowerCase()))
  if (isBegun || readValue(option, spanOf(line, words.slice(0, 1)).text, context).ok) return false
  return later.some((other) => readValue(other, word, context).ok)
}

const isContiguous = (line: string, words: readonly Word[]): boolean =>
  words.every((word, i) => i === 0 || line.slice(words[i - 1]?.to, word.from).trim() === '')
