/** The JSON Schemas in docs/schema, read by a validator that knows nothing of the code. Entry point: `problemsBy`. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { PROJECT_ROOT } from '../../src/config/paths.ts'

/** What is wrong with a document, as the file as it is on the disk would hold it; [] for nothing. */
export function problemsBy(name: 'day-4' | 'period-4'): (document: unknown) => readonly string[] {
  const schema = JSON.parse(readFileSync(join(PROJECT_ROOT, 'docs', 'schema', `${name}.schema.json`), 'utf8'))
  const validate = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true }).compile(schema)
  return (document) => {
    validate(JSON.parse(JSON.stringify(document)))
    return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
  }
}
