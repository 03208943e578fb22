/** `/audit`: a published table of trades settled again at official closes; summary, chart and files are posted. */
import type { Command } from '../src/discord/handlers.ts'
import { askStudy } from '../src/discord/study/ask.ts'
import { completeData, dataOption, textOption } from './study-options.ts'

export const audit: Command = {
  definition: {
    name: 'audit',
    description: 'Settle a published table of trades again at official closes',
    options: [
      { ...dataOption('The data set with trades.csv and daily.csv'), required: true },
      textOption('from', 'First day, like 2024-03-01; the first trade when left out'),
      textOption('to', 'Last day; the last trade when left out'),
    ],
  },
  authority: 'operate',
  visibility: 'public',
  run: (interaction, desk, request) => {
    const { options } = interaction
    const [dataSet, from, to] = ['data', 'from', 'to'].map((name) => options.getString(name))
    return askStudy(() => ({ kind: 'audit', dataSet, from: from ?? null, to: to ?? null }), desk, request)
  },
  complete: (interaction, desk) => completeData(interaction, desk, 'audit'),
}
