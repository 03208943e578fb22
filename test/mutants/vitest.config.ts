/** For runs against a mutant: nothing is compiled, and Redis is that of the run. */
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: { include: ['test/**/*.test.ts'], pool: 'forks', maxWorkers: 1, testTimeout: 20_000, bail: 1 },
})
