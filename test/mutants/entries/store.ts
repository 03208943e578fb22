/** The store's scripts: what they check before they write. */
import type { Mutant } from '../entry.ts'

const commit = 'src/store/commit-script.ts'
const lease = 'src/store/lease.ts'
const sessions = ['test/store/session-store.test.ts']
const leases = ['test/store/lease.test.ts']
const twins = ['test/store/memory-store.test.ts']

export const STORE_MUTANTS: readonly Mutant[] = [
  {
    name: 'a stale epoch writes',
    covers: ['I11'],
    file: commit,
    find: "  if newest > tonumber(commit.epoch) then return refuse('stale_epoch') end\n",
    replace: '',
    tests: sessions,
  },
  {
    name: 'a lost epoch writes',
    covers: ['I11', 'I3'],
    file: commit,
    find: "  if newest < tonumber(commit.epoch) then return refuse('store_lost') end\n",
    replace: '',
    tests: twins,
  },
  {
    name: 'a session that changed meanwhile is written over',
    covers: ['I11'],
    file: commit,
    find: "if commit.session and seqOf(KEYS[2]) ~= commit.session.expectedSeq then return refuse('conflict') end\n",
    replace: '',
    tests: sessions,
  },
  {
    name: 'a campaign that changed meanwhile is written over',
    covers: ['I1', 'I16'],
    file: commit,
    find: "if commit.campaign and seqOf(KEYS[3]) ~= commit.campaign.expectedSeq then return refuse('conflict') end\n",
    replace: '',
    tests: twins,
  },
  {
    name: 'two opening intents a day',
    covers: ['I8'],
    file: commit,
    find: "if commit.openGuard and redis.call('EXISTS', KEYS[4]) == 1 then return refuse('already_opened') end\n",
    replace: '',
    tests: sessions,
  },
  {
    name: 'the opening intent of the day is not kept',
    covers: ['I8'],
    file: commit,
    find: "if commit.openGuard then redis.call('SET', KEYS[4], commit.openGuard) end\n",
    replace: '',
    tests: sessions,
  },
  {
    name: 'every event gets a feed number',
    covers: ['I12'],
    file: commit,
    find: "if event.publish then feedNo = redis.call('INCR', KEYS[7]) end",
    replace: "feedNo = redis.call('INCR', KEYS[7])",
    tests: sessions,
  },
  {
    name: 'feed numbers that were given are given again',
    covers: ['I12'],
    file: commit,
    find: "if tonumber(redis.call('GET', KEYS[7]) or '0') < commit.feedFloor then",
    replace: 'if false then',
    tests: ['test/store/feed-floor.test.ts'],
  },
  {
    name: 'a lease that is held is given',
    covers: ['I11'],
    file: lease,
    find: "if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end\n",
    replace: '',
    tests: leases,
  },
  {
    name: 'a newer holder does not stop the older one',
    covers: ['I11'],
    file: lease,
    find: 'if newest > tonumber(ARGV[2]) then return 0 end\n',
    replace: '',
    tests: leases,
  },
  {
    name: 'anybody gives a lease back',
    covers: ['I11'],
    file: lease,
    find: "if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end\n",
    replace: '',
    tests: leases,
  },
  {
    name: 'an ownership is not over at its release',
    covers: ['I11'],
    file: lease,
    find: "redis.call('DEL', KEYS[1])\nredis.call('INCR', KEYS[2])\n",
    replace: "redis.call('DEL', KEYS[1])\n",
    tests: leases,
  },
  {
    name: 'a number that is not the next one is posted',
    covers: ['I12'],
    file: 'src/store/feed-store.ts',
    find: "if tonumber(ARGV[2]) ~= cursor + 1 then return { 'moved', '' } end\n",
    replace: '',
    tests: ['test/store/feed-store.test.ts'],
  },
  {
    name: 'an older bot begins a post',
    covers: ['I12', 'I11'],
    file: 'src/store/feed-store.ts',
    find: "if redis.call('GET', KEYS[1]) ~= ARGV[1] then return { 'stale_epoch', '' } end\n",
    replace: '',
    tests: ['test/store/feed-store.test.ts'],
  },
  {
    name: 'an older bot records a post',
    covers: ['I12', 'I11'],
    file: 'src/store/feed-store.ts',
    find: "if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 'stale_epoch' end\n",
    replace: '',
    tests: ['test/store/feed-store.test.ts'],
  },
  {
    name: 'a post that went out before a crash is made again',
    covers: ['I12'],
    file: 'src/feed/publish-entry.ts',
    find: "begun.state === 'resumed' ? await channel.find(",
    replace: "begun.state !== 'resumed' ? await channel.find(",
    tests: ['test/feed/publisher.test.ts'],
  },
]
