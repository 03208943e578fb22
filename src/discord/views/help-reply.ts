/** `/help`: what there is and who may use it; or one command with its options. Made from the definitions themselves. */
import {
  type APIApplicationCommandBasicOption,
  type APIApplicationCommandOption,
  ApplicationCommandOptionType,
} from 'discord.js'
import { COLOURS, embed, type Field, line, plain } from '../../feed/embed.ts'
import type { Authority } from '../access.ts'
import type { Command } from '../handlers.ts'
import { type Reply, refusalReply } from '../reply.ts'

interface Group {
  readonly name: string
  readonly commands: readonly string[]
}

/** By what people want to do; in the order in which they come to need it. */
const GROUPS: readonly Group[] = [
  { name: 'Trade', commands: ['start', 'stop', 'pause', 'resume', 'limit', 'drill'] },
  { name: 'See', commands: ['status', 'why', 'trades', 'trade', 'report', 'health', 'config', 'validate', 'help'] },
  { name: 'Learn', commands: ['review', 'verdict', 'backtest', 'what-if', 'audit'] },
]
const OTHERS = 'Other'

const NEEDS: Readonly<Record<Authority, string>> = {
  view: 'Whoever may look at the desk.',
  attend: 'Needs an operator or approver role.',
  operate: 'Needs an operator role.',
  approve: 'Needs an approver role.',
}

/** Beside a command that more than looking is needed for. */
const KEY = '🔑'

/** `/start account [structure]`. */
function usage({ definition }: Command): string {
  const options = (definition.options ?? []).map((option) => (isRequired(option) ? option.name : `[${option.name}]`))
  return `\`/${[definition.name, ...options].join(' ')}\``
}

const isRequired = (option: APIApplicationCommandOption): boolean => 'required' in option && option.required === true

/** A line a command: its options stand in its own help. */
function groupFields(commands: readonly Command[]): readonly Field[] {
  const listed = new Set(GROUPS.flatMap((group) => group.commands))
  const others = commands.map(({ definition }) => definition.name).filter((name) => !listed.has(name))
  return [...GROUPS, { name: OTHERS, commands: [...new Set(others)] }].flatMap((group) => {
    const own = group.commands.flatMap((name) => commands.filter(({ definition }) => definition.name === name))
    return chunks(own.map(commandLine)).map((text, index) => line(index === 0 ? group.name : NOTHING, text))
  })
}

const commandLine = ({ definition, authority }: Command): string =>
  `\`/${definition.name}\`${authority === 'view' ? '' : ` ${KEY}`} ${definition.description}`

const FIELD_TEXT_MAX = 1_000
/** The name of a field that goes on with the one before. */
const NOTHING = '\u200b'

/** Lines joined into texts that each fit into a field. */
function chunks(lines: readonly string[]): readonly string[] {
  const texts: string[] = []
  for (const text of lines) {
    const last = texts.at(-1)
    if (last !== undefined && last.length + text.length < FIELD_TEXT_MAX) texts[texts.length - 1] = `${last}\n${text}`
    else texts.push(text)
  }
  return texts
}

const WORDS = [
  '**To halt now**: `/stop`. `/pause` only holds back entries.',
  '**Net P&L**: fills less the assumed commission; limits, target and reports use it.',
  "**Rule P&L**: the backtest's own, from mids and its cost model. **Broker P&L**: fills less fees actually charged.",
  '**SIM** is a made-up market, **REPLAY** recorded days, **PAPER** an Alpaca paper account. Nothing here trades real money.',
]

export function helpReply(commands: readonly Command[], wanted: string | null): Reply {
  if (wanted !== null) return commandHelp(commands, wanted)
  return {
    embeds: [
      embed({
        colour: COLOURS.plan,
        title: '📖 The desk in this channel',
        description: [
          '`/start account:25k` arms an account: a session runs each trading day until `/stop`. Every decision, fill, exit and report is posted here, numbered without gaps: silence is no news.',
          '',
          ...WORDS,
        ].join('\n'),
        fields: groupFields(commands),
        footer: `${KEY} needs an operator role · /help command: one command with its options`,
      }),
    ],
  }
}

function commandHelp(commands: readonly Command[], wanted: string): Reply {
  const name = wanted.trim().replace(/^\//, '').toLowerCase()
  const command = commands.find(({ definition }) => definition.name === name)
  if (command === undefined) {
    const known = commands.map(({ definition }) => `/${definition.name}`).join(', ')
    const message = `There is no command "${plain(wanted)}". There are ${known}.`
    return refusalReply({ code: 'bad_option', message, numbers: {} })
  }
  const { definition, authority, visibility } = command
  return {
    embeds: [
      embed({
        colour: COLOURS.plan,
        title: `📖 /${definition.name}`,
        description: `${definition.description}.\n${usage(command)}`,
        fields: [
          ...(definition.options ?? []).map(optionField),
          line(
            'Who',
            `${NEEDS[authority]} ${visibility === 'public' ? 'Everyone in the channel sees the answer.' : 'Only you see the answer.'}`,
          ),
        ],
        footer: `/${definition.name}`,
      }),
    ],
  }
}

function optionField(option: APIApplicationCommandOption): Field {
  const choices = choicesOf(option)
  const which = choices.length === 0 ? '' : `\nOne of ${choices.map((choice) => `\`${choice}\``).join(', ')}.`
  return line(`${option.name}${isRequired(option) ? '' : ' (may be left out)'}`, `${option.description}.${which}`)
}

function choicesOf(option: APIApplicationCommandOption): readonly string[] {
  if (option.type !== ApplicationCommandOptionType.String) return []
  // The type of one kind of option does not narrow by its `type`: the enum is wider there.
  const { choices } = option as Extract<APIApplicationCommandBasicOption, { type: ApplicationCommandOptionType.String }>
  return (choices ?? []).map(({ name }) => name)
}
