import { describe, expect, it } from 'vitest'
import { configurationLines } from '../../src/preflight/configuration.ts'

describe('a configuration that cannot be used', () => {
  it('is told under the checks that its variables belong to', () => {
    const lines = configurationLines([
      'ALPACA_API_KEY: is a live key (AK…): this desk trades on paper only',
      'ALPACA_TRADING_URL: "https://api.alpaca.markets" is the live host',
      'DISCORD_OPERATOR_ROLE_IDS: expected ids',
      'VIX_MAX: expected a number',
      'PORT: expected a port',
    ])
    expect(lines.map(({ id }) => id)).toEqual(['keys', 'paper_host', 'discord_roles', 'configuration'])
    expect(lines.every(({ status, advice }) => status === 'fail' && advice !== null)).toBe(true)
    expect(lines[3]?.found).toContain('VIX_MAX')
    expect(lines[3]?.found).toContain('PORT')
  })
})
