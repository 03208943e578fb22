import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterAll, describe, expect, test } from 'vitest'
import { runAudit } from '../../src/cli/audit.ts'
import type { BaselineTables } from '../../src/config/config.ts'
import { startCampaign } from '../../src/queue/start-campaign.ts'
import { verdictFactsOf } from '../../src/queue/verdict-facts.ts'
import { againstLines } from '../../src/validation/verdict/against.ts'
import { codeOf, startJob, world } from '../support/command-world.ts'
import { ACCOUNT, FRIDAY } from '../support/preflight-samples.ts'
import { DAILY_LINES, MadeFiles, TRADE_LINES } from '../validation/audit-table.ts'

const files = new MadeFiles()
afterAll(() => files.remove())

const PERIOD = { from: '2023-05-01', to: '2023-05-09' }

/** A data set whose trades are of so many contracts each. */
function set(name: string, contracts: number): BaselineTables {
  const folder = join(files.folder, name)
  mkdirSync(folder)
  const trades = TRADE_LINES.map((line) => line.replace(',10,', `,${contracts},`))
  writeFileSync(join(folder, 'trades.csv'), `${trades.join('\n')}\n`)
  writeFileSync(join(folder, 'daily.csv'), `${DAILY_LINES.join('\n')}\n`)
  return { set: name, ...PERIOD }
}

/** Arms a campaign of 25k; what its registration says of the baseline. */
async function armed(baseline: BaselineTables | null) {
  const at = world()
  const facts = await verdictFactsOf({
    alpaca: { optionFeed: 'indicative', stockFeed: 'iex' },
    dataDir: files.folder,
    dataSetsDir: files.folder,
    baseline,
    // The record of backtests is not what this is about: read from nothing, it says so.
    store: { redis: null, keys: null } as never,
    log: pino({ level: 'silent' }),
  })
  const verdictFacts = { ...facts, triedWith: async () => ({ variants: 1, runs: 0 }) }
  expect(codeOf(await startCampaign(startJob('1'), { ...at.deps, verdictFacts }))).toBe('done')
  const entries = await at.sessions.journal(ACCOUNT.id, FRIDAY.date)
  const event = entries.map((entry) => entry.event).find(({ type }) => type === 'campaign_armed')
  const registration = event?.type === 'campaign_armed' ? event.registered?.registration : undefined
  if (registration === undefined) throw new Error('expected a registration')
  return registration
}

/** Of a verdict nothing else is looked at. */
const heldAgainst = (registration: Awaited<ReturnType<typeof armed>>): string | undefined =>
  againstLines({ registration, mean: { lowerCents: -50_000, upperCents: 50_000 } as never })[1]

describe('the baseline a campaign is held against', () => {
  test('is built in, and the verdict says so, until a table was audited', async () => {
    expect(heldAgainst(await armed(null))).toBe(
      'the re-settled baseline $137.93: not excluded (built in: the published table at official closes, no table was audited here)',
    )
  })

  test('follows the tables that the configuration names, whatever they say', async () => {
    const registration = await armed(set('mine', 25))
    const folder = join(files.folder, 'mine')
    const out = { text: '', write: (text: string) => (out.text += text) }
    const options = { trades: join(folder, 'trades.csv'), daily: join(folder, 'daily.csv'), ...PERIOD, json: true }
    // All that the command does with it is to write.
    await runAudit(options, { out: out as never, err: process.stderr, dataDir: files.folder })
    const { resettled, published } = JSON.parse(out.text)
    expect(registration.resettledDailyCents).toBe(Math.round(resettled.perDay * 100))
    expect(registration.resettledDailyCents).not.toBe(13_793)
    expect(registration.resettledFrom).toEqual({
      ...{ kind: 'audited', ...PERIOD, trades: 5 },
      publishedDailyCents: Math.round(published.perDay * 100),
    })
    expect(heldAgainst(registration)).toMatch(
      /^the re-settled baseline −\$[\d,.]+: .* \(audited: 5 trades from 2023-05-01 to 2023-05-09, published as /,
    )
  })

  test('is another profile’s business where the tables are of its size', async () => {
    expect((await armed(set('small', 2))).resettledFrom).toEqual({ kind: 'built_in' })
  })

  test('is none, with the reason, where the tables cannot be used: a campaign is armed all the same', async () => {
    const registration = await armed({ set: 'absent', from: null, to: null })
    expect(registration).toMatchObject({
      resettledDailyCents: null,
      resettledFrom: { kind: 'none', reason: expect.stringContaining('got "absent"') },
    })
    expect(heldAgainst(registration)).toContain('not known (it could not be read: data: expected a data set with')
    expect((await armed(set('odd', 10))).resettledFrom).toMatchObject({
      reason: expect.stringContaining('expected a table of 2 or 25 contracts'),
    })
  })
})
