/**
 * Embeds as plain API data, always inside Discord's limits whatever goes in. Entry points: `embed`, `textLength`.
 *
 * 1. No text is empty and none is over its own limit; all of one embed's text stays under `TEXT_TOTAL_MAX`.
 * 2. What is cut ends in `…`: nobody takes a part for the whole.
 */
import { type APIEmbed, type APIEmbedField, escapeMarkdown } from 'discord.js'
import { clockTime, dayOf, isInstant, NONE } from '../report/format.ts'

const TITLE_MAX = 256
const DESCRIPTION_MAX = 4096
const FIELDS_MAX = 25
const FIELD_NAME_MAX = 256
const FIELD_VALUE_MAX = 1024
const FOOTER_MAX = 2048
/** Over all embeds of a message. */
export const MESSAGE_TEXT_MAX = 6_000
/** Two embeds of it fit into a message. */
const TEXT_TOTAL_MAX = 2_950

/** Colour by meaning, the same in posts, cards and charts. */
export const COLOURS = {
  gain: 0x2fbf71,
  loss: 0xe5484d,
  warning: 0xf5a524,
  plan: 0x4c8dff,
  action: 0x9b7bff,
  neutral: 0x8b93a1,
} as const

export const pnlColour = (cents: number): number =>
  cents > 0 ? COLOURS.gain : cents < 0 ? COLOURS.loss : COLOURS.neutral

export interface EmbedParts {
  readonly colour: number
  readonly title: string
  readonly description?: string
  readonly fields?: readonly Field[]
  readonly footer: string
  /** Epoch milliseconds of what it tells: said in New York time where no text of it says a time. */
  readonly at_ms?: number
  /** File name of an attachment of the same message. */
  readonly image?: string
  /** Room for all of its text, where the message's other embeds say how much there is. */
  readonly textMax?: number
}

export interface Field {
  readonly name: string
  readonly value: string
  readonly inline: boolean
}

/** A figure: three of them share a row on a desktop. */
export const figure = (name: string, value: string): Field => ({ name, value, inline: true })
/** A field over the whole width. */
export const line = (name: string, value: string): Field => ({ name, value, inline: false })

/** How far back a cut looks for the end of a word. */
const WORD_MAX = 24

/** At most `max` UTF-16 units, never half a surrogate pair, and between words where they are words. */
export function clip(text: string, max: number): string {
  if (text.length <= max) return text
  if (max < 1) return ''
  const whole = text.slice(0, max - 1).replace(/[\uD800-\uDBFF]$/, '')
  const isInWord = /\S/.test(text.charAt(max - 1)) && max > 2 * WORD_MAX
  const end = isInWord ? whole.slice(-WORD_MAX).search(/\s\S*$/) : -1
  return `${end === -1 ? whole : whole.slice(0, whole.length - Math.min(WORD_MAX, whole.length) + end)}…`
}

/** A line may end between minus and dollar; a word joiner, which nobody sees, keeps the amount together. */
const unbroken = (text: string): string => text.replaceAll('−$', '−\u2060$')

const filled = (text: string, max: number): string => (text.trim() === '' ? NONE : clip(unbroken(text), max))

const OUTSIDE_TEXT_MAX = 600

/** Text from outside (names, messages of a broker) as it was meant: no markup, no more than a reader needs. */
export function plain(text: string, max = OUTSIDE_TEXT_MAX): string {
  return clip(escapeMarkdown(clip(text, max / 2)), max)
}

/**
 * Discord would show a timestamp in each reader's own zone, without saying so, beside times that are New York's: here
 * all times are New York's, and say so.
 */
function stampOf({ at_ms, title, description = '', fields = [] }: EmbedParts): string {
  const texts = [title, description, ...fields.flatMap(({ name, value }) => [name, value])]
  if (at_ms === undefined || !isInstant(at_ms) || texts.some((text) => text.includes('New York'))) return ''
  return `${description.trim() === '' ? '' : '\n'}-# ${dayOf(at_ms)}, ${clockTime(at_ms)} New York`
}

/** What an embed takes of its message's room for text. */
export function textLength({ title = '', description = '', fields = [], footer }: APIEmbed): number {
  const texts = [title, description, footer?.text ?? '', ...fields.flatMap(({ name, value }) => [name, value])]
  return texts.reduce((total, text) => total + text.length, 0)
}

/** An embed inside the limits: too long texts are cut, the last fields are left out first. */
export function embed(parts: EmbedParts): APIEmbed {
  const title = filled(parts.title, TITLE_MAX)
  const footer = filled(parts.footer, FOOTER_MAX)
  let left = (parts.textMax ?? TEXT_TOTAL_MAX) - title.length - footer.length
  const stamp = stampOf(parts)
  const room = Math.max(0, Math.min(DESCRIPTION_MAX, left) - stamp.length)
  const description = `${clip(unbroken(parts.description ?? ''), room)}${stamp}`
  left -= description.length
  const fields: APIEmbedField[] = []
  for (const field of parts.fields ?? []) {
    const name = filled(field.name, FIELD_NAME_MAX)
    const value = filled(field.value, FIELD_VALUE_MAX)
    left -= name.length + value.length
    if (left < 0 || fields.length === FIELDS_MAX) break
    fields.push({ name, value, inline: field.inline })
  }
  return {
    color: parts.colour,
    title,
    ...(description.trim() === '' ? {} : { description }),
    ...(fields.length === 0 ? {} : { fields }),
    footer: { text: footer },
    ...(parts.image === undefined ? {} : { image: { url: `attachment://${parts.image}` } }),
  }
}
