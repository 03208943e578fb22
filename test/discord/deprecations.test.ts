import { ApplicationCommandOptionType } from 'discord.js'
import { expect, it } from 'vitest'
import { HANDLERS } from '../../commands/index.ts'
import { deprecations, desk, saw } from '../support/bot-bench.ts'
import { loadDiscordSpec, SPEC_ABSENT } from '../support/discord-spec.ts'
import { takeViolations, tapped } from '../support/discord-wire.ts'

it('a deprecated call of the library would be heard of', async () => {
  process.emitWarning('this goes away', 'DeprecationWarning')
  await expect.poll(() => deprecations.take()).toEqual(['this goes away'])
})

const hasSpec = loadDiscordSpec() !== null

it.skipIf(!hasSpec)(
  `what Discord does not describe would be found on the wire ${hasSpec ? '' : SPEC_ABSENT}`,
  async () => {
    const [tap] = tapped([])
    if (tap === undefined) throw new Error('expected a tap')
    const call = { method: 'POST', path: '/channels/1/messages', body: { content: 5 } }
    // Only what the tap reads of a call.
    const request = call as unknown as Parameters<typeof tap>[0]
    await tap(request, async () => ({ status: 200, body: {} }))
    await tap({ ...request, path: '/channels/1/no-such-thing' }, async () => ({ status: 204 }))
    const [wrong = ''] = takeViolations().filter((violation) => violation.includes('request/content'))
    expect(wrong).toContain('must be string')
    await tap({ ...request, path: '/channels/1/no-such-thing' }, async () => ({ status: 204 }))
    expect(takeViolations()).toEqual(['no such operation: POST /channels/1/no-such-thing'])
  },
)

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
