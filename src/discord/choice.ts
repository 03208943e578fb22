/** What an autocompletion offers. Entry point: `offered`. */
import { clip } from '../feed/embed.ts'

/** Discord's limits; one choice beyond them and it shows none. */
const CHOICES_MAX = 25
const TEXT_MAX = 100

export interface Choice {
  readonly name: string
  readonly value: string
}

/** The first choices that Discord can show. A value is never cut: it would name something else. */
export function offered(choices: readonly Choice[]): Choice[] {
  return choices
    .filter(({ name, value }) => name.trim() !== '' && value !== '' && value.length <= TEXT_MAX)
    .slice(0, CHOICES_MAX)
    .map(({ name, value }) => ({ name: clip(name, TEXT_MAX), value }))
}
