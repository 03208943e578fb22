/** What the composer does: completes, sends, asks the bot for completions. No drawing here. */
import type { PageOption, SlashValue } from '../../../discord/page-api.ts'
import type { App } from '../app.ts'
import type { Composer } from '../state.ts'
import {
  applyCommand,
  applyOption,
  applyValue,
  type Completion,
  completionAt,
  type EditedLine,
} from '../text/slash-completion.ts'
import { findCommand, parseSlashLine, valuesOf } from '../text/slash-line.ts'
import type { Suggestion } from '../text/slash-values.ts'
import { scrollToEnd } from './scroll.ts'

const ASK_BOT_AFTER_MS = 150
const MESSAGE_LENGTH_MAX = 2_000

export const inputId = (channelId: string): string => `composer-${channelId}`

/** What can be completed now, with the bot's own completions filled in. */
export function currentCompletion(app: App, channelId: string): Completion {
  const composer = app.composer(channelId)
  if (composer.closed) return { kind: 'none' }
  const context = app.slashContext(channelId)
  const completion = completionAt(composer.text, composer.caret, app.state.commands, context)
  if (completion.kind !== 'values' || !completion.option.autocomplete) return completion
  const asked = app.state.completion
  if (asked?.key.startsWith(`${completion.command.name}|${completion.option.name}|`) && asked.choices) {
    return { ...completion, values: asked.choices.map(({ name, value }) => ({ name, value })) }
  }
  return completion
}

export function edit(app: App, channelId: string, edited: EditedLine): void {
  app.update(() => {
    const composer = app.composer(channelId)
    if (composer.text !== edited.line) {
      composer.error = null
      composer.closed = false
    }
    composer.text = edited.line
    composer.caret = edited.caret
    composer.marked = startMark(currentCompletion(app, channelId))
  })
  askBot(app, channelId)
}

/** Enter must send a command whose required options are given, so optional ones are not marked by themselves. */
const startMark = (completion: Completion): number => (completion.kind === 'options' ? -1 : 0)

export function itemsOf(completion: Completion): readonly unknown[] {
  switch (completion.kind) {
    case 'commands':
      return completion.commands
    case 'values':
      return completion.values
    case 'options':
      return completion.options
    case 'none':
      return []
  }
}

/** Takes suggestion number `index`; returns the line after it, or null when there is no such suggestion. */
export function take(app: App, channelId: string, completion: Completion, index: number): EditedLine | null {
  const composer = app.composer(channelId)
  const edited = editedBy(composer, completion, index)
  if (!edited) return null
  edit(app, channelId, edited)
  writeLine(channelId, edited)
  return edited
}

function editedBy(composer: Composer, completion: Completion, index: number): EditedLine | null {
  switch (completion.kind) {
    case 'commands': {
      const command = completion.commands[index]
      return command ? applyCommand(command) : null
    }
    case 'values': {
      const value = completion.values[index]
      if (!value) return null
      remember(composer, completion.option, value)
      return applyValue(composer.text, completion, value.name)
    }
    case 'options': {
      const option = completion.options[index]
      return option ? applyOption(composer.text, completion, option) : null
    }
    case 'none':
      return null
  }
}

function remember(composer: Composer, option: PageOption, { name, value }: Suggestion): void {
  if (!option.autocomplete) return
  const picks = composer.picks.get(option.name) ?? new Map<string, SlashValue>()
  composer.picks.set(option.name, picks.set(name.toLowerCase(), value))
}

/** Enter: a half-typed suggestion is completed, everything else is sent. */
export function submit(app: App, channelId: string): void {
  const composer = app.composer(channelId)
  const completion = currentCompletion(app, channelId)
  if (composer.text.startsWith('/')) {
    if (wantsCompletion(completion, composer) && take(app, channelId, completion, composer.marked)) return
    sendSlash(app, channelId, composer)
    return
  }
  const content = composer.text.trim()
  if (content === '') return
  if (content.length > MESSAGE_LENGTH_MAX) {
    fail(app, composer, `Your message is too long: ${content.length} of ${MESSAGE_LENGTH_MAX} characters.`)
    return
  }
  if (app.sendText(channelId, content)) sent(app, channelId)
}

