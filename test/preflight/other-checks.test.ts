import { PermissionFlagsBits } from 'discord.js'
import { describe, expect, it } from 'vitest'
import { NEEDED_PERMISSIONS, permissionBits } from '../../src/discord/permissions.ts'
import { discordLines } from '../../src/discord/preflight/checks.ts'
import { DISCORD_CHECKS, STORE_CHECKS } from '../../src/preflight/checks/index.ts'
import { storeLines } from '../../src/preflight/checks/store.ts'
import { configurationLines } from '../../src/preflight/configuration.ts'
import type { DiscordFacts, DiscordRead, StoreFacts } from '../../src/preflight/facts.ts'
import { type CheckId, type CheckLine, type CheckStatus, reportOf } from '../../src/preflight/line.ts'
import { withDiscord } from '../../src/preflight/report.ts'
import { ACCOUNT, DISCORD, ok, SIM_SOURCE, STORE } from '../support/preflight-samples.ts'

function expectLine(lines: readonly CheckLine[], id: CheckId, status: CheckStatus, found: string, advice?: string) {
  const line = lines.find((candidate) => candidate.id === id)
  expect(line).toMatchObject({ id, status })
  expect(line?.found).toContain(found)
  if (status === 'pass') expect(line?.advice).toBeNull()
  else expect(line?.advice).toContain(advice ?? 'an advice in the table')
}

type Change = Partial<Extract<StoreFacts, { reachable: true }>>
type StoreCase = readonly [
  what: string,
  id: CheckId,
  change: Change,
  status: CheckStatus,
  found: string,
  ...advice: string[],
]

const STORE_CASES: readonly StoreCase[] = [
  ['a near Redis', 'redis_access', {}, 'pass', 'answers in 0.4 ms'],
  ['a far Redis', 'redis_access', { ping_ms: 120 }, 'warn', '120.0 ms', 'Run it nearer'],
  ['a replica', 'redis_access', { role: 'slave' }, 'fail', 'takes no writes', 'the primary'],
  ['a current version', 'redis_version', {}, 'pass', 'Redis 7.0.15'],
  ['an old version', 'redis_version', { version: '6.0.16' }, 'warn', '6.2.0 or newer', 'Install Redis 7'],
  ['an ancient version', 'redis_version', { version: '4.0.9' }, 'fail', 'at least 5.0.0', 'Install Redis 7'],
  ['Valkey', 'redis_version', { server: 'valkey', version: '8.1.0' }, 'pass', 'Valkey 8.1.0'],
  ['an append-only file', 'redis_appendonly', {}, 'pass', 'appendonly yes'],
  [
    'no append-only file',
    'redis_appendonly',
    { appendonly: 'no' },
    'fail',
    'appendonly no',
    'CONFIG SET appendonly yes',
  ],
  ['a server that does not say', 'redis_appendonly', { appendonly: null }, 'warn', 'not known', 'Ask its provider'],
  ['a full disk', 'redis_appendonly', { lastWriteOk: false }, 'fail', 'the last write of the file failed', 'disk'],
  ['every write on disk', 'redis_appendfsync', {}, 'pass', 'appendfsync always'],
  ['every second on disk', 'redis_appendfsync', { appendfsync: 'everysec' }, 'pass', 'may cost the last second'],
  ['nothing flushed', 'redis_appendfsync', { appendfsync: 'no' }, 'fail', 'appendfsync no', 'appendfsync always'],
  ['no flushing to judge', 'redis_appendfsync', { appendfsync: null }, 'warn', 'not known', 'everysec'],
  ['a file that is off', 'redis_appendfsync', { appendonly: 'no' }, 'fail', 'nothing is written', 'appendonly first'],
  ['noeviction', 'redis_eviction', {}, 'pass', 'noeviction'],
  [
    'eviction',
    'redis_eviction',
    { policy: 'allkeys-lru', maxMemory_bytes: 1e9 },
    'fail',
    'allkeys-lru',
    'maxmemory-policy noeviction',
  ],
  ['eviction without a limit', 'redis_eviction', { policy: 'allkeys-lru' }, 'warn', 'allkeys-lru', 'noeviction'],
  [
    'eviction that happened',
    'redis_eviction',
    { policy: 'volatile-lru', evictedKeys: 3 },
    'fail',
    '3 keys dropped',
    'noeviction',
  ],
  ['a policy that is not told', 'redis_eviction', { policy: null }, 'warn', 'not known', 'Ask the provider'],
  [
    'a nearly full Redis',
    'redis_eviction',
    { maxMemory_bytes: 1_100_000 },
    'warn',
    '91 % of maxmemory',
    'Raise maxmemory',
  ],
]

describe('the checks of the store', () => {
  for (const [what, id, change, status, found, ...advice] of STORE_CASES) {
    it(`say of ${what} (${id})`, () => {
      expectLine(storeLines({ ...STORE, ...change }, ACCOUNT.source), id, status, found, advice[0])
    })
  }

  it('make every check on a good Redis, and pass', () => {
    const lines = storeLines(STORE, ACCOUNT.source)
    expect(lines.map(({ id, status }) => [id, status])).toEqual(STORE_CHECKS.map((id) => [id, 'pass']))
  })

  it('only warn of durability where the market is a simulated one, which ends with its process', () => {
    const volatile = { ...STORE, appendonly: 'no', policy: 'allkeys-lru', maxMemory_bytes: 1e9 }
    expect(storeLines(volatile, SIM_SOURCE).filter(({ status }) => status === 'fail')).toEqual([])
    expect(storeLines(volatile, null).filter(({ status }) => status === 'fail')).toHaveLength(3)
  })

  it('say why Redis does not answer, and nothing else', () => {
    const lines = storeLines({ reachable: false, reason: 'connect ECONNREFUSED 127.0.0.1:1' }, null)
    expect(lines).toHaveLength(1)
    expectLine(lines, 'redis_access', 'fail', 'ECONNREFUSED', 'REDIS_URL')
  })
})

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

describe('a configuration that cannot be used', () => {
  it('is told under the checks that its variables belong to', () => {
    const lines = configurationLines([
      'ALPACA_API_KEY: is a live key (AK…): this desk trades on paper only',
      'ALPACA_TRADING_URL: "https://api.alpaca.markets" is the live host',
      'DISCORD_OPERATOR_ROLE_IDS: expected ids',
      'VIX_MAX: expected a number',
      'PORT: expected a port',
    ])
    expect(lines.map(({ id }) => id)).toEqual(['keys', 'paper_host', 'discord_roles', 'configuration'])
    expect(lines.every(({ status, advice }) => status === 'fail' && advice !== null)).toBe(true)
    expect(lines[3]?.found).toContain('VIX_MAX')
    expect(lines[3]?.found).toContain('PORT')
  })
})
