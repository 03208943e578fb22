/** What an autocompletion offers: at most 25 are shown. */
export interface Choice {
  readonly name: string
  readonly value: string
}
