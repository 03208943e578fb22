import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { findChromium } from '../../src/config/chromium.ts'

const dir = mkdtempSync(join(tmpdir(), 'phase4d-chromium-'))
const program = join(dir, 'google-chrome')
writeFileSync(program, '#!/bin/sh\n', { mode: 0o755 })
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const say = (): void => undefined

describe('finding a Chromium', () => {
  test('takes CHROMIUM_PATH before the path, and says so when it is no program', async () => {
    expect(await findChromium({ chosen: program, path: '', say })).toMatchObject({
      ok: true,
      chromium: { executablePath: program },
    })
    expect(await findChromium({ chosen: join(dir, 'none'), path: dir, say })).toMatchObject({
      ok: false,
      problem: expect.stringContaining('CHROMIUM_PATH'),
    })
  })

  test('takes one from the path, without its sandbox only for root', async () => {
    const found = async (uid: number): Promise<readonly string[]> => {
      const result = await findChromium({ chosen: undefined, path: dir, uid, say })
      return result.ok ? result.chromium.args : []
    }
    expect(await found(0)).toContain('--no-sandbox')
    expect(await found(1000)).toContain('--disable-sync')
    expect(await found(1000)).not.toContain('--no-sandbox')
  })
})
