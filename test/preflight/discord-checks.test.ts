import { PermissionFlagsBits } from 'discord.js'
import { describe, expect, it } from 'vitest'
import { NEEDED_PERMISSIONS, permissionBits } from '../../src/discord/permissions.ts'
import { discordLines } from '../../src/discord/preflight/checks.ts'
import { DISCORD_CHECKS } from '../../src/preflight/checks/index.ts'
import type { DiscordFacts, DiscordRead } from '../../src/preflight/facts.ts'
import { type CheckId, type CheckStatus, reportOf } from '../../src/preflight/line.ts'
import { withDiscord } from '../../src/preflight/report.ts'
import { DISCORD, ok } from '../support/preflight-samples.ts'
import { expectLine } from './expect-line.ts'

const failed = (problem: Extract<DiscordRead<never>, { ok: false }>['problem'], message = 'no') =>
  ({ ok: false, problem, message }) as const
const nothing = { guild: null, channel: null, permissions: null, commands: null }
type DiscordCase = readonly [
  what: string,
  id: CheckId,
  change: Partial<DiscordFacts>,
  status: CheckStatus,
  found: string,
  ...advice: string[],
]

const DISCORD_CASES: readonly DiscordCase[] = [
  ['a token', 'discord_token', {}, 'pass', 'Phase4D'],
  [
    'a refused token',
    'discord_token',
    { ...nothing, bot: failed('unauthorised', '401: Unauthorized') },
    'fail',
    '401: Unauthorized',
    'Bot page',
  ],
  [
    'no network',
    'discord_token',
    { ...nothing, bot: failed('unreachable', 'ENOTFOUND') },
    'fail',
    'cannot be reached at discord.com: ENOTFOUND',
    'not judged',
  ],
  ['the server', 'discord_guild', {}, 'pass', 'Desk'],
  [
    'a bot that was not invited',
    'discord_guild',
    { ...nothing, guild: failed('not_found', 'Unknown Guild') },
    'fail',
    'not in server 10',
    'Invite the bot',
  ],
  ['the channel', 'discord_channel', {}, 'pass', '#desk'],
  [
    'a channel that is not there',
    'discord_channel',
    { channel: failed('not_found', 'Unknown Channel') },
    'fail',
    'does not see channel 20',
    'DISCORD_CHANNEL_ID',
  ],
  [
    'a channel elsewhere',
    'discord_channel',
    { channel: ok({ name: 'x', guildId: '11', isText: true }) },
    'fail',
    'another server',
    'DISCORD_CHANNEL_ID',
  ],
  [
    'a category',
    'discord_channel',
    { channel: ok({ name: 'x', guildId: '10', isText: false }) },
    'fail',
    'no text channel',
    'DISCORD_CHANNEL_ID',
  ],
  ['all permissions', 'discord_permissions', {}, 'pass', `all ${NEEDED_PERMISSIONS.length}`],
  [
    'a missing permission',
    'discord_permissions',
    { permissions: ok(permissionBits() & ~PermissionFlagsBits.AttachFiles) },
    'fail',
    'Attach Files (charts and reports are files)',
    'register',
  ],
  [
    'unreadable permissions',
    'discord_permissions',
    { permissions: failed('unreachable', 'HTTP 500') },
    'fail',
    'HTTP 500',
    'discordstatus.com',
  ],
  ['registered commands', 'discord_commands', {}, 'pass', 'all 2 registered'],
  [
    'commands of an older version',
    'discord_commands',
    { commands: ok({ added: ['validate'], changed: ['start'], removed: ['old'], unchanged: [] }) },
    'warn',
    'missing /validate; outdated /start; left over /old',
    'register',
  ],
  [
    'an invitation without commands',
    'discord_commands',
    { commands: failed('no_access', 'Missing Access') },
    'fail',
    'Missing Access',
    'slash commands',
  ],
  ['roles', 'discord_roles', {}, 'pass', 'operator: Operator; approver: Approver; viewer: everyone in the channel'],
  ['operators where there are no alert roles', 'discord_paging', {}, 'pass', 'Operator'],
  ['alert roles', 'discord_paging', { alertRoleIds: ['2'] }, 'pass', 'Approver'],
  [
    'nobody to page',
    'discord_paging',
    { roleIds: { operator: [], approver: ['2'], viewer: [] } },
    'warn',
    'nobody is paged',
    'DISCORD_ALERT_ROLE_IDS',
  ],
  [
    'an alert role that is gone',
    'discord_paging',
    { alertRoleIds: ['7'] },
    'warn',
    'nobody is paged: 7 (not there)',
    'DISCORD_ALERT_ROLE_IDS',
  ],
  [
    'an alert role that the bot may not mention',
    'discord_paging',
    { permissions: ok(permissionBits() & ~PermissionFlagsBits.MentionEveryone) },
    'warn',
    'Operator (may not be mentioned)',
    'Mention Everyone',
  ],
  [
    'an approver role that is gone',
    'discord_roles',
    { roleIds: { operator: ['1'], approver: ['7'], viewer: [] } },
    'warn',
    '7 (not there)',
    'DISCORD_APPROVER_ROLE_IDS',
  ],
  [
    'an operator role that is gone',
    'discord_roles',
    { roleIds: { operator: ['8'], approver: [], viewer: [] } },
    'fail',
    '8 (not there)',
    'DISCORD_OPERATOR_ROLE_IDS',
  ],
]

