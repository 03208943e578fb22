import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ConfigError, type Environment, loadConfig } from '../../src/config/env.ts'

function inFile(text: string, env: Environment = {}): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'phase4d-env-'))
  const file = join(folder, 'env')
  writeFileSync(file, text)
  try {
    loadConfig({ ...env, ENV_FILE: file })
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map((problem) => problem.replace(file, 'FILE'))
    throw error
  } finally {
    rmSync(folder, { recursive: true })
  }
}

describe('the lines of the file', () => {
  test('are blank, a comment or NAME=value, plain or quoted, with a comment after it or not', () => {
    const text = `\uFEFF# head\r\n\nPORT=4401 # the page\nexport LOG_LEVEL="debug"\n  STRUCTURE = 'put_spread' # one\nREDIS_URL=`
    expect(inFile(text)).toEqual([])
    expect(inFile(`${text}redis://h:6379/0#1`)).toEqual([])
    expect(inFile('PORT="x#y" # z')).toEqual(['PORT: expected a whole number from 0 to 65535, got "x#y"'])
  })

  test.each([
    ['VIX_MAX 24', 'FILE:2: expected NAME=value'],
    ['VIX_MAX: 24', 'FILE:2: expected NAME=value'],
    ['2K=24', 'FILE:2: expected NAME=value'],
    ['hush-hush-a-pasted-secret', 'FILE:2: expected NAME=value'],
    ['VIX_MAX="24', 'FILE:2: VIX_MAX: expected a closing " on the same line'],
    ['PORT=4402', 'FILE:2: PORT: expected each name once, but line 1 sets it too'],
  ])('that cannot be read are refused with their number: %s', (line, problem) => {
    const problems = inFile(`PORT=4401\n${line}\nSTRUCTURE=iron_condor\n`)
    expect(problems).toEqual([expect.stringContaining(problem), expect.stringContaining('STRUCTURE')])
    expect(problems.join()).not.toContain('hush-hush')
  })
})

describe('unknown names', () => {
  test('in the file are refused, with the nearest known name', () => {
    expect(inFile('MAX_DAILY_LOS_25K=5\r\n')).toEqual([expect.stringContaining('did you mean MAX_DAILY_LOSS_25K?')])
    expect(inFile('WHATEVER=1')).toEqual([expect.stringContaining('WHATEVER')])
  })

  test('in the environment are refused only where they can only be meant for this program', () => {
    expect(inFile('', { DISCORD_TOKN: 'x', HOME: '/root', MAX_LENGTH: '5' })).toEqual([
      expect.stringContaining('did you mean DISCORD_TOKEN?'),
    ])
  })

  test('the environment goes before the file', () => {
    expect(inFile('PORT=banana', { PORT: '4401' })).toEqual([])
    expect(inFile('PORT=banana', { PORT: '' })).toHaveLength(1)
  })

  test('a file that was named but is not there, or is a folder, is a problem like any other', () => {
    const problems = (file: string): string => {
      try {
        return loadConfig({ ENV_FILE: file, PORT: 'x' }).logLevel
      } catch (error) {
        return error instanceof ConfigError ? error.problems.join('\n') : String(error)
      }
    }
    expect(problems('/nowhere/env')).toMatch(/^ENV_FILE: expected a file, got "\/nowhere\/env".*\nPORT: /)
    expect(problems(tmpdir())).toMatch(/^ENV_FILE: expected a file, got ".*cannot be read \(EISDIR\)\nPORT: /)
  })
})
