/**
 * What drawing charts costs the bot in resident memory: the library in two ways, the first chart, and the peak of
 * further ones with and without collecting the heap after each. Linux only. The figures of docs/decisions/0003 come
 * from here.
 */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ensureBuilt } from './lib/build.mjs'
import { ROOT } from './lib/project.mjs'

const RUNS = 3
const CHARTS = 20
const POINTS = 390
const OPEN_MS = Date.parse('2026-07-17T09:30:00-04:00')

const REPORT = {
  accountId: 'measured',
  source: { kind: 'SIM', label: '1' },
  profile: '25k',
  date: '2026-07-17',
  final: true,
  status: 'traded',
  open_ms: OPEN_MS,
  close_ms: OPEN_MS + POINTS * 60_000,
  netPnlCents: 10_000,
  brokerPnlCents: 10_000,
  rulePnlCents: 10_000,
  targetDailyCents: 34_177,
  plan: { maxDailyLossCents: 150_000, targetDailyCents: 34_177 },
  pnlPoints: Array.from({ length: POINTS }, (_, index) => ({
    at_ms: OPEN_MS + index * 60_000,
    netPnlCents: Math.round(30_000 * Math.sin(index / 40)),
  })),
  trades: [],
  alerts: [],
  skips: {},
}

const built = (file) => JSON.stringify(pathToFileURL(join(ROOT, 'build/src', file)).href)
const MB = `const mb = () => { globalThis.gc?.(); return process.memoryUsage.rss() / 1048576 }`
const PARTS = ['core', 'charts', 'components', 'renderers'].map((part) => `await import('echarts/${part}')`).join(';')
const DRAW = `const { drawChart } = await import(${built('report/charts.js')})
  const report = ${JSON.stringify(REPORT)}
  // What was collected is given back in a later turn of the event loop, which a bot between two charts has many of.
  const draw = async () => {
    await drawChart({ kind: 'day_pnl', report })
    await new Promise((resolve) => setTimeout(resolve, 50))
  }`

/** Name, with the heap collected or not, and a script that prints megabytes. */
const MEASURES = [
  ['the library as its few modules', true, `const before = mb(); ${PARTS}; console.log(mb() - before)`],
  [
    'the library as one file',
    true,
    `const before = mb(); await import('echarts/dist/echarts.esm.min'); console.log(mb() - before)`,
  ],
  [
    'the first chart, all code included',
    true,
    `${DRAW}; const before = mb(); await draw(); console.log(mb() - before)`,
  ],
  ...[true, false].map((collects) => [
    `peak of ${CHARTS} further ones, heap ${collects ? 'collected' : 'left to itself'}`,
    collects,
    `${DRAW}; await draw(); const before = mb(); let peak = before
     for (let n = 0; n < ${CHARTS}; n += 1) { await draw(); peak = Math.max(peak, process.memoryUsage.rss() / 1048576) }
     console.log(peak - before)`,
  ]),
]

function measure(flags, script) {
  const child = spawn(process.execPath, [...flags, '--input-type=module', '-e', `${MB}\n${script}`], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let printed = ''
  child.stdout.on('data', (data) => {
    printed += data
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (status) => (status === 0 ? resolve(Number(printed)) : reject(new Error(`ended (${status})`))))
  })
}

await ensureBuilt()
const { NODE_FLAGS } = await import('../build/src/cli/supervisor/node-flags.js')
for (const [name, collects, script] of MEASURES) {
  const flags = NODE_FLAGS.bot.filter((flag) => collects || flag !== '--expose-gc')
  const results = []
  for (let run = 0; run < RUNS; run += 1) results.push(await measure(flags, script))
  const median = results.sort((a, b) => a - b)[Math.floor(RUNS / 2)]
  process.stdout.write(`${name.padEnd(48)} ${median.toFixed(1).padStart(6)} MB\n`)
}