describe('the checks of Discord', () => {
  for (const [what, id, change, status, found, ...advice] of DISCORD_CASES) {
    it(`say of ${what} (${id})`, () => {
      expectLine(discordLines({ ...DISCORD, ...change }), id, status, found, advice[0])
    })
  }

  it('are about every server and channel of the lists: what is wrong with any of them is told', () => {
    const no = { ok: false, problem: 'not_found', message: 'Unknown Channel, code 10003' } as const
    const same = ok({ added: [], changed: [], removed: [], unchanged: ['start', 'stop'] })
    const others: NonNullable<DiscordFacts['others']> = {
      guilds: [{ id: '11', guild: ok({ name: 'Second' }), commands: same }],
      channels: [
        { id: '21', channel: ok({ name: 'desk-2', guildId: '11', isText: true }) },
        { id: '22', channel: no },
        { id: '23', channel: ok({ name: 'elsewhere', guildId: '99', isText: true }) },
      ],
    }
    const lines = discordLines({ ...DISCORD, others })
    expectLine(lines, 'discord_guild', 'pass', 'Desk; Second')
    expectLine(lines, 'discord_commands', 'pass', 'all 2 registered')
    expectLine(lines, 'discord_channel', 'fail', 'does not see channel 22', 'DISCORD_CHANNEL_ID')
    expectLine(lines, 'discord_channel', 'fail', 'elsewhere belongs to another server', 'DISCORD_CHANNEL_ID')
    expect(lines.find(({ id }) => id === 'discord_channel')?.found).not.toContain('desk-2')
    const unregistered = ok({ added: ['start'], changed: [], removed: [], unchanged: ['stop'] })
    const guilds = [{ id: '11', guild: { ...no, message: 'Unknown Guild' }, commands: null }]
    const elsewhere = [{ id: '11', guild: ok({ name: 'Second' }), commands: unregistered }]
    expectLine(
      discordLines({ ...DISCORD, others: { guilds, channels: [] } }),
      'discord_guild',
      'fail',
      'server 11',
      'Invite',
    )
    const missing = discordLines({ ...DISCORD, others: { guilds: elsewhere, channels: [] } })
    expectLine(missing, 'discord_commands', 'warn', 'missing /start', 'register')
  })

  it.each([
    ['nobody has', { roleIds: { operator: [], approver: [], viewer: [] } }],
    ['are not there', { alertRoleIds: ['7'] }],
    ['may not be mentioned', { permissions: ok(permissionBits() & ~PermissionFlagsBits.MentionEveryone) }],
  ])(
    'let no paper account begin whose alarm reaches nobody, as its roles %s; on a simulator they warn',
    (_, change) => {
      const lines = discordLines({ ...DISCORD, ...change })
      const of = (kind: 'PAPER' | 'SIM') =>
        withDiscord(reportOf({ account: '25k', source: { kind, label: 'x' } }, [], []), lines, DISCORD_CHECKS)
      const [paper, sim] = [of('PAPER'), of('SIM')]
      expect(paper.checks.find(({ id }) => id === 'discord_paging')).toMatchObject({ status: 'fail' })
      expect(paper.ok).toBe(false)
      expect(paper.checks.find(({ id }) => id === 'discord_paging')?.advice).toMatch(/DISCORD_ALERT_ROLE_IDS|Mention/)
      expect(sim.checks.find(({ id }) => id === 'discord_paging')).toMatchObject({ status: 'warn' })
    },
  )

  it('make every check where Discord answers, and pass', () => {
    expect(discordLines(DISCORD).map(({ id, status }) => [id, status])).toEqual(
      DISCORD_CHECKS.map((id) => [id, 'pass']),
    )
  })
})
