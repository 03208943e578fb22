/**
 * That every fault of the matrix and every invariant is shown by something that exists, and the page that says by what.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { SURPRISES } from '../../src/chaos/broker/sim-broker.ts'
import { CLOCK_TROUBLES } from '../../src/chaos/desk/clocks.ts'
import { MISFORTUNES } from '../../src/chaos/desk/misfortunes.ts'
import { TEAM_SHARES } from '../../src/chaos/desk/team.ts'
import { FAULT_KINDS } from '../../src/chaos/faults/fault.ts'
import { OUTAGE_GROUPS } from '../../src/chaos/faults/random-plan.ts'
import { PROJECT_ROOT } from '../../src/config/paths.ts'
import { INVARIANTS } from '../mutants/entry.ts'
import { MATRIX, type Shown } from './fault-matrix.ts'

/** Everything the simulator of faults brings about. */
const SIMULATED: readonly string[] = [
  ...FAULT_KINDS,
  ...OUTAGE_GROUPS.map((group) => `outage of ${group}`),
  ...Object.keys(MISFORTUNES),
  ...Object.keys(SURPRISES),
  ...Object.keys(CLOCK_TROUBLES),
  ...Object.keys(TEAM_SHARES).map((what) => `team: ${what}`),
  'otherVersion',
]

/** Invariants that a day in memory cannot break: where they are held instead. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  I7: 'every repeated request of a simulated day ends in one order (I3, I6); `test/session/orders-out`, `test/session/unsure-orders`',
  I11: 'a worker of another version that writes; `test/store/memory-store` for every epoch',
  I15: '`test/broker/host-guard`, `test/broker/hosts`',
}

const pathOf = ({ file }: Shown): string => join(PROJECT_ROOT, 'test', `${file}.test.ts`)

function checksOf(folder: string): string {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))
  return files.map((name) => readFileSync(join(folder, name), 'utf8')).join('\n')
}

const chaosSource = checksOf(join(PROJECT_ROOT, 'src/chaos'))
const isHeld = (invariant: string): boolean =>
  chaosSource.includes(`report('${invariant}'`) || chaosSource.includes(`fail('${invariant}'`)

describe('the fault matrix', () => {
  test('names tests that exist, and faults that the simulator knows', () => {
    const gone = MATRIX.flatMap(({ fault, shown, simulated }) => [
      ...shown
        .filter((one) => !existsSync(pathOf(one)) || !readFileSync(pathOf(one), 'utf8').includes(one.test))
        .map(({ file, test: name }) => `${fault}: ${file} has no "${name}"`),
      ...simulated.filter((name) => !SIMULATED.includes(name)).map((name) => `${fault}: nothing simulates "${name}"`),
      ...(shown.length === 0 ? [`${fault}: nothing shows it`] : []),
    ])
    expect(gone).toEqual([])
  })

  test('leaves out nothing that the simulator brings about', () => {
    const used = new Set(MATRIX.flatMap(({ simulated }) => simulated))
    expect(SIMULATED.filter((name) => !used.has(name) && name !== 'outage of broker')).toEqual([])
  })

  test('every invariant is held at each step of a simulated day, or somewhere that is named', () => {
    expect(INVARIANTS.filter((invariant) => !isHeld(invariant) && ELSEWHERE[invariant] === undefined)).toEqual([])
  })

  test('docs/fault-matrix.md says so (vitest -u writes it anew)', async () => {
    const rows = MATRIX.map(({ fault, moments, expected, simulated, shown }) => {
      const files = [...new Set(shown.map(({ file }) => `\`${file}\``))].join(', ')
      return `| ${fault} | ${moments} | ${expected} | ${simulated.join(', ') || '–'} | ${files} |`
    })
    const invariants = INVARIANTS.map((invariant) => {
      const held = [...(isHeld(invariant) ? ['yes'] : []), ...(ELSEWHERE[invariant] ? [ELSEWHERE[invariant]] : [])]
      return `| ${invariant} | ${held.join('; ')} |`
    })
    const page = [
      '# What shows that each fault is borne',
      '',
      'Made from `test/chaos/fault-matrix.ts`; a test fails when a test named here is gone. Simulated: what brings it about in',
      '`npm run chaos` (`src/chaos/faults`, `src/chaos/desk`). Moments: M0 before the intent, M1 intent saved, M2 request in',
      'flight, M3 accepted but unseen, M4 fill unseen, M5 open, M6 close in flight, M7 closed and not yet told; a kill at every',
      'call of a day passes all of them.',
      '',
      '| fault | moments | expected | simulated | tests, below `test/` |',
      '|---|---|---|---|---|',
      ...rows,
      '',
      '## Invariants',
      '',
      'Held at each step of a simulated day, from the side of the broker, the store and the channel. For each, `npm run mutants`',
      'takes out at least one guard.',
      '',
      '| invariant | held in simulated days |',
      '|---|---|',
      ...invariants,
      '',
    ].join('\n')
    await expect(page).toMatchFileSnapshot('../../docs/fault-matrix.md')
  })
})
