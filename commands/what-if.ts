/** `/what-if`: other stops and targets over the same days, beside the rule; table and heat map are posted. */
import { exitValues } from '../src/backtest/what-if.ts'
import type { Command } from '../src/discord/handlers.ts'
import { askStudy } from '../src/discord/study/ask.ts'
import { completeData, rulesOptions, rulesTyped, textOption } from './study-options.ts'

export const whatIf: Command = {
  definition: {
    name: 'what-if',
    description: 'Try other stops and targets over the same days and show them beside the rule',
    options: rulesOptions([
      textOption('stops', 'Dollars of loss a trade, like 400,700,1000 or 400:1600:200; around the rule when left out'),
      textOption('targets', 'Shares of the premium kept, like 0.3,0.5,0.7 or 0.2:0.8:0.1; 0.2 to 0.9 when left out'),
    ]),
  },
  authority: 'operate',
  visibility: 'public',
  run: (interaction, desk, request) => {
    const { options } = interaction
    const typed = () => ({
      kind: 'what_if',
      ...rulesTyped(interaction),
      stops: exitValues('maxLossPerTrade', options.getString('stops')),
      targets: exitValues('profitTargetShare', options.getString('targets')),
    })
    return askStudy(typed, desk, request)
  },
  complete: (interaction, desk) => completeData(interaction, desk, 'books'),
}
