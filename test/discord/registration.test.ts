import { PermissionFlagsBits } from 'discord.js'
import { describe, expect, it } from 'vitest'
import { DEFINITIONS } from '../../commands/index.ts'
import { inviteUrl, missingPermissions, NEEDED_PERMISSIONS, permissionBits } from '../../src/discord/permissions.ts'
import { difference, isSame } from '../../src/discord/registration.ts'

/** What Discord answers for a registered command: more fields, defaults written out. */
const asRegistered = (definition: (typeof DEFINITIONS)[number], i: number) => ({
  ...definition,
  id: String(i),
  application_id: '1',
  guild_id: '2',
  version: '3',
  type: 1,
  nsfw: false,
  default_member_permissions: null,
  dm_permission: true,
  contexts: null,
  integration_types: [0],
  name_localizations: null,
  options: definition.options?.map((option) => ({
    ...option,
    name_localizations: null,
    required: 'required' in option && option.required === true,
  })),
})

describe('registration of commands', () => {
  it('sees no difference in what Discord adds by itself', () => {
    const found = difference(DEFINITIONS.map(asRegistered), DEFINITIONS)
    expect(isSame(found)).toBe(true)
    expect(found.unchanged).toEqual(DEFINITIONS.map(({ name }) => name))
  })

  it('tells added, changed and removed commands apart', () => {
    const registered = DEFINITIONS.filter(({ name }) => name !== 'stop').map(asRegistered)
    const [first, ...others] = registered
    const old = { ...first, description: 'something else' }
    const gone = { ...first, name: 'gone' }
    expect(difference([old, gone, ...others], DEFINITIONS)).toEqual({
      added: ['stop'],
      changed: ['start'],
      removed: ['gone'],
      unchanged: DEFINITIONS.map(({ name }) => name).filter((name) => name !== 'start' && name !== 'stop'),
    })
  })

  it('sees a changed option and the order of choices', () => {
    const registered = DEFINITIONS.map(asRegistered)
    const reversed = structuredClone(registered) as unknown as { options?: { choices?: unknown[] }[] }[]
    reversed[0]?.options?.[0]?.choices?.reverse()
    expect(difference(reversed, DEFINITIONS).changed).toEqual(['start'])
  })

  it('has account as the first and only required option of /start, with choices', () => {
    const [account, ...others] = DEFINITIONS.find(({ name }) => name === 'start')?.options ?? []
    expect(account).toMatchObject({ name: 'account', required: true, choices: [{ value: '25k' }, { value: '2k' }] })
    expect(others.every((option) => !('required' in option && option.required === true))).toBe(true)
  })
})

describe('permissions', () => {
  it('puts exactly the needed permissions and scopes into the invite link', () => {
    const url = new URL(inviteUrl('42', '7'))
    expect(url.searchParams.get('permissions')).toBe(permissionBits().toString())
    expect(url.searchParams.get('scope')).toBe('bot applications.commands')
    expect(url.searchParams.get('client_id')).toBe('42')
    expect(url.searchParams.get('guild_id')).toBe('7')
    expect(permissionBits() & PermissionFlagsBits.Administrator).toBe(0n)
  })

  it('names what is missing', () => {
    const held = permissionBits() & ~PermissionFlagsBits.AttachFiles
    expect(missingPermissions(held).map(({ name }) => name)).toEqual(['Attach Files'])
    expect(missingPermissions(0n)).toHaveLength(NEEDED_PERMISSIONS.length)
  })
})
