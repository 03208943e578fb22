import { defineConfig } from 'vitest/config'
import { COMES_MS_MAX, TEST_MS_MAX } from './test/support/waits.ts'

const slow = process.env.PHASE4D_SLOW_TESTS === '1'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: slow ? [] : ['test/**/*.slow.test.ts'],
    globalSetup: ['test/global-setup.ts'],
    pool: 'forks',
    // The long tests wait for processes more than they compute.
    maxWorkers: 3,
    testTimeout: TEST_MS_MAX,
    hookTimeout: TEST_MS_MAX,
    expect: { poll: { timeout: COMES_MS_MAX } },
  },
})
