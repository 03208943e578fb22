/** A preflight as one embed: what needs doing first and in full, what passed in a line each. */
import type { APIEmbed } from 'discord.js'
import { COLOURS, clip, embed, type Field, line, plain } from '../../feed/embed.ts'
import {
  CHECK_GROUPS,
  type CheckGroup,
  type CheckLine,
  groupOf,
  labelOf,
  type PreflightReport,
  summaryText,
} from '../../preflight/line.ts'
import { sourceBadge } from '../../report/format.ts'
import type { Actor } from '../../session/events.ts'

const GROUP_NAMES: Readonly<Record<CheckGroup, string>> = {
  broker: 'Broker and account',
  market: 'Market and data',
  store: 'Redis',
  discord: 'Discord',
}
/** Room for what needs doing; what passed goes first when it gets tight. */
const PROBLEMS_MAX = 2000
const FOUND_MAX = 200
const ADVICE_MAX = 260
/** How long a line of what passed may be: the longest of these with which all of them fit. */
const PASSED_MAX = [180, 130, 90] as const
const ALL_PASSED_MAX = 2_500
/** Discord's, of a field. */
const FIELD_TEXT_MAX = 1_024

export function preflightEmbed(report: PreflightReport, actor?: Actor): APIEmbed {
  const { account, source, checks, ok, summary, notChecked } = report
  const problems = checks.filter((check) => check.status !== 'pass').toSorted((a, b) => rank(a) - rank(b))
  const description = listed(problems.map(problemText))
  return embed({
    colour: ok ? (summary.warn === 0 ? COLOURS.gain : COLOURS.warning) : COLOURS.loss,
    title: `${ok ? '✅' : '⛔'} Preflight ${account}: ${summaryText(report)}`,
    description,
    fields: [
      ...passedFields(checks, ALL_PASSED_MAX - description.length),
      ...(notChecked.length === 0 ? [] : [line('Not checked', notChecked.map(labelOf).join(', '))]),
    ],
    footer: [
      ...(source === null ? [] : [sourceBadge(source)]),
      account,
      ...(actor === undefined ? [] : [`asked for by ${actor.name}`]),
    ].join(' · '),
  })
}

const rank = ({ status }: CheckLine): number => (status === 'fail' ? 0 : 1)

function problemText({ id, status, found, advice }: CheckLine): string {
  const mark = status === 'fail' ? '❌' : '⚠️'
  return `${mark} **${labelOf(id)}**: ${shown(found, FOUND_MAX)}\n→ ${shown(advice ?? '', ADVICE_MAX)}`
}

/** As many as fit; how many more there are is said. */
function listed(texts: readonly string[]): string {
  const kept: string[] = []
  let left = PROBLEMS_MAX
  for (const text of texts) {
    left -= text.length + 1
    if (left < 0) break
    kept.push(text)
  }
  const more = texts.length - kept.length
  return [...kept, ...(more === 0 ? [] : [`… and ${more} more: \`npm run -s phase4d -- validate\` shows all.`])].join(
    '\n',
  )
}

function passedFields(checks: readonly CheckLine[], room: number): readonly Field[] {
  const tries = PASSED_MAX.map((max) => CHECK_GROUPS.flatMap((group) => passedField(group, checks, max)))
  const fits = (fields: readonly Field[]): boolean =>
    fields.reduce((sum, { name, value }) => sum + name.length + value.length, 0) <= room &&
    fields.every(({ value }) => value.length <= FIELD_TEXT_MAX)
  return tries.find(fits) ?? tries.at(-1) ?? []
}

function passedField(group: CheckGroup, checks: readonly CheckLine[], max: number): readonly Field[] {
  const passed = checks.filter((check) => check.status === 'pass' && groupOf(check.id) === group)
  if (passed.length === 0) return []
  const rows = passed.map(({ id, found }) => `✅ ${labelOf(id)}: ${shown(found, max)}`)
  return [line(GROUP_NAMES[group], rows.join('\n'))]
}

/** Some of it is from outside: no markup, one line. */
const shown = (text: string, max: number): string => plain(clip(text.replaceAll(/\s+/g, ' '), max))