function wantsCompletion(completion: Completion, composer: Composer): boolean {
  switch (completion.kind) {
    case 'commands': {
      const typed = composer.text.slice(1).trim().toLowerCase()
      const command = completion.commands[composer.marked]
      return command?.name.toLowerCase() !== typed || command.options.some((option) => option.required)
    }
    case 'values': {
      const query = completion.query.trim().toLowerCase()
      const exact = completion.values.some(
        (v) => v.name.toLowerCase() === query || String(v.value).toLowerCase() === query,
      )
      if (completion.option.autocomplete && completion.query.trim() !== '' && !exact)
        return completion.values.length > 0
      return !exact && completion.values.length > 0
    }
    case 'options':
      return composer.marked >= 0
    case 'none':
      return false
  }
}

function sendSlash(app: App, channelId: string, composer: Composer): void {
  const { commands } = app.state
  const parsed = parseSlashLine(composer.text.trimEnd(), commands, app.slashContext(channelId))
  if (!parsed) {
    const name = composer.text.split(/\s/)[0] ?? '/'
    const hint = commands.length > 0 ? 'Type / to see the commands.' : 'The bot has registered no commands yet.'
    fail(app, composer, `There is no command ${name}. ${hint}`)
    return
  }
  const read = valuesOf(parsed)
  if (!read.ok) {
    fail(app, composer, sentence(read.error))
    return
  }
  if (app.runSlash(channelId, parsed.command.name, read.values)) sent(app, channelId)
}

const sentence = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1)

function fail(app: App, composer: Composer, error: string): void {
  app.update(() => {
    composer.error = error
  })
}

function sent(app: App, channelId: string): void {
  scrollToEnd(channelId)
  app.update(() => {
    const composer = app.composer(channelId)
    Object.assign(composer, { text: '', caret: 0, marked: 0, closed: false, error: null })
    composer.picks.clear()
  })
  writeLine(channelId, { line: '', caret: 0 })
}

/** Writes `/name …` into the open channel's composer, as a click on a command's mention does. */
export function openSlash(app: App, name: string): void {
  const channelId = app.state.channelId
  if (!channelId) return
  const command = findCommand(`/${name}`, app.state.commands)
  const edited = command ? applyCommand(command) : { line: `/${name}`, caret: name.length + 1 }
  edit(app, channelId, edited)
  writeLine(channelId, edited)
}

/** Text and caret at once, not at the next drawing: whoever types on meets them there. */
export function writeLine(channelId: string, { line, caret }: EditedLine): void {
  const input = document.getElementById(inputId(channelId))
  if (!(input instanceof HTMLTextAreaElement)) return
  input.value = line
  input.focus()
  input.setSelectionRange(caret, caret)
}

let asking: ReturnType<typeof setTimeout> | undefined

function askBot(app: App, channelId: string): void {
  const composer = app.composer(channelId)
  const context = app.slashContext(channelId)
  const completion = completionAt(composer.text, composer.caret, app.state.commands, context)
  if (completion.kind !== 'values' || !completion.option.autocomplete) return
  const key = `${completion.command.name}|${completion.option.name}|${completion.query}`
  if (app.state.completion?.key === key) return
  clearTimeout(asking)
  asking = setTimeout(() => {
    const ref = app.send({
      type: 'autocomplete',
      channelId,
      name: completion.command.name,
      options: { ...filledIn(app, channelId), [completion.option.name]: completion.query.trim() },
      focused: completion.option.name,
    })
    if (ref) app.set({ completion: { ref, key, choices: null } })
  }, ASK_BOT_AFTER_MS)
}

function filledIn(app: App, channelId: string): Record<string, SlashValue> {
  const parsed = parseSlashLine(app.composer(channelId).text, app.state.commands, app.slashContext(channelId))
  const values: Record<string, SlashValue> = {}
  for (const field of parsed?.fields ?? []) if (field.reading.ok) values[field.option.name] = field.reading.value
  return values
}
