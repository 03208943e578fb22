import { describe, expect, it } from 'vitest'
import { STORE_CHECKS } from '../../src/preflight/checks/index.ts'
import { storeLines } from '../../src/preflight/checks/store.ts'
import type { StoreFacts } from '../../src/preflight/facts.ts'
import type { CheckId, CheckStatus } from '../../src/preflight/line.ts'
import { ACCOUNT, SIM_SOURCE, STORE } from '../support/preflight-samples.ts'
import { expectLine } from './expect-line.ts'

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
