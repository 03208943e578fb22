import { parseEnv } from 'node:util'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { configHash } from '../../src/config/config.ts'
import { ConfigError, type Environment, notesOn, parseConfig } from '../../src/config/env.ts'
import { renderEnvExample } from '../../src/config/env-example.ts'
import { ALL_VARIABLES } from '../../src/config/variables.ts'
import { DEFAULT_ENGINE_LIMITS } from '../../src/session/engine-limits.ts'
import { PROFILES } from '../../src/strategy/profiles.ts'
import { DEFAULT_LIMITS } from '../../src/strategy/rules.ts'

function problemsOf(env: Environment): readonly string[] {
  try {
    parseConfig(env)
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
}

const PAPER = { ALPACA_API_KEY: 'PKTEST', ALPACA_SECRET_KEY: 'not-a-real-one' }
const LOOPBACK = {
  ALPACA_TRADING_URL: 'http://127.0.0.1:4410',
  ALPACA_DATA_URL: 'http://127.0.0.1:4410',
  ALPACA_TRADING_STREAM_URL: 'ws://127.0.0.1:4410/stream',
  ALPACA_STOCK_STREAM_URL: 'ws://[::1]:4410/v2/iex',
  ALPACA_OPTION_STREAM_URL: 'ws://localhost:4410/v1beta1/indicative',
}
const GUILD = {
  DISCORD_TOKEN: `${'a'.repeat(24)}.abcdef.${'b'.repeat(30)}`,
  DISCORD_GUILD_ID: '1191531302092800002',
  DISCORD_CHANNEL_ID: '1191893689958400003',
  DISCORD_OPERATOR_ROLE_IDS: '1192618465689600005, 1192980853555200006',
}

describe('without any variable', () => {
  const config = parseConfig({})

  test('both sides are simulators and Redis is our own', () => {
    expect([config.discord, config.alpaca, config.redisUrl, config.simClock]).toEqual([null, null, null, null])
    expect(config.port).toBe(4400)
  })

  test("every number is the strategy's own default", () => {
    const settings = config.strategyFor('25k')
    expect(settings.profile).toEqual(PROFILES['25k'])
    expect(config.strategyFor('2k').profile).toEqual(PROFILES['2k'])
    expect(settings.limits).toEqual(DEFAULT_LIMITS)
    expect(settings.engine).toEqual(DEFAULT_ENGINE_LIMITS)
    expect([settings.structure, settings.width]).toEqual(['auto', 5])
  })
})

describe('bad values', () => {
  test('are reported together, each with name, expectation and value', () => {
    const problems = problemsOf({ PORT: '70000', CONTRACTS_25K: '2.5', STRUCTURE: 'iron_condor', VIX_MAX: '1e2' })
    expect(problems).toHaveLength(4)
    expect(problems).toContain('PORT: expected a whole number from 0 to 65535, got "70000"')
    expect(problems).toContain('STRUCTURE: expected one of short_put, put_spread, auto, got "iron_condor"')
  })

  test('of the watchdog’s patience, shorter than a takeover, are told with the reason', () => {
    const refused = problemsOf({ WATCHDOG_SILENT_S: '9.9' })
    expect(refused.join('\n')).toMatch(/WATCHDOG_SILENT_S.*from 10 to 3600.*taken a dead one's accounts over/s)
    expect(parseConfig({ WATCHDOG_SILENT_S: '10' }).watchdog.silent_s).toBe(10)
  })

  test('of a secret are not shown', () => {
    const [problem] = problemsOf({ DISCORD_TOKEN: 'has a space' })
    expect(problem).toContain('DISCORD_TOKEN')
    expect(problem).not.toContain('has a space')
  })

  test('an empty or blank value is an absent one', () => {
    expect(problemsOf({ DISCORD_TOKEN: '', ALPACA_API_KEY: '  ', PORT: '' })).toEqual([])
  })

  test.each([
    [{ PREMIUM_MIN: '3' }, 'PREMIUM_MIN: expected at most PREMIUM_MAX (2), got "3"'],
    [{ MAX_LOSS_PER_TRADE_2K: '501' }, 'MAX_LOSS_PER_TRADE_2K: expected at most MAX_DAILY_LOSS_2K (500), got "501"'],
    [
      { SESSION_END_BEFORE_CLOSE_MIN: '91' },
      'SESSION_END_BEFORE_CLOSE_MIN: expected at most ENTRY_BEFORE_CLOSE_MIN (90), got "91"',
    ],
  ])('limits that contradict each other are refused: %o', (env, problem) => {
    expect(problemsOf(env)).toEqual([problem])
  })
})

describe('the tables of a baseline', () => {
  test('are none, or a data set with its period', () => {
    expect(parseConfig({}).baseline).toBeNull()
    expect(parseConfig({ BASELINE_SET: 'published' }).baseline).toEqual({ set: 'published', from: null, to: null })
    expect(parseConfig({ BASELINE_SET: 'p', BASELINE_FROM: '2024-03-01', BASELINE_TO: '2024-07-05' }).baseline).toEqual(
      {
        set: 'p',
        from: '2024-03-01',
        to: '2024-07-05',
      },
    )
  })

  test('are refused where they lead out of the folder, without a set, or with a period that cannot be', () => {
    expect(problemsOf({ BASELINE_SET: '../secret' })).toEqual([
      'BASELINE_SET: expected the name of a data set, got "../secret"',
    ])
    expect(problemsOf({ BASELINE_FROM: '2024-03-01' })).toEqual([
      'BASELINE_SET: expected a value, as BASELINE_FROM is set, got nothing',
    ])
    expect(problemsOf({ BASELINE_SET: 'p', BASELINE_FROM: '2024-03-02', BASELINE_TO: '2024-03-01' })).toEqual([
      'BASELINE_FROM: expected a date not after BASELINE_TO (2024-03-01), got "2024-03-02"',
    ])
    expect(problemsOf({ BASELINE_SET: 'p', BASELINE_TO: '2024-02-30' })).toEqual([
      'BASELINE_TO: expected a date like 2024-03-01, got "2024-02-30"',
    ])
  })
})

describe('Alpaca keys', () => {
  test.each([
    [{ ALPACA_API_KEY: 'PKTEST' }, 'ALPACA_SECRET_KEY'],
    [{ ALPACA_SECRET_KEY: 'abcdef' }, 'ALPACA_API_KEY'],
    [{ ...PAPER, ALPACA_API_KEY_2K: 'PKTWO' }, 'ALPACA_SECRET_KEY_2K'],
  ])('half a pair names the missing half: %o', (env, missing) => {
    expect(problemsOf(env)).toEqual([expect.stringMatching(new RegExp(`^${missing}: expected a value`))])
  })

  test("a profile's own pair goes before the shared one", () => {
    const config = parseConfig({ ...PAPER, ALPACA_API_KEY_2K: 'PKTWO', ALPACA_SECRET_KEY_2K: 'second' })
    expect(config.alpaca?.credentials).toEqual({
      '2k': { keyId: 'PKTWO', secret: 'second' },
      '25k': { keyId: 'PKTEST', secret: 'not-a-real-one' },
    })
  })

  test('a pair of one profile leaves the other without', () => {
    const config = parseConfig({ ALPACA_API_KEY_25K: 'PKTEST', ALPACA_SECRET_KEY_25K: 'secret' })
    expect(Object.keys(config.alpaca?.credentials ?? {})).toEqual(['25k'])
  })
})

describe('nothing live', () => {
  test.each([
    ['a live host', { ALPACA_TRADING_URL: 'https://api.alpaca.markets' }],
    ['a live stream', { ALPACA_TRADING_STREAM_URL: 'wss://api.alpaca.markets/stream' }],
    ['an unknown host', { ALPACA_TRADING_URL: 'https://paper-api.alpaca.markets.example.org' }],
    ['an unencrypted paper host', { ALPACA_TRADING_URL: 'http://paper-api.alpaca.markets' }],
    ['keys in an address', { ALPACA_TRADING_URL: 'https://key:secret@paper-api.alpaca.markets' }],
    ['a live key', { ALPACA_API_KEY: 'AKLIVE', ALPACA_SECRET_KEY: 'secret' }],
    ['a live key on loopback', { ...LOOPBACK, ALPACA_API_KEY: 'AKLIVE', ALPACA_SECRET_KEY: 'secret' }],
    ['a key that is no paper key', { ALPACA_API_KEY: 'XYZ123', ALPACA_SECRET_KEY: 'secret' }],
    ['a simulator clock with the real broker', { ...PAPER, SIM_CLOCK_URL: 'http://127.0.0.1:1/sim/clock' }],
    ['a simulator clock without a simulated broker', { SIM_CLOCK_URL: 'http://127.0.0.1:1/sim/clock' }],
    ['a delayed feed, on which nothing could be opened', { ...PAPER, ALPACA_STOCK_FEED: 'delayed_sip' }],
  ])('%s is refused', (_, env) => {
    expect(problemsOf(env)).toHaveLength(1)
    expect(problemsOf(env).join()).not.toContain('AKLIVE')
  })

  test('a simulator clock with the real broker is reported beside what else is wrong', () => {
    const env = { ALPACA_API_KEY: 'AKLIVE', SIM_CLOCK_URL: 'http://clock.example:1/sim/clock', PORT: 'x' }
    const names = problemsOf(env).map((line) => line.split(':')[0])
    expect(names).toEqual(['ALPACA_SECRET_KEY', 'ALPACA_API_KEY', 'SIM_CLOCK_URL', 'PORT'])
  })

  test('a simulator on loopback is accepted with its clock and any other key', () => {
    const config = parseConfig({
      ...LOOPBACK,
      ...PAPER,
      ALPACA_API_KEY: 'sim',
      SIM_CLOCK_URL: 'http://127.0.0.1:4410/sim/clock',
    })
    expect(config.simClock).toEqual({ url: 'http://127.0.0.1:4410/sim/clock', poll_ms: 100 })
  })
})

describe('Discord', () => {
  test('a token needs server and channel; without operator roles whoever manages the server operates', () => {
    const { DISCORD_TOKEN, DISCORD_OPERATOR_ROLE_IDS: _, ...places } = GUILD
    const problems = problemsOf({ DISCORD_TOKEN })
    expect(problems.map((line) => line.split(':')[0])).toEqual(['DISCORD_GUILD_ID', 'DISCORD_CHANNEL_ID'])
    expect(parseConfig({ DISCORD_TOKEN, ...places }).discord?.operatorRoleIds).toEqual([])
  })

  test('role ids are a list', () => {
    expect(parseConfig(GUILD).discord?.operatorRoleIds).toEqual(['1192618465689600005', '1192980853555200006'])
  })

  test('a plain address is refused but on loopback', () => {
    expect(problemsOf({ ...GUILD, DISCORD_API_URL: 'http://discord.example/api' })).toHaveLength(1)
    expect(parseConfig({ ...GUILD, DISCORD_API_URL: 'http://127.0.0.1:4400/api/' }).discord?.apiUrl).toBe(
      'http://127.0.0.1:4400/api',
    )
  })
})

describe('what was set in vain', () => {
  test('is said: ids without a token, addresses without keys', () => {
    const [discord, alpaca] = notesOn({ DISCORD_GUILD_ID: '1191531302092800002', ...LOOPBACK })
    expect(discord).toContain(
      'DISCORD_TOKEN is not set, so a chat simulator stands in and DISCORD_GUILD_ID is not used',
    )
    expect(alpaca).toContain('No Alpaca keys are set')
    expect(alpaca).toContain('ALPACA_DATA_URL')
  })

  test('is nothing where nothing is set, or all of it', () => {
    expect(notesOn({})).toEqual([])
    expect(notesOn({ ...GUILD, ...LOOPBACK, ALPACA_API_KEY_2K: 'PKTWO', ALPACA_SECRET_KEY_2K: 'second' })).toEqual([])
  })
})

describe('.env.example', () => {
  test('shows every variable with its default (npx vitest run test/config/env.test.ts -u writes it)', async () => {
    await expect(renderEnvExample()).toMatchFileSnapshot('../../.env.example')
  })

  test('as it is, and with every default made explicit, means the defaults', () => {
    const text = renderEnvExample()
    const explicit = parseEnv(text.replaceAll(/^# ([A-Z0-9_]+=)/gm, '$1'))
    expect(Object.keys(explicit)).toHaveLength(ALL_VARIABLES.length)
    for (const env of [parseEnv(text), explicit]) {
      expect(parseConfig(env).strategyFor('25k').configHash).toBe(parseConfig({}).strategyFor('25k').configHash)
    }
  })
})

describe('the hash of a configuration', () => {
  test('changes with a limit and differs between profiles', () => {
    const hashes = [parseConfig({}), parseConfig({ VIX_MAX: '24' })].flatMap((config) => [
      config.strategyFor('2k').configHash,
      config.strategyFor('25k').configHash,
    ])
    expect(new Set(hashes).size).toBe(4)
    expect(hashes[0]).toMatch(/^[0-9a-f]{64}$/)
  })

  test('does not change with what does not trade, nor with how a number is written', () => {
    const hash = (env: Environment): string => parseConfig(env).strategyFor('25k').configHash
    expect(hash({ PORT: '1', LOG_LEVEL: 'debug', VIX_MAX: '25.0' })).toBe(hash({}))
  })

  test('prop_the order of keys does not matter', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const reversed = Object.fromEntries(Object.entries(value).reverse())
        expect(configHash(reversed)).toBe(configHash(value))
      }),
    )
  })
})
