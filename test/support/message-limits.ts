/** Discord's documented limits of a message, written down independently of the code that keeps them. */
import type { APIEmbed } from 'discord.js'

/** What is over a limit, in words; empty when nothing is. */
export function problemsOf(embeds: readonly APIEmbed[]): readonly string[] {
  const problems: string[] = []
  let total = 0
  const text = (what: string, value: string | undefined, max: number): void => {
    if (value === undefined) return
    total += value.length
    if (value.trim() === '') problems.push(`${what} is empty`)
    if (value.length > max) problems.push(`${what} has ${value.length} of ${max} characters`)
  }
  if (embeds.length > 10) problems.push(`${embeds.length} embeds`)
  for (const embed of embeds) {
    text('title', embed.title, 256)
    text('description', embed.description, 4096)
    text('footer', embed.footer?.text, 2048)
    if ((embed.fields?.length ?? 0) > 25) problems.push(`${embed.fields?.length} fields`)
    for (const field of embed.fields ?? []) {
      text('field name', field.name, 256)
      text('field value', field.value, 1024)
    }
    if (embed.timestamp !== undefined && Number.isNaN(Date.parse(embed.timestamp))) problems.push('timestamp')
    if (!Number.isInteger(embed.color) || (embed.color ?? 0) > 0xffffff) problems.push('colour')
  }
  if (total > 6000) problems.push(`${total} characters in all embeds`)
  return problems
}
