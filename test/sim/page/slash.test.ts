import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PageCommand, PageOption } from '../../../src/sim/discord/page-api.ts'
import {
  applyCommand,
  applyOption,
  applyValue,
  completionAt,
} from '../../../src/sim/page/client/text/slash-completion.ts'
import { parseSlashLine, valuesOf } from '../../../src/sim/page/client/text/slash-line.ts'
import type { SlashContext } from '../../../src/sim/page/client/text/slash-values.ts'

const option = (name: string, rest: Partial<PageOption> = {}): PageOption => ({
  name,
  description: `The ${name}`,
  type: 'string',
  required: false,
  choices: [],
  autocomplete: false,
  minValue: null,
  maxValue: null,
  minLength: null,
  maxLength: null,
  ...rest,
})
const choices = (...names: string[]) => names.map((name) => ({ name, value: name.toLowerCase().replace(' ', '_') }))
const command = (name: string, ...options: PageOption[]): PageCommand => ({
  id: name,
  name,
  description: name,
  options,
})

const COMMANDS = [
  command(
    'start',
    option('account', { required: true, choices: choices('25k', '2k') }),
    option('structure', { choices: choices('Short put', 'Put spread') }),
    option('width', { type: 'integer', minValue: 1, maxValue: 10 }),
    option('confirm', { type: 'boolean' }),
  ),
  command('status'),
  command(
    'report',
    option('account', { choices: choices('25k', '2k') }),
    option('date', { minLength: 4, maxLength: 10 }),
  ),
  command(
    'review add',
    option('trade', { required: true, autocomplete: true }),
    option('note'),
    option('by', { type: 'user' }),
  ),
]
const CONTEXT: SlashContext = {
  users: [{ id: '11', username: 'vera', displayName: 'Vera', bot: false, avatarUrl: null, roles: [] }],
  roles: [],
  channels: [],
  picks: new Map([['trade', new Map([['#3 17 jul', 't-3']])]]),
}

const read = (line: string) => {
  const parsed = parseSlashLine(line, COMMANDS, CONTEXT)
  return parsed ? valuesOf(parsed) : null
}
const ok = (values: object) => ({ ok: true, values })
const wrong = (error: string) => ({ ok: false, error })

describe('reading a slash line', () => {
  it('gives plain words to required options first', () => {
    expect(read('/start 25k')).toEqual(ok({ account: '25k' }))
    expect(read('/start 2K put spread 5')).toEqual(ok({ account: '2k', structure: 'put_spread', width: 5 }))
  })

  it('takes options by name in any order, and words for what is left', () => {
    expect(read('/start structure:Put spread account:25k')).toEqual(ok({ account: '25k', structure: 'put_spread' }))
    expect(read('/start width:5 25k confirm:true')).toEqual(ok({ account: '25k', width: 5, confirm: true }))
    expect(read('/start structure:put_spread 25k')).toEqual(ok({ account: '25k', structure: 'put_spread' }))
  })

  it('knows subcommands, free text, picked values and people', () => {
    expect(read('/review add trade:#3 17 Jul note:late, by 2 bars by:@vera')).toEqual(
      ok({ trade: 't-3', note: 'late, by 2 bars', by: '11' }),
    )
    expect(read('/review add 7 note:"a: b"')).toEqual(ok({ trade: '7', note: 'a: b' }))
  })

  it('passes over an optional choice that a word is none of, where a later option takes it', () => {
    expect(read('/report week')).toEqual(ok({ date: 'week' }))
    expect(read('/report 2026-07-17 account:2k')).toEqual(ok({ account: '2k', date: '2026-07-17' }))
    expect(read('/report 2k week')).toEqual(ok({ account: '2k', date: 'week' }))
    expect(read('/report 2')).toEqual(wrong('account: expected one of 25k, 2k, got "2"'))
    expect(read('/start 25k 5')).toEqual(ok({ account: '25k', width: 5 }))
    expect(read('/start week')).toEqual(wrong('account: expected one of 25k, 2k, got "week"'))
  })

  it('says what is wrong in words', () => {
    expect(read('/start')).toEqual(wrong('account is required: choose 25k or 2k'))
    expect(read('/start 3k')).toEqual(wrong('account: expected one of 25k, 2k, got "3k"'))
    expect(read('/start 25k width:99')).toEqual(wrong('width: expected at most 10, got "99"'))
    expect(read('/start 25k width:1.5')).toEqual(wrong('width: expected a whole number, got "1.5"'))
    expect(read('/status now')).toEqual(wrong('"now" fits no option'))
    expect(read('/start 25k account:2k account:25k')).toMatchObject({ ok: false })
    expect(read('/unknown')).toBeNull()
  })

  it('prop_every_field_keeps_its_place_in_the_line', () => {
    const word = fc.constantFrom('25k', 'account:', 'structure:Put spread', 'x', '"a b"', ' ', 'width:3', 'confirm:')
    fc.assert(
      fc.property(fc.array(word, { maxLength: 8 }), (words) => {
        const line = `/start ${words.join(' ')}`
        const parsed = parseSlashLine(line, COMMANDS, CONTEXT)
        for (const field of parsed?.fields ?? []) {
          expect(line.slice(field.valueFrom, field.to).replaceAll('"', '')).toBe(field.raw)
          expect(field.from).toBeGreaterThanOrEqual(parsed?.nameTo ?? 0)
        }
      }),
    )
  })
})

