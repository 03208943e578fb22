import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { expect, test } from 'vitest'
import { NODE_FLAGS } from '../../src/cli/supervisor/node-flags.ts'
import { PROJECT_ROOT } from '../../src/config/paths.ts'

const SCRIPT = join(PROJECT_ROOT, 'scripts/container.sh')

/** What the entry point would become: the last `node` it runs prints its arguments instead. */
function becomes(...args: readonly string[]): string {
  const dir = mkdtempSync(join(tmpdir(), 'phase4d-container-'))
  const stub = `#!/bin/sh\ncase "$*" in *main.js*) echo "$@" ;; *) exec ${process.execPath} "$@" ;; esac\n`
  writeFileSync(join(dir, 'node'), stub, { mode: 0o755 })
  const env = { ...process.env, PATH: `${dir}${delimiter}${process.env.PATH}` }
  try {
    return execFileSync('sh', [SCRIPT, ...args], { env })
      .toString()
      .trim()
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

test.each(['worker', 'bot', 'watchdog'] as const)('a container runs the %s with the flags of npm start', (name) => {
  expect(becomes(name)).toBe([...NODE_FLAGS[name], 'build/src/cli/main.js', name].join(' '))
})

test('other commands run without flags, and their arguments stay as they are', () => {
  expect(becomes('up', '--host', '0.0.0.0')).toBe('build/src/cli/main.js up --host 0.0.0.0')
})

test('the exit status is the command’s own', () => {
  expect(spawnSync('sh', [SCRIPT, 'strat']).status).toBe(2)
})

test('the image has what its entry point and its health check need', () => {
  const dockerfile = readFileSync(join(PROJECT_ROOT, 'Dockerfile'), 'utf8')
  for (const file of ['container.sh', 'node-flags.mjs', 'healthcheck.mjs'])
    expect(dockerfile).toContain(`scripts/${file}`)
})
