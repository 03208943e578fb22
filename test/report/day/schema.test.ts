import { expect, test } from 'vitest'
import { z } from 'zod'
import { periodDocumentSchema } from '../../../src/report/day/period-schema.ts'
import { dayDocumentSchema } from '../../../src/report/day/schema.ts'

/**
 * `npx vitest run test/report/day/schema.test.ts -u` writes them after a change, which is a new version for its
 * readers.
 */
test.each([
  ['day-4', dayDocumentSchema],
  ['period-4', periodDocumentSchema],
])('the published schema %s is the one that reports are written by', async (name, schema) => {
  const published = `${JSON.stringify(z.toJSONSchema(schema, { io: 'output' }), null, 2)}\n`
  await expect(published).toMatchFileSnapshot(`../../../docs/schema/${name}.schema.json`)
})
