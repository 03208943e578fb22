import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readCsvRows } from '../../src/replay/csv-rows.ts'
import { FileProblems, parsePrice } from '../../src/replay/data-file.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'phase4d-rows-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function rowsOf(text: string): Promise<{ line: number; a: string; b: number; same: boolean }[]> {
  const file = join(folder, 'rows.csv')
  writeFileSync(file, text)
  const problems = new FileProblems(file)
  const found: { line: number; a: string; b: number; same: boolean }[] = []
  for await (const rows of readCsvRows(file, ['a', 'b'], problems)) {
    while (rows.next()) found.push({ line: rows.line, a: rows.text(0), b: rows.price(1), same: rows.isSame(0) })
  }
  problems.throwIfAny()
  return found
}

describe('rows read in place', () => {
  test('keep their lines over empty ones, and know which cells repeat', async () => {
    expect(await rowsOf('b,x,a\r\n1,,é\n\n\r\n2.50,y,é\n03,z,f')).toEqual([
      { line: 2, a: 'é', b: 1, same: false },
      { line: 5, a: 'é', b: 2.5, same: false },
      { line: 6, a: 'f', b: 3, same: false },
    ])
    expect((await rowsOf('a,b\nx,1\nx,2\n')).map(({ same }) => same)).toEqual([false, true])
  })

  test('a row over the edge of a chunk is whole', async () => {
    const rows = Array.from({ length: 60_000 }, (_, index) => `r${index},${index}.25`)
    const found = await rowsOf(`a,b\n${rows.join('\n')}\n`)
    expect(found).toHaveLength(60_000)
    expect(found.every(({ a, b, line }, index) => a === `r${index}` && b === index + 0.25 && line === index + 2)).toBe(
      true,
    )
  })

  test.each(['', '.', '.5', '5.', '-1', '1e3', '1.2.3', 'nan', ' 1', '1 ', '0x1'])('"%s" is no price', async (text) => {
    expect((await rowsOf(`a,b\nx,${text}\n`))[0]?.b).toBeNaN()
    expect(parsePrice(text)).toBeNull()
  })

  test('prop_a_price_is_the_double_of_its_text', async () => {
    const digits = fc.stringMatching(/^\d{1,20}(\.\d{1,20})?$/)
    await fc.assert(
      fc.asyncProperty(fc.array(digits, { minLength: 1, maxLength: 50 }), async (texts) => {
        const found = await rowsOf(`a,b\n${texts.map((text) => `x,${text}`).join('\n')}\n`)
        expect(found.map(({ b }) => b)).toEqual(texts.map(Number))
      }),
      { numRuns: 50 },
    )
  })
})
