/** The market simulator's process; see `market.ts`. Argument: the number of accounts. */
import { startAlpacaSim } from '../../src/sim/alpaca/index.ts'
import { keyOf, MARKET_SECRET } from './market.ts'

const count = Number(process.argv[2])
const sim = await startAlpacaSim({
  port: 0,
  requestsPerMinute: 100_000_000,
  source: { kind: 'seed', seed: 'bench', startDate: '2026-07-17' },
  paused: true,
  accounts: Array.from({ length: count }, (_, index) => ({
    profile: '25k',
    keyId: keyOf(index),
    secret: MARKET_SECRET,
    equity: 25_000,
  })),
})
const { url, clockUrl, streamUrls, accounts } = sim
process.send?.({ url, clockUrl, streamUrls, accountIds: accounts.map((account) => account.id) })
process.once('disconnect', () => process.exit(0))
