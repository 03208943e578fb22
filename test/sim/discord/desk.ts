/** A chat simulator with a bot of two commands and a person at the page. */
import { type Client, Events, type Interaction, SlashCommandBuilder } from 'discord.js'
import { GUILD_ID } from '../../../src/sim/discord/fixtures.ts'
import { startBot, startSim, startUser } from './support.ts'

const start = new SlashCommandBuilder()
  .setName('start')
  .setDescription('Arms an account')
  .addStringOption((option) =>
    option
      .setName('account')
      .setDescription('Which account')
      .setRequired(true)
      .addChoices({ name: '25k', value: '25k' }, { name: '2k', value: '2k' }),
  )
  .addIntegerOption((option) => option.setName('days').setDescription('How many').setMinValue(1).setMaxValue(5))

const trade = new SlashCommandBuilder()
  .setName('trade')
  .setDescription('One trade')
  .addStringOption((option) => option.setName('id').setDescription('Which').setRequired(true).setAutocomplete(true))

type Handler = (interaction: Interaction) => Promise<unknown>

/** Registers `/start` and `/trade`, and gives the bot's interactions to `handler`. */
export async function deskWith(handler: Handler, bot: Client<true>): Promise<void> {
  await bot.application.commands.set([start.toJSON(), trade.toJSON()], GUILD_ID)
  bot.on(Events.InteractionCreate, (interaction) => void handler(interaction))
}

export async function desk(handler: Handler) {
  const sim = await startSim()
  const bot = await startBot(sim)
  await deskWith(handler, bot)
  const user = await startUser(sim)
  return { sim, bot, user }
}
