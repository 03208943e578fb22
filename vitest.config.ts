import { defineConfig } from 'vitest/config'

const slow = process.env.PHASE4D_SLOW_TESTS === '1'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: slow ? [] : ['test/**/*.slow.test.ts'],
    globalSetup: ['test/global-setup.ts'],
    pool: 'forks',
    // The long tests wait for processes more than they compute.
    maxWorkers: 3,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
