/** What is left after a store that lost its data, and after a change of worker. */
import type { Mutant } from '../entry.ts'

const committer = ['test/session/committer.test.ts']
const floors = ['test/store/feed-floor.test.ts']
const orphans = ['test/queue/adopt-orphans.test.ts']
const under = ['test/session/under-campaign.test.ts']

export const RECOVERY_MUTANTS: readonly Mutant[] = [
  {
    name: 'a holder knows only the feed numbers of its own posts',
    covers: ['I12'],
    file: 'src/session/runner/committer.ts',
    find: '    this.noteFeedNo(result.lastFeedNo)\n',
    replace: '    for (const feedNo of result.feedNos) this.noteFeedNo(feedNo ?? 0)\n',
    tests: floors,
  },
  {
    name: 'a feed counter that was lost begins anew',
    covers: ['I12'],
    file: 'src/session/runner/committer.ts',
    find: '      feedFloor: this.#feedNo,\n',
    replace: '',
    tests: floors,
  },
  {
    name: 'a sign of life does not tell the numbers given',
    covers: ['I12'],
    file: 'src/store/session-store.ts',
    find: '      return liveReply.parse(answers?.[1])\n',
    replace: '      return liveReply.parse([null, null])\n',
    tests: floors,
  },
  {
    name: 'an adopted account numbers its posts from one',
    covers: ['I12'],
    file: 'src/queue/adopt-orphans.ts',
    find: '    feedFloor: known.seq === 0 ? await feedFloorOf(campaign.accountId, deps) : 0,\n',
    replace: '',
    tests: orphans,
  },
  {
    name: 'what a living worker holds is adopted from it',
    covers: ['I4'],
    file: 'src/queue/adopt-orphans.ts',
    find: '  await deps.wall.sleep(HOLDER_MS)\n',
    replace: '',
    tests: orphans,
  },
  {
    name: 'an adopted account opens',
    covers: ['I3', 'I4'],
    file: 'src/queue/adopt-orphans.ts',
    find: "seq: 1, mode: 'REDUCING', actor: DESK",
    replace: "seq: 1, mode: 'ACTIVE', actor: DESK",
    tests: orphans,
  },
  {
    name: "strangers' fills close the desk's position",
    covers: ['I3'],
    file: 'src/queue/adopt-orphans.ts',
    find: '  const own = orders.filter(({ clientOrderId }) => clientOrderId.startsWith(prefix))\n',
    replace: '  const own = orders\n',
    tests: orphans,
  },
  {
    name: 'a lost campaign is not stored again before the session is',
    covers: ['I4'],
    file: 'src/session/runner/committer.ts',
    find: '    this.#lost = { ...this.#lost, campaign: true }\n',
    replace: '',
    tests: committer,
  },
  {
    name: "another campaign's switch is not heard",
    covers: ['I16'],
    file: 'src/session/under-campaign.ts',
    find: '  return { ...stored, ...mode, campaignId, control, limitsSeq: 0 }\n',
    replace: '  return { ...stored, ...mode, campaignId }\n',
    tests: under,
  },
  {
    name: 'an adopted campaign loosens a halt',
    covers: ['I16'],
    file: 'src/session/under-campaign.ts',
    find: '  const mode = isStricter ? {',
    replace: '  const mode = isStricter || control.mode ? {',
    tests: under,
  },
  {
    name: 'waits begun by a clock that stood ahead do not pass',
    covers: ['I4'],
    file: 'src/session/transition.ts',
    find: '  const state = startedByNow(before, view)\n',
    replace: '  const state = before\n',
    tests: ['test/session/reconciling.test.ts'],
  },
]
