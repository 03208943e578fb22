import { expect, test } from 'vitest'
import type { StrategyConfig, Structure } from '../../src/strategy/types.ts'
import { defaultStructure } from '../../src/study/default-structure.ts'
import { SOURCE } from '../support/desk-samples.ts'
import { CONFIG } from '../support/health-samples.ts'

const strategyOf = (structure: Structure): StrategyConfig => ({ ...CONFIG.strategy, structure })
const reader = (armed: boolean, structure: Structure) => ({
  accounts: async () => [{ accountId: 'a', profile: '25k' as const, source: SOURCE, armed }],
  config: async () => ({ ...CONFIG, armed, strategy: strategyOf(structure) }),
})

test('the armed campaign of the profile decides, whatever is configured', async () => {
  expect(await defaultStructure('25k', 'short_put', reader(true, 'put_spread'))).toBe('put_spread')
  expect(await defaultStructure('25k', 'auto', reader(true, 'put_spread'))).toBe('put_spread')
})

test('without an armed one the configuration does, and with auto the last campaign', async () => {
  expect(await defaultStructure('25k', 'short_put', reader(false, 'put_spread'))).toBe('short_put')
  expect(await defaultStructure('25k', 'auto', reader(false, 'put_spread'))).toBe('put_spread')
})

test('a campaign of another profile says nothing, nor does a desk that is not known', async () => {
  expect(await defaultStructure('2k', 'put_spread', reader(true, 'short_put'))).toBe('put_spread')
  expect(await defaultStructure('2k', 'auto', reader(true, 'put_spread'))).toBe('short_put')
  expect(await defaultStructure('25k', 'auto', null)).toBe('short_put')
})