describe('completing a slash line', () => {
  const at = (line: string, caret = line.length) => completionAt(line, caret, COMMANDS, CONTEXT)

  it('lists commands while their name is typed', () => {
    expect(at('/')).toMatchObject({ kind: 'commands', commands: COMMANDS })
    expect(at('/st')).toMatchObject({ kind: 'commands', commands: [{ name: 'start' }, { name: 'status' }] })
    expect(at('hello /st')).toEqual({ kind: 'none' })
  })

  it('fills in the first required option with the command', () => {
    expect(applyCommand(COMMANDS[0] as PageCommand)).toEqual({ line: '/start account:', caret: 15 })
    expect(applyCommand(COMMANDS[1] as PageCommand)).toEqual({ line: '/status ', caret: 8 })
  })

  it('offers the values of the option at the caret, filtered', () => {
    expect(at('/start ')).toMatchObject({ kind: 'values', option: { name: 'account' }, query: '' })
    expect(at('/start account:2')).toMatchObject({ kind: 'values', values: [{ name: '25k' }, { name: '2k' }] })
    expect(at('/start 25')).toMatchObject({ kind: 'values', values: [{ name: '25k' }] })
    const putFirst = [{ name: 'Put spread' }, { name: 'Short put' }]
    expect(at('/start 25k structure:put')).toMatchObject({ kind: 'values', values: putFirst })
  })

  it('offers the remaining options after the required ones', () => {
    const completion = at('/start account:25k ')
    expect(completion).toMatchObject({
      kind: 'options',
      options: [{ name: 'structure' }, { name: 'width' }, { name: 'confirm' }],
    })
    if (completion.kind !== 'options') throw new Error('expected options')
    const chosen = completion.options[0] as PageOption
    expect(applyOption('/start account:25k ', completion, chosen).line).toBe('/start account:25k structure:')
  })

  it('offers option names while one is typed', () => {
    expect(at('/start 25k str')).toMatchObject({ kind: 'options', options: [{ name: 'structure' }] })
  })

  it('writes a plain word out as its option', () => {
    const line = '/start 25'
    const completion = at(line)
    if (completion.kind !== 'values') throw new Error('expected values')
    expect(applyValue(line, completion, '25k')).toEqual({ line: '/start account:25k ', caret: 19 })
    const named = at('/start account: structure:x', 15)
    if (named.kind !== 'values') throw new Error('expected values')
    expect(applyValue('/start account: structure:x', named, '2k').line).toBe('/start account:2k structure:x')
  })

  it('asks the bot where the option completes itself', () => {
    expect(at('/review add trade:#3')).toMatchObject({
      kind: 'values',
      option: { autocomplete: true },
      query: '#3',
      values: [],
    })
  })
})
