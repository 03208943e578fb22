import { existsSync, readdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { PROJECT_ROOT } from '../src/config/paths.ts'
import { sourceFiles, textOfFile } from './support/source-files.ts'

const MODULES = ['src', 'commands', 'bench'].flatMap((folder) => sourceFiles(folder))
const SCRIPTS = sourceFiles('scripts', ['.mjs'])
const TESTS = sourceFiles('test')

const HEADER = /^(?:#!.*\n)?\/\*\*([\s\S]*?)\*\//

const COMMENT = /\/\*\*[\s\S]*?\*\/|^\s*\/\/.*$/gm

/** The words of a comment, without its stars. */
const wordsOf = (comment: string): string => comment.replace(/\s*\n\s*\*\s?/g, ' ')

describe('the source', () => {
  it('says at the top of each module what it is', () => {
    expect([...MODULES, ...SCRIPTS].filter((file) => !HEADER.test(textOfFile(file)))).toEqual([])
  })

  it('has the entry points that its headers name', () => {
    const named = MODULES.flatMap((file) => {
      const text = textOfFile(file)
      const header = wordsOf(HEADER.exec(text)?.[1] ?? '')
      const code = text.replace(HEADER, '')
      const list = /Entry(?: points?)?: ((?:[^.]|\.(?=\S))*)/.exec(header)?.[1] ?? ''
      const names = [...list.matchAll(/`(\w+)`/g)].map(([, name = '']) => name)
      return names.map((name) => ({ file, name, isThere: new RegExp(`\\b${name}\\b`).test(code) }))
    })
    expect(named.length).toBeGreaterThan(MODULES.length / 3)
    expect(named.filter(({ isThere }) => !isThere).map(({ file, name }) => `${file}: ${name}`)).toEqual([])
  })

  it('names only files that are there, in comments and in the documentation', () => {
    const known = [...MODULES, ...SCRIPTS, ...TESTS]
    const isKnown = (path: string): boolean => known.some((file) => file === path || file.endsWith(`/${path}`))
    const inComments = known.flatMap((file) => {
      const comments = [...textOfFile(file).matchAll(COMMENT)].map(([comment]) => comment)
      const paths = [...comments.join('\n').matchAll(/(?<![*.\w/])(?:[\w-]+\/)*[\w-]+(?:\.test)?\.(?:ts|mjs)\b/g)]
      return paths
        .map(([path]) => path)
        .filter((path) => !isKnown(path))
        .map((path) => `${file}: ${path}`)
    })
    const pages = ['README.md', ...sourceFiles('docs', ['.md'])]
    const inPages = pages.flatMap((page) => {
      const text = textOfFile(page)
      const paths = [...text.matchAll(/\b(?:src|test|scripts|bench|commands)\/[\w./-]*\w/g)].map(([path]) => path)
      const links = [...text.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(([, to = '']) => join(dirname(page), to))
      return [...paths, ...links].filter((path) => !isThere(path)).map((path) => `${page}: ${path}`)
    })
    expect([...inComments, ...inPages]).toEqual([])
  })

  it('reads clocks and draws at random only through what it is given', () => {
    const raw = /\bDate\.now\(|\bperformance\.now\(|\bMath\.random\(|\bnew Date\(\)/
    const allowed = /^src\/(?:sim\/|config\/wall-clock\.ts$)/
    const found = MODULES.filter((file) => raw.test(textOfFile(file).replace(COMMENT, '')))
    expect(found).toContain('src/config/wall-clock.ts')
    expect(found.filter((file) => !file.startsWith('bench/') && !allowed.test(file))).toEqual([])
  })
})

/** A file or folder of the project, or files whose names begin so (`test/e2e/store-outages` stands for two). */
function isThere(path: string): boolean {
  if (existsSync(join(PROJECT_ROOT, path))) return true
  const folder = join(PROJECT_ROOT, dirname(path))
  return existsSync(folder) && readdirSync(folder).some((name) => name.startsWith(basename(path)))
}
