import { dirname, join, relative, sep } from 'node:path'
import { describe, expect, it } from 'vitest'
import { PROJECT_ROOT } from '../src/config/paths.ts'
import { sourceFiles, textOfFile } from './support/source-files.ts'

/**
 * The folders, from the rules up to the programs: of each, values and types are imported only further down this list. A
 * port may be imported anywhere: it is what a layer asks for, though another implements it.
 */
const LAYERS: readonly string[] = [
  ...[
    'src/strategy',
    'src/tables',
    'src/time',
    'src/broker',
    'src/session',
    'src/review',
    'src/approval',
    'src/config',
    'src/replay',
  ],
  ...['src/sim', 'src/report', 'src/validation', 'src/backtest', 'src/feed', 'src/study', 'src/store', 'src/day-end'],
  ...['src/watchdog', 'src/preflight', 'src/queue', 'src/schedule', 'src/discord', 'commands', 'src/cli', 'src/chaos'],
]

/** The ports of the store, the broker and the like, and the two clocks. */
const PORTS = /(\/port|^src\/config\/clock)\.ts$/

/** From what happens to what is shown of it; here not even a port goes up. */
const SHOWN: readonly string[] = ['src/strategy', 'src/session', 'src/report', 'src/feed', 'src/discord']

interface Import {
  readonly from: string
  readonly to: string
  readonly isType: boolean
}

const layerOf = (file: string): string => LAYERS.find((layer) => file.startsWith(`${layer}/`)) ?? dirname(file)

function importsOf(file: string): Import[] {
  const found = textOfFile(file).matchAll(/^(?:import|export)( type\b)?[^'"]*?'(\.[^']+)'/gm)
  return [...found].map(([, type, path = '']) => {
    const to = relative(PROJECT_ROOT, join(PROJECT_ROOT, dirname(file), path))
    return { from: file, to: to.split(sep).join('/'), isType: type !== undefined }
  })
}

/** A way from a module back to itself, over modules not yet known to lead nowhere; null: there is none. */
function circleFrom(file: string, graph: ReadonlyMap<string, readonly string[]>, done: Set<string>): string[] | null {
  const way: string[] = []
  const walk = (at: string): string[] | null => {
    if (way.includes(at)) return [...way.slice(way.indexOf(at)), at]
    if (done.has(at)) return null
    way.push(at)
    for (const next of graph.get(at) ?? []) {
      const circle = walk(next)
      if (circle !== null) return circle
    }
    way.pop()
    done.add(at)
    return null
  }
  return walk(file)
}

describe('the layers of the source', () => {
  const files = ['src', 'commands'].flatMap((folder) => sourceFiles(folder))
  const imports = files.flatMap(importsOf)
  const shown = ({ from, to }: Import): string => `${from} imports ${to}`
  const isUp = (layers: readonly string[], { from, to }: Import): boolean =>
    layers.includes(layerOf(from)) && layers.indexOf(layerOf(to)) > layers.indexOf(layerOf(from))

  it('has every folder in its list', () => {
    expect(imports.length).toBeGreaterThan(files.length)
    expect([...new Set(files.map(layerOf))].toSorted()).toEqual(LAYERS.toSorted())
  })

  it('imports only from the same folder and those below it', () => {
    const bound = imports.filter(({ to }) => !PORTS.test(to))
    expect(bound.filter((found) => isUp(LAYERS, found)).map(shown)).toEqual([])
  })

  it('shows what happens without what happens knowing of it', () => {
    expect(imports.filter((found) => isUp(SHOWN, found)).map(shown)).toEqual([])
  })

  it('has no modules that load each other in a circle', () => {
    const graph = new Map(
      files.map((file) => [file, imports.filter(({ from, isType }) => from === file && !isType).map(({ to }) => to)]),
    )
    const done = new Set<string>()
    expect(files.map((file) => circleFrom(file, graph, done)).find((circle) => circle !== null)).toBeUndefined()
  })
})
