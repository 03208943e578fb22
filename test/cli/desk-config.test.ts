import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadDeskConfig, loadWhateverConfig } from '../../src/cli/desk-config.ts'
import { deskEnvironment } from '../../src/cli/supervisor/plan.ts'
import { writeRunningDesk } from '../../src/cli/supervisor/running-desk.ts'

const OWN_REDIS = 'redis://127.0.0.1:7001'

describe('the configuration beside a running desk', () => {
  let dataDir = ''
  beforeAll(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'phase4d-desk-config-'))
    const environment = deskEnvironment({ redisUrl: 'redis://127.0.0.1:7000', marketPort: 7010, chatPort: 7020 })
    writeRunningDesk(dataDir, {
      pid: process.pid,
      page: null,
      environment,
      joiningPorts: [],
      ownsRedis: true,
      healthPort: 7100,
    })
  })
  afterAll(() => rmSync(dataDir, { recursive: true, force: true }))

  const env = (own: Record<string, string> = {}) => ({ ENV_FILE: 'none', DATA_DIR: dataDir, ...own })

  it('takes from the desk what the person has not set', () => {
    const config = loadWhateverConfig(env())
    expect(config.redisUrl).toBe('redis://127.0.0.1:7000')
    expect(config.alpaca?.tradingUrl).toBe('http://127.0.0.1:7010')
    expect(config.discord?.apiUrl).toBe('http://127.0.0.1:7020/api')
  })

  it('leaves alone what the environment sets, for every command', () => {
    expect(loadWhateverConfig(env({ REDIS_URL: OWN_REDIS }))).toMatchObject({
      redisUrl: OWN_REDIS,
      alpaca: { tradingUrl: 'http://127.0.0.1:7010' },
    })
    expect(loadDeskConfig(env({ REDIS_URL: OWN_REDIS })).redisUrl).toBe(OWN_REDIS)
  })

  it("never puts keys of one's own together with the desk's simulated market", () => {
    const keys = { ALPACA_API_KEY: 'PKOWN', ALPACA_SECRET_KEY: 'secret' }
    const config = loadDeskConfig(env(keys))
    expect(config.redisUrl).toBe('redis://127.0.0.1:7000')
    expect(config.alpaca?.credentials['25k']?.keyId).toBe('PKOWN')
    expect(config.alpaca?.tradingUrl).toBe('https://paper-api.alpaca.markets')
    expect(config.simClock).toBeNull()
  })
})
