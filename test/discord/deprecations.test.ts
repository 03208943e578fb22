import { ApplicationCommandOptionType } from 'discord.js'
import { expect, it } from 'vitest'
import { HANDLERS } from '../../commands/index.ts'
import { deprecations, desk, saw } from '../support/bot-bench.ts'

it('a deprecated call of the library would be heard of', async () => {
  process.emitWarning('this goes away', 'DeprecationWarning')
  await expect.poll(() => deprecations.take()).toEqual(['this goes away'])
})

it('every command is answered without a deprecated call', async () => {
  const { user } = await desk()
  const used = HANDLERS.commands.map(({ definition }) => definition)
  await user.until(() => user.commands.length >= used.length, 'all commands')
  for (const { name, options = [] } of used) {
    const needed = options.filter((option) => option.required === true)
    const values = needed.map((option) => {
      const choice = 'choices' in option ? option.choices?.[0]?.value : undefined
      return [option.name, choice ?? (option.type === ApplicationCommandOptionType.String ? '25k' : 1)]
    })
    await user.slash(name, Object.fromEntries(values))
  }
  await saw(user, 'holding a position')
  expect(deprecations.take()).toEqual([])
})
