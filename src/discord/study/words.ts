/** What a study is called and what was asked for, for people. Pure. */
import { plain } from '../../feed/embed.ts'
import { decimal, percent, structureName } from '../../report/format.ts'
import type { StudyDays, StudySpec } from '../../study/spec.ts'

export const STUDY_NAMES: Readonly<Record<StudySpec['kind'], string>> = {
  backtest: 'Backtest',
  what_if: 'What-if of the exits',
  audit: 'Audit',
}

const range = (from: string | null, to: string | null): string =>
  from === null && to === null ? 'all days' : `${from ?? 'the first day'} to ${to ?? 'the last'}`

function daysText(days: StudyDays): string {
  switch (days.kind) {
    case 'market':
      return `market model, seed ${days.seed}, ${days.days} days from ${days.from}`
    case 'recorded':
      return `recorded books ${days.dataSet}, ${range(days.from, days.to)}`
    case 'alpaca':
      return `Alpaca's one-minute history, ${range(days.from, days.to)}`
  }
}

function exitsText({ stops, targets }: Extract<StudySpec, { readonly kind: 'what_if' }>): string {
  const lists = [
    stops === null ? '' : `stops ${stops.map((stop) => decimal(stop, 0)).join(', ')}`,
    targets === null ? '' : `targets ${targets.map((target) => percent(target * 100, 0)).join(', ')}`,
  ]
  return lists.filter((text) => text !== '').join('; ') || 'stops and targets around the rule'
}

/** One line a part. */
export function askedLines(spec: StudySpec): string[] {
  if (spec.kind === 'audit') return [`data set ${plain(spec.dataSet)}, ${range(spec.from, spec.to)}`]
  const rules = `${spec.profile} ${structureName(spec.structure)}, fills ${spec.fills}`
  const changes = spec.kind === 'what_if' ? exitsText(spec) : [...spec.set, ...spec.sweep].join(' ')
  return [plain(daysText(spec.days)), rules, ...(changes === '' ? [] : [plain(changes)])]
}
