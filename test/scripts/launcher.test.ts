import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { PROJECT_ROOT } from '../../src/config/paths.ts'
import { isAlive } from '../../src/config/redis-server.ts'

const script = (name: string): Promise<Record<string, (...args: unknown[]) => unknown>> =>
  import(join(PROJECT_ROOT, 'scripts/lib', name))
const { packagesToInstall } = await script('install.mjs')
const { nodeVersionProblem } = await script('node-version.mjs')
const { sourceDigest } = await script('build.mjs')

describe('the Node version', () => {
  test.each(['20.19.0', '20.20.2', '22.0.0', '24.1.0'])('%s will do', (version) => {
    expect(nodeVersionProblem?.(version)).toBeNull()
  })
  test.each(['18.20.0', '20.18.3', '9.9.9'])('%s is refused with what to install', (version) => {
    expect(nodeVersionProblem?.(version)).toContain('20.19')
  })
})

describe('packages are installed again', () => {
  const lock = {
    packages: {
      '': { name: 'phase4d' },
      'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
      'node_modules/other-platform': { version: '1.0.0', optional: true },
    },
  }
  const installed = (packages: object) => packagesToInstall?.(lock, { packages })

  test('never when what is there is what the lock file says', () => {
    expect(installed({ 'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' } })).toEqual([])
  })
  test('when there are none, or an installation was interrupted', () => {
    expect(packagesToInstall?.(lock, undefined)).toEqual(['node_modules/a'])
  })
  test('when one is missing or of another version', () => {
    expect(installed({})).toEqual(['node_modules/a'])
    expect(installed({ 'node_modules/a': { version: '1.0.1', integrity: 'sha512-b' } })).toEqual(['node_modules/a'])
  })
})

describe('the build is fresh', () => {
  let root = ''
  afterEach(() => rmSync(root, { recursive: true, force: true }))

  test('until a source is changed, added or removed', () => {
    root = `${mkdtempSync(join(tmpdir(), 'phase4d-build-'))}/`
    mkdirSync(join(root, 'src/deep'), { recursive: true })
    const file = join(root, 'src/deep/a.ts')
    writeFileSync(file, 'one')
    const first = sourceDigest?.(root)
    expect(sourceDigest?.(root)).toBe(first)
    utimesSync(file, 1, 1)
    const touched = sourceDigest?.(root)
    expect(touched).not.toBe(first)
    writeFileSync(join(root, 'src/b.ts'), '')
    expect(sourceDigest?.(root)).not.toBe(touched)
    rmSync(join(root, 'src/b.ts'))
    expect(sourceDigest?.(root)).toBe(touched)
  })
})

describe('a launcher that is told to stop while it installs or compiles', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)('passes %s on and ends by it after its child', async (signal) => {
    const child = `process.stdout.write(process.pid + '\\n'); setInterval(() => {}, 1000)`
    const code = `
      import { run } from ${JSON.stringify(join(PROJECT_ROOT, 'scripts/lib/project.mjs'))}
      await run(process.execPath, ['-e', ${JSON.stringify(child)}])`
    const launcher = spawn(process.execPath, ['--input-type=module', '-e', code], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    const pid = await new Promise<number>((resolve) => launcher.stderr.once('data', (data) => resolve(Number(data))))
    expect(isAlive(pid)).toBe(true)
    launcher.kill(signal)
    const ended = await new Promise((resolve) => launcher.on('exit', (_, by) => resolve(by)))
    expect(ended).toBe(signal)
    expect(isAlive(pid)).toBe(false)
  })
})
