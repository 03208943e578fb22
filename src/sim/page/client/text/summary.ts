/** One line that stands for a message where there is no room for it: pins, previews, replies. */
import type { APIMessage, APIMessageTopLevelComponent } from 'discord.js'

const SHOWN_MAX = 120

export function summaryOf(message: APIMessage): string {
  const embed = message.embeds[0]
  const text =
    message.content ||
    embed?.title ||
    embed?.description ||
    (message.components ?? []).map(firstText).find((found) => found !== '') ||
    message.attachments[0]?.filename ||
    'A message'
  const line = text.split('\n').find((part) => part.trim() !== '') ?? text
  return line.replace(/^(#{1,3}|-#|>)\s+/, '').slice(0, SHOWN_MAX)
}

function firstText(component: APIMessageTopLevelComponent): string {
  switch (component.type) {
    case 10:
      return component.content
    case 9:
      return component.components[0]?.content ?? ''
    case 17:
      return component.components.map(firstText).find((found) => found !== '') ?? ''
    default:
      return ''
  }
}
