/**
 * Where a campaign's quotes came from, and what days of this kind can prove. Pure. Entry points: `sourcesOf`,
 * `sourceProof`.
 */
import type { VerdictDay } from './day.ts'

export interface SourceFacts {
  readonly kind: VerdictDay['source']['kind']
  /** Days by feed, options and stock; `unknown` where a day does not tell. */
  readonly option: Readonly<Record<string, number>>
  readonly stock: Readonly<Record<string, number>>
}

export function sourcesOf(days: readonly VerdictDay[]): SourceFacts {
  const sessions = days.filter(({ status }) => status !== 'no_session')
  const count = (names: readonly string[]): Record<string, number> => {
    const counts: Record<string, number> = {}
    for (const name of names) counts[name] = (counts[name] ?? 0) + 1
    return counts
  }
  return {
    kind: days[0]?.source.kind ?? 'SIM',
    option: count(sessions.map(({ evidence }) => evidence?.feeds?.option ?? 'unknown')),
    stock: count(sessions.map(({ evidence }) => evidence?.feeds?.stock ?? 'unknown')),
  }
}

const PROOFS: Readonly<Record<SourceFacts['kind'], string>> = {
  SIM: 'a made-up market: that the desk works, nothing about the strategy',
  REPLAY:
    'recorded quotes, filled at the quote by assumption: what the rules decide and what the spread cost, no slippage and no fees',
  PAPER:
    'live quotes, fills made up at the quote and no fees: what the rules decide and when stops fire; never slippage, impact or fees',
}

/** One sentence. */
export const sourceProof = ({ kind }: SourceFacts): string => PROOFS[kind]

/** The feeds in words; empty where no day tells. */
export function feedText({ kind, option, stock }: SourceFacts): string {
  if (kind !== 'PAPER') return kind === 'SIM' ? 'quotes of the simulator' : 'quotes of the recording'
  const words = (counts: Readonly<Record<string, number>>): string =>
    Object.entries(counts)
      .map(([name, days]) => `${NAMES[name] ?? name} on ${days} day${days === 1 ? '' : 's'}`)
      .join(', ')
  return `option quotes ${words(option)}; stock quotes ${words(stock)}`
}

const NAMES: Readonly<Record<string, string>> = {
  indicative: 'indicative (derived, not the exchanges’ own)',
  opra: 'OPRA (the exchanges’ own)',
  iex: 'IEX (one exchange)',
  sip: 'SIP (all exchanges)',
  unknown: 'of a feed not recorded',
}
