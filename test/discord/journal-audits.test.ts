/** In whose journal a line of what somebody used ends up. */
import { pino } from 'pino'
import { describe, expect, test } from 'vitest'
import { journalAudits } from '../../src/discord/approval/journal-audits.ts'
import { postKey } from '../../src/feed/post-key.ts'
import type { AuditLine } from '../../src/store/authority-store.ts'
import { armedCampaign } from '../support/armed-campaign.ts'

const LINE: AuditLine = {
  interactionId: 'i1',
  actor: { id: 'u1', name: 'Olivia', via: 'discord' },
  what: '/status',
  options: {},
  outcome: 'done',
  code: null,
  at_wall_ms: 1,
  profile: null,
}
/** Newest first; `old` is over, `replaced` was started anew under another id since. */
const ACCOUNTS = [
  { accountId: 'newest', profile: '2k' },
  { accountId: 'other', profile: '25k' },
  { accountId: 'old', profile: '25k' },
] as const

async function journalsOf(change: Partial<AuditLine>): Promise<readonly string[]> {
  const committed: string[] = []
  const kept = [JSON.stringify({ ...LINE, ...change })]
  await journalAudits(
    {
      accounts: async () => ACCOUNTS,
      audits: async () => kept.map((text) => ({ text, line: { ...LINE, ...change } })),
      dropAudit: async () => void kept.pop(),
      campaign: async (accountId) => {
        if (accountId === 'replaced' || ACCOUNTS.some((account) => account.accountId === accountId)) {
          return { ...armedCampaign(0), active: accountId !== 'old' }
        }
        return null
      },
      commit: async (accountId) => {
        committed.push(accountId)
        return true
      },
    },
    pino({ level: 'silent' }),
  )
  expect(kept).toEqual([])
  return committed
}

const pressed = (id: string) => journalsOf({ what: id.split(':')[0] ?? '', options: { id } })

describe('a line of what somebody used', () => {
  test('is in the journal of the account that a command names', async () => {
    expect(await journalsOf({ what: '/pause', profile: '25k', options: { account: '25k' } })).toEqual(['other'])
  })

  test('of a button is with the account of its post, its review or its profile', async () => {
    expect(await pressed(`ack:${postKey('other', 12)}`)).toEqual(['other'])
    expect(await pressed(`approve:${postKey('old', 3)}`)).toEqual(['old'])
    expect(await pressed('review:other:2026-07-17-1')).toEqual(['other'])
    expect(await pressed('review:replaced:2026-07-17-1')).toEqual(['replaced'])
    expect(await pressed('start-go:25k:put_spread')).toEqual(['other'])
  })

  test('of a switch for all accounts is with each that is not over', async () => {
    for (const what of ['/stop', '/pause', '/resume']) expect(await journalsOf({ what })).toEqual(['newest', 'other'])
  })

  test('that is about none is with the one started last', async () => {
    expect(await journalsOf({})).toEqual(['newest'])
    expect(await pressed('status:all')).toEqual(['newest'])
    expect(await pressed(`ack:${postKey('gone', 12)}`)).toEqual(['newest'])
  })
})
