import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { PROJECT_ROOT } from '../../../src/config/paths.ts'

it("the chat simulator starts without loading the client's library: half a second of each start", () => {
  const folder = join(PROJECT_ROOT, 'src/sim/discord')
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))
  expect(files.length).toBeGreaterThan(20)
  const loads = /^import (?!type\b)[^\n]*from 'discord\.js'/m
  expect(files.filter((name) => loads.test(readFileSync(join(folder, name), 'utf8')))).toEqual([])
})
