/** `/backtest`: the rules over many days, beside trading; its result is posted. And the button that cancels a study. */
import type { ButtonHandler, Command } from '../src/discord/handlers.ts'
import { partsOf } from '../src/discord/handlers.ts'
import { askStudy, cancelStudy } from '../src/discord/study/ask.ts'
import { CANCEL_BUTTON } from '../src/discord/study/progress-embed.ts'
import { accountOf } from './options.ts'
import { parameterChoices } from './parameter-choices.ts'
import { completeData, completedOption, listed, rulesOptions, rulesTyped } from './study-options.ts'

export const backtest: Command = {
  definition: {
    name: 'backtest',
    description: 'Run the rules over recorded, historical or made-up days; the tear sheet is posted',
    options: rulesOptions([
      completedOption('set', 'Numbers of the rules to change, like vixMax=20 maxLossPerTrade=800'),
      completedOption('sweep', 'Values to try, like profitTargetShare=0.3:0.7:0.1 vixMax=15,20,25'),
    ]),
  },
  authority: 'operate',
  visibility: 'public',
  run: (interaction, desk, request) => {
    const { options } = interaction
    const [set, sweep] = [listed(options.getString('set')), listed(options.getString('sweep'))]
    return askStudy(() => ({ kind: 'backtest', ...rulesTyped(interaction), set, sweep }), desk, request)
  },
  complete(interaction, desk) {
    const { name, value } = interaction.options.getFocused(true)
    if (name === 'set' || name === 'sweep') return parameterChoices(name, value, accountOf(interaction) ?? '25k')
    return completeData(interaction, desk, 'books')
  },
}

export const studyCancel: ButtonHandler = {
  name: CANCEL_BUTTON,
  authority: 'operate',
  answer: 'update',
  run(interaction, desk, request) {
    const [id = ''] = partsOf(interaction.customId)
    return cancelStudy(id, desk, request)
  },
}
