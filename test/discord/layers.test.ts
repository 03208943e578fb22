import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { PROJECT_ROOT } from '../../src/config/paths.ts'

/** From what happens to what is shown of it; each may use only those before it. */
const LAYERS = ['strategy', 'session', 'report', 'feed', 'discord'] as const

function importsOf(layer: string): { file: string; folder: string }[] {
  const root = join(PROJECT_ROOT, 'src', layer)
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => {
      const found = readFileSync(join(root, file), 'utf8').matchAll(/from '(?:\.\.\/)+([a-z]+)\//g)
      return [...found].map(([, folder = '']) => ({ file: `${layer}/${file}`, folder }))
    })
}

describe('the layers of what is shown', () => {
  it.each(LAYERS.map((layer, index) => ({ layer, later: LAYERS.slice(index + 1) })))(
    '$layer imports nothing of $later',
    ({ layer, later }) => {
      const imports = importsOf(layer)
      expect(imports.length).toBeGreaterThan(layer === 'strategy' ? -1 : 0)
      expect(imports.filter(({ folder }) => later.some((name) => name === folder))).toEqual([])
    },
  )
})
