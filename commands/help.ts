/** `/help [command]`: what there is, who may use it, and what the words mean. */
import { ApplicationCommandOptionType } from 'discord.js'
import type { Command } from '../src/discord/handlers.ts'
import { helpReply } from '../src/discord/views/help-reply.ts'

/** `others`: every other command; help is about itself, too. */
export function helpCommand(others: readonly Command[]): Command {
  const help: Command = {
    definition: {
      name: 'help',
      description: 'What the desk can do, who may use it, and what its words mean',
      options: [
        {
          type: ApplicationCommandOptionType.String,
          name: 'command',
          description: 'One command in full',
          autocomplete: true,
          max_length: 32,
        },
      ],
    },
    authority: 'view',
    visibility: 'ephemeral',
    run: async (interaction) => helpReply([...others, help], interaction.options.getString('command')),
    complete(interaction) {
      const typed = interaction.options.getFocused().trim().replace(/^\//, '').toLowerCase()
      return [...others, help]
        .map(({ definition }) => ({ name: `/${definition.name}`, value: definition.name }))
        .filter(({ value }) => value.includes(typed))
    },
  }
  return help
}
