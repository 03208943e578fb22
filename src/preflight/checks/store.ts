/** Redis: whether what the desk must not forget outlives a crash. */
import type { Source } from '../../broker/port.ts'
import { decimal } from '../../report/format.ts'
import type { StoreFacts } from '../facts.ts'
import { REDIS_MEMORY_WARN_SHARE, REDIS_PING_WARN_MS, REDIS_VERSION_ADVISED, REDIS_VERSION_MIN } from '../limits.ts'
import { type CheckLine, fail, pass, warn } from '../line.ts'

type Reached = Extract<StoreFacts, { reachable: true }>

/**
 * `source`: whose trades it is to remember. What a simulated market's desk forgets is gone with the market anyhow, so
 * there a durability that is missing only warns.
 */
export function storeLines(facts: StoreFacts, source: Source | null): readonly CheckLine[] {
  if (!facts.reachable) {
    const advice =
      'Start it, or correct REDIS_URL; without one, npm start runs its own. Nothing is opened while it is away.'
    return [fail('redis_access', `does not answer: ${facts.reason}`, advice)]
  }
  const lose = source === null || source.kind === 'PAPER' ? fail : warn
  return [access(facts), version(facts), appendOnly(facts, lose), appendFsync(facts, lose), eviction(facts, lose)]
}

function access({ ping_ms, role }: Reached): CheckLine {
  const numbers = { ping_ms: Math.round(ping_ms * 10) / 10 }
  if (role === 'slave' || role === 'replica') {
    return fail('redis_access', 'this is a replica, which takes no writes', 'Set REDIS_URL to the primary.', numbers)
  }
  const found = `answers in ${decimal(ping_ms, 1)} ms`
  if (ping_ms <= REDIS_PING_WARN_MS) return pass('redis_access', found, numbers)
  const advice = 'Run it nearer: every order waits for it before it is sent.'
  return warn('redis_access', `${found}, expected at most ${REDIS_PING_WARN_MS} ms`, advice, numbers)
}

function version({ server, version: found }: Reached): CheckLine {
  const text = `${server === 'valkey' ? 'Valkey' : 'Redis'} ${found}`
  if (server !== 'valkey' && isBelow(found, REDIS_VERSION_MIN)) {
    return fail('redis_version', `${text}, expected at least ${REDIS_VERSION_MIN}`, 'Install Redis 7, or Valkey.')
  }
  if (server !== 'valkey' && isBelow(found, REDIS_VERSION_ADVISED)) {
    return warn('redis_version', `${text}, ${REDIS_VERSION_ADVISED} or newer is advised`, 'Install Redis 7, or Valkey.')
  }
  return pass('redis_version', text)
}

type Verdict = typeof fail

function appendOnly({ appendonly, lastWriteOk }: Reached, lose: Verdict): CheckLine {
  if (appendonly === null) {
    const advice = 'The server does not say. Ask its provider for an append-only file (appendonly yes).'
    return warn('redis_appendonly', 'appendonly is not known', advice)
  }
  if (appendonly !== 'yes') {
    const advice =
      'What Redis holds is lost when it ends: redis-cli CONFIG SET appendonly yes, and the same in redis.conf.'
    return lose('redis_appendonly', `appendonly ${appendonly}`, advice, { appendonly })
  }
  if (lastWriteOk) return pass('redis_appendonly', 'appendonly yes', { appendonly })
  const advice = 'Look at the disk of the Redis server: full, or failing.'
  return fail('redis_appendonly', 'appendonly yes, but the last write of the file failed', advice, { appendonly })
}

function appendFsync({ appendonly, appendfsync }: Reached, lose: Verdict): CheckLine {
  if (appendonly === 'no') {
    return lose(
      'redis_appendfsync',
      'nothing is written to disk',
      'Switch on appendonly first, then appendfsync always.',
    )
  }
  if (appendfsync === 'always') return pass('redis_appendfsync', 'appendfsync always', { appendfsync })
  if (appendfsync === 'everysec') {
    const note = 'a power failure may cost the last second, which the start fills in from the broker'
    return pass('redis_appendfsync', `appendfsync everysec: ${note}`, { appendfsync })
  }
  if (appendfsync === null) {
    const advice = 'The server does not say. Ask its provider: appendfsync always, or everysec.'
    return warn('redis_appendfsync', 'appendfsync is not known', advice)
  }
  const advice =
    'redis-cli CONFIG SET appendfsync always, and the same in redis.conf: the desk writes a few times a minute.'
  return lose('redis_appendfsync', `appendfsync ${appendfsync}`, advice, { appendfsync })
}

function eviction(facts: Reached, lose: Verdict): CheckLine {
  const { policy, maxMemory_bytes, usedMemory_bytes, evictedKeys } = facts
  const numbers = {
    policy: policy ?? 'unknown',
    maxmemory: maxMemory_bytes,
    used: usedMemory_bytes,
    evicted: evictedKeys,
  }
  const advice =
    'redis-cli CONFIG SET maxmemory-policy noeviction, and the same in redis.conf: a full Redis must refuse, not forget.'
  if (policy === null) {
    return warn(
      'redis_eviction',
      'maxmemory-policy is not known',
      'Ask the provider of this Redis for noeviction.',
      numbers,
    )
  }
  if (evictedKeys > 0 && policy !== 'noeviction') {
    return fail('redis_eviction', `maxmemory-policy ${policy}, ${evictedKeys} keys dropped already`, advice, numbers)
  }
  if (policy !== 'noeviction') {
    // Without a memory limit nothing is dropped until somebody sets one.
    return (maxMemory_bytes === 0 ? warn : lose)('redis_eviction', `maxmemory-policy ${policy}`, advice, numbers)
  }
  if (maxMemory_bytes > 0 && usedMemory_bytes > maxMemory_bytes * REDIS_MEMORY_WARN_SHARE) {
    const share = decimal((usedMemory_bytes / maxMemory_bytes) * 100, 0)
    return warn(
      'redis_eviction',
      `noeviction, but ${share} % of maxmemory is used`,
      'Raise maxmemory: a full Redis refuses writes.',
      numbers,
    )
  }
  return pass('redis_eviction', 'maxmemory-policy noeviction', numbers)
}

function isBelow(version: string, least: string): boolean {
  const parts = (text: string): number[] => text.split('.').map((part) => Number.parseInt(part, 10) || 0)
  const [has, wants] = [parts(version), parts(least)]
  for (const [i, wanted] of wants.entries()) {
    const own = has[i] ?? 0
    if (own !== wanted) return own < wanted
  }
  return false
}
