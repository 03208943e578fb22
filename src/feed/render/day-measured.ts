/**
 * What the day's report measured, in its post: the light with its four conditions, costs against the estimate, how
 * orders were executed, under which configuration. Pure. Entry points: `measuredFields`, `configurationLine`,
 * `attachedReport`.
 */
import { commissionNote } from '../../report/day/cost-proof.ts'
import { NOT_PROVED } from '../../report/day/measured-text.ts'
import { dayFile, type JsonFile } from '../../report/day/report-file.ts'
import type { DayDocument } from '../../report/day/schema.ts'
import { conditionLines, executionLine, lightWords } from '../../report/day/text.ts'
import { cost, money, NONE, percent, structureName } from '../../report/format.ts'
import { clip, type Field, line } from '../embed.ts'

const CONDITION_MAX = 200
const HASH_SHOWN = 12
/** Discord takes 10 MB from any bot; a day has some hundred kilobytes. */
const FILE_BYTES_MAX = 8_000_000

export function measuredFields(document: DayDocument): readonly Field[] {
  const { light } = document.performance
  return [
    line(
      `The plan’s light: ${lightWords(light.colour)}`,
      conditionLines(light)
        .map((text) => clip(text, CONDITION_MAX))
        .join('\n'),
    ),
    line('Costs', costText(document)),
    line('Execution', [executionLine(document), ...slippageText(document)].join('\n')),
  ]
}

/** `$132.50 (4.3 % of premium), estimated $164.73`, and the two parts that fills show. */
function costText({ costs, source }: DayDocument): string {
  const { actual, estimated, premiumCents, proof } = costs
  if (premiumCents === 0) return NONE
  if (actual.totalCents === null) return `not known, estimated ${money(estimated.totalCents)}`
  const share = actual.pctOfPremium === null ? '' : ` (${percent(actual.pctOfPremium)} of premium)`
  const part = (name: string, was: number | null, model: number): string =>
    `${name} ${was === null ? 'not known' : cost(was)} of ${money(model)}`
  const proved = proof.every(({ proves }) => proves) ? '' : `; ${NOT_PROVED[source.kind]}`
  return [
    `${cost(actual.totalCents)}${share}, estimated ${money(estimated.totalCents)}${commissionNote(estimated.commissionCents)}`,
    `${part('spread', actual.spreadCents, estimated.spreadCents)} estimated · ${part('slippage', actual.slippageCents, estimated.slippageCents)}${proved}`,
  ].join('\n')
}

function slippageText({ execution, source }: DayDocument): readonly string[] {
  const { againstTouchCents, againstTouchPct, assumedPct, within, proves } = execution.slippage
  if (againstTouchCents === null || againstTouchPct === null) return []
  const judged = proves ? (within === true ? 'within it' : 'not within it') : NOT_PROVED[source.kind]
  return [
    `past the touch ${cost(againstTouchCents)} (${percent(againstTouchPct, 2)} of premium), planned ${percent(assumedPct)}: ${judged}`,
  ]
}

/** What the number is about: the same hash is the same configuration. */
export function configurationLine({ configHash, plan }: DayDocument): string {
  const hash = configHash.replaceAll(/\W/g, '').slice(0, HASH_SHOWN)
  const structure = structureName(plan.structure, plan.structure === 'put_spread' ? plan.width : null)
  return `Configuration \`${hash === '' ? NONE : hash}\` · ${plan.contracts} × ${structure}`
}

/** Null: it is too large for a message. */
export function attachedReport(document: DayDocument): JsonFile | null {
  const file = dayFile(document)
  return file.data.byteLength > FILE_BYTES_MAX ? null : file
}
