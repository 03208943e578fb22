import { describe, expect, it } from 'vitest'
import { shownAccounts } from '../../src/report/shown-accounts.ts'

const account = (accountId: string, profile: '2k' | '25k', armed: boolean) => ({ accountId, profile, armed })
const ids = (accounts: readonly { readonly accountId: string }[]) => accounts.map(({ accountId }) => accountId)

describe('the accounts a view is about', () => {
  it('are those armed, of each profile the one started last', () => {
    const listed = [account('b', '25k', true), account('s', '2k', true), account('a', '25k', true)]
    expect(ids(shownAccounts([...listed, account('old', '2k', false)], null))).toEqual(['b', 's'])
    expect(ids(shownAccounts(listed, '25k'))).toEqual(['b'])
  })

  it('are the one started last where none is armed, and none where none was started', () => {
    const listed = [account('s', '2k', false), account('a', '25k', false)]
    expect(ids(shownAccounts(listed, null))).toEqual(['s'])
    expect(ids(shownAccounts(listed, '25k'))).toEqual(['a'])
    expect(shownAccounts([], null)).toEqual([])
  })
})
