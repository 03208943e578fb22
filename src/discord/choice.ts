/** What an autocompletion offers. Entry points: `offered`, `numbersLike`, `textsLike`. Pure. */
import { clip } from '../feed/embed.ts'

/** Discord's limits; one choice beyond them and it shows none. */
const CHOICES_MAX = 25
const TEXT_MAX = 100

export interface Choice {
  readonly name: string
  /** A number where the option is one. */
  readonly value: string | number
}

/** The first choices that Discord can show. A value is never cut: it would name something else. */
export function offered(choices: readonly Choice[]): Choice[] {
  return choices
    .filter(({ name, value }) => name.trim() !== '' && value !== '' && String(value).length <= TEXT_MAX)
    .slice(0, CHOICES_MAX)
    .map(({ name, value }) => ({ name: clip(name, TEXT_MAX), value }))
}

/** What a number option takes. */
interface NumberRange {
  readonly min: number
  readonly max: number
  readonly isWhole: boolean
}

/**
 * Numbers that begin as what was typed; that itself first, where the option takes it: whoever means 75 is not given
 * 750.
 */
export function numbersLike(
  typed: string,
  usual: readonly number[],
  { min, max, isWhole }: NumberRange,
  nameOf: (value: number) => string,
): readonly Choice[] {
  const text = typed.trim().replace(/[$,]/g, '')
  const takes = (value: number): boolean => value >= min && value <= max && (!isWhole || Number.isInteger(value))
  const own = text === '' ? Number.NaN : Number(text)
  const like = usual.filter((value) => takes(value) && value !== own && String(value).startsWith(text))
  return [...(takes(own) ? [own] : []), ...like].map((value) => ({ name: nameOf(value), value }))
}

/** Texts that hold what was typed; that itself first, as any text may be given. */
export function textsLike(typed: string, usual: readonly string[]): readonly Choice[] {
  const text = typed.trim()
  const like = usual.filter((one) => one !== text && one.toLowerCase().includes(text.toLowerCase()))
  return [...(text === '' ? [] : [text]), ...like].map((one) => ({ name: one, value: one }))
}
