import { describe, expect, it } from 'vitest'
import {
  type AccessFacts,
  type AccessPolicy,
  type Authority,
  all,
  allowed,
  inChannel,
  inGuild,
} from '../../src/discord/access.ts'

const POLICY: AccessPolicy = {
  guildIds: ['g'],
  channelIds: ['c'],
  operatorRoleIds: ['op'],
  approverRoleIds: ['ap'],
  viewerRoleIds: ['vi'],
}
const FACTS: AccessFacts = { guildId: 'g', channelId: 'c', parentChannelId: null, roleIds: [], managesServer: false }

const passes = (authority: Authority, facts: Partial<AccessFacts>, policy: Partial<AccessPolicy> = {}): boolean =>
  allowed(authority, { ...POLICY, ...policy })({ ...FACTS, ...facts }) === null

describe('authorisation', () => {
  it('gives each role its own authority, and everyone with a role the view', () => {
    const table = (['op', 'ap', 'vi', 'other'] as const).map((role) =>
      (['view', 'operate', 'approve'] as const).map((authority) => passes(authority, { roleIds: [role] })),
    )
    expect(table).toEqual([
      [true, true, false],
      [true, false, true],
      [true, false, false],
      [false, false, false],
    ])
  })

  it('opens operating to nobody but managers of the server when no operator role is configured', () => {
    const none = { operatorRoleIds: [], approverRoleIds: [], viewerRoleIds: [] }
    expect(passes('operate', { roleIds: ['op'] }, none)).toBe(false)
    expect(passes('operate', { managesServer: true }, none)).toBe(true)
    expect(passes('approve', { managesServer: true }, none)).toBe(true)
    expect(passes('view', {}, none)).toBe(true)
  })

  it('does not let managing the server replace a configured operator role', () => {
    expect(passes('operate', { managesServer: true })).toBe(false)
  })

  it('works in the channel and its threads, and nowhere else', () => {
    const op = { roleIds: ['op'] }
    expect(passes('operate', { ...op, channelId: 'thread', parentChannelId: 'c' })).toBe(true)
    expect(passes('operate', { ...op, channelId: 'elsewhere' })).toBe(false)
    expect(passes('operate', { ...op, guildId: 'other' })).toBe(false)
    expect(passes('operate', { ...op, guildId: null })).toBe(false)
  })

  it('names the channel to use, and the role that is missing', () => {
    const check = allowed('operate', POLICY)
    expect(check({ ...FACTS, channelId: 'x' })).toMatchObject({
      code: 'wrong_channel',
      message: expect.stringContaining('<#c>'),
    })
    expect(check(FACTS)).toMatchObject({ code: 'not_permitted', message: expect.stringContaining('operator role') })
  })

  it('admits each of several servers and channels, and names those channels to others', () => {
    const several = { guildIds: ['g', 'g2'], channelIds: ['c', 'c2'] }
    const op = { roleIds: ['op'] }
    expect(passes('operate', { ...op, guildId: 'g2', channelId: 'c2' }, several)).toBe(true)
    expect(passes('operate', { ...op, channelId: 'thread', parentChannelId: 'c2' }, several)).toBe(true)
    expect(passes('operate', { ...op, guildId: 'g3', channelId: 'c2' }, several)).toBe(false)
    expect(passes('operate', { guildId: 'g2', channelId: 'c2' }, several)).toBe(false)
    const refusal = allowed('view', { ...POLICY, ...several })({ ...FACTS, channelId: 'x' })
    expect(refusal?.message).toBe('Use this in <#c> or <#c2>: the desk works there.')
  })

  it('asks the checks in order and stops at the first refusal', () => {
    const check = all(inGuild(['g']), inChannel(['c']), () => {
      throw new Error('not reached')
    })
    expect(check({ ...FACTS, guildId: 'x' })?.code).toBe('wrong_channel')
  })
})
