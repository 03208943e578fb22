/** What completes `set` and `sweep`: the names of the rules' numbers, beside what was typed before. Pure. */
import { namesLike, PARAMETERS, parametersOf } from '../src/backtest/parameters.ts'
import type { Choice } from '../src/discord/choice.ts'
import { PROFILES } from '../src/strategy/profiles.ts'
import { DEFAULT_LIMITS, DEFAULT_WIDTH } from '../src/strategy/rules.ts'
import type { ProfileName } from '../src/strategy/types.ts'

const HINTS = {
  set: (value: number): string => `like ${value}, the usual one`,
  sweep: (value: number): string => `like a,b,c or from:to:step, around ${value}`,
} as const

/** @param typed the whole option so far: several are apart by spaces or semicolons, and the last is completed. */
export function parameterChoices(option: keyof typeof HINTS, typed: string, profile: ProfileName): Choice[] {
  const [, before = '', last = ''] = /^(.*[\s;])?([^\s;]*)$/s.exec(typed) ?? []
  // With its value it is complete: it can be sent as it stands.
  const [name = '', value] = last.split('=')
  if (value !== undefined && Object.hasOwn(PARAMETERS, name) && value !== '') return [{ name: typed, value: typed }]
  const usual = parametersOf({
    profile: PROFILES[profile],
    limits: DEFAULT_LIMITS,
    structure: 'short_put',
    width: DEFAULT_WIDTH,
  })
  const taken = new Set(before.split(/[\s;]+/).map((part) => part.split('=')[0]))
  return namesLike(name)
    .filter((known) => !taken.has(known))
    .map((known) => ({ name: `${before}${known}= (${HINTS[option](usual[known])})`, value: `${before}${known}=` }))
}
