import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { SpooledLines } from '../../src/cli/spooled-lines.ts'

/** Takes each piece a turn later. */
class SlowReader extends Writable {
  readonly #chunks: Buffer[] = []
  constructor() {
    super({ highWaterMark: 16 })
  }
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.#chunks.push(chunk)
    setImmediate(done)
  }
  get text(): string {
    return Buffer.concat(this.#chunks).toString()
  }
}

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'phase4d-spool-test-'))
  vi.stubEnv('TMPDIR', folder)
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true, force: true })
})

async function printed(count: number): Promise<{ text: string; files: number }> {
  const lines = new SpooledLines()
  for (let at = 0; at < count; at += 1) await lines.add(`${at} ${'é'.repeat(20)}`)
  const files = readdirSync(folder).length
  const out = new SlowReader()
  await lines.copyTo(out)
  await lines.remove()
  return { text: out.text, files }
}

const expected = (count: number): string =>
  Array.from({ length: count }, (_, at) => `${at} ${'é'.repeat(20)}\n`).join('')

describe('lines that wait to be printed', () => {
  test('few of them need no file', async () => {
    expect(await printed(0)).toEqual({ text: '', files: 0 })
    expect(await printed(3)).toEqual({ text: expected(3), files: 0 })
  })

  test('many come in their order, and no file of them has a name that could be left behind', async () => {
    expect(await printed(20_000)).toEqual({ text: expected(20_000), files: 0 })
  })

  test('are not held in memory, and are gone without having been printed where something went wrong', async () => {
    const lines = new SpooledLines()
    for (let at = 0; at < 5_000; at += 1) await lines.add('x'.repeat(40))
    await lines.remove()
    await lines.remove()
    const out = new SlowReader()
    await lines.copyTo(out)
    expect(out.text.length).toBeLessThan(70_000)
    expect(readdirSync(folder)).toEqual([])
  })

  test('without room for the file it is said where room is wanted', async () => {
    vi.stubEnv('TMPDIR', join(folder, 'gone'))
    const lines = new SpooledLines()
    const all = async (): Promise<void> => {
      for (let at = 0; at < 5_000; at += 1) await lines.add('x'.repeat(40))
    }
    await expect(all()).rejects.toThrow(`expected room for a temporary file in ${join(folder, 'gone')}, got ENOENT`)
    await lines.remove()
  })
})
