/**
 * For runs against a mutant: nothing is compiled, and Redis is that of the run. A test that waits for what a mutant has
 * taken away has failed long before its wait is over.
 */
import { defineConfig } from 'vitest/config'
import { COMES_MS_MAX } from '../support/waits.ts'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 1,
    testTimeout: 30_000,
    expect: { poll: { timeout: COMES_MS_MAX } },
    bail: 1,
  },
})
