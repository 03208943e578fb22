/** A row of buttons as Discord takes it. */
import { type APIActionRowComponent, type APIButtonComponent, ButtonStyle, ComponentType } from 'discord.js'
import type { PostButton } from '../feed/buttons.ts'

const STYLES = { primary: ButtonStyle.Primary, danger: ButtonStyle.Danger, secondary: ButtonStyle.Secondary } as const

export function buttonRow(buttons: readonly PostButton[]): APIActionRowComponent<APIButtonComponent> {
  return {
    type: ComponentType.ActionRow,
    components: buttons.map(({ id, label, look }) => ({
      type: ComponentType.Button,
      style: STYLES[look],
      label,
      custom_id: id,
    })),
  }
}
