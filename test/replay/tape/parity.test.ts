import { describe, expect, test } from 'vitest'
import { checkParity } from '../../../src/replay/tape/parity.ts'
import { readTape, type TapeError } from '../../../src/replay/tape/tape.ts'
import { TapeWriter } from '../../../src/replay/tape/tape-writer.ts'
import { confirmExit } from '../../../src/strategy/confirm.ts'
import { decide } from '../../../src/strategy/decide.ts'
import { evaluateExit } from '../../../src/strategy/exits.ts'
import type { DecisionInput } from '../../../src/strategy/types.ts'
import { at, config, decisionInput, exitInput, quietBars, SESSION } from '../../strategy/fixtures.ts'

/** A morning: warming up, a stale quote, a correction of a bar, an entry; then quotes until the stop. */
function morning(): { lines: string[]; inputs: DecisionInput[] } {
  const writer = new TapeWriter()
  const settings = config()
  const corrected = quietBars(26).map((bar, index) => (index === 3 ? { ...bar, h: 601.3 } : bar))
  const inputs = [
    decisionInput({ now_ms: at('09:46:00'), bars: quietBars(9) }),
    decisionInput({ now_ms: at('09:47:00'), bars: quietBars(17), spot: { bid: null, ask: 600.2, t_ms: null } }),
    decisionInput({ now_ms: at('09:56:00'), bars: corrected, chain: [] }),
    decisionInput({ now_ms: at('09:57:00'), bars: corrected.slice(0, 20) }),
  ]
  const lines = [writer.head(SESSION, settings), ...inputs.map((input) => writer.entry(input, decide(input, settings)))]
  let awaiting = false
  for (const [bid, ask] of [
    [1.19, 1.21],
    [1.2, 2.8],
    [2.0, 2.02],
  ] as const) {
    const input = exitInput({ mid: (bid + ask) / 2, close: ask })
    const legs = [{ bid, ask }]
    const confirmed = confirmExit(evaluateExit(input, settings), legs, awaiting)
    lines.push(writer.exit(input, legs, awaiting, confirmed))
    awaiting = confirmed.awaiting
  }
  return { lines, inputs }
}

const change = (line: string, alter: (value: Record<string, unknown>) => void): string => {
  const value = JSON.parse(line)
  alter(value)
  return JSON.stringify(value)
}

describe('the decision tape', () => {
  test('gives every input back as it was', () => {
    const { lines, inputs } = morning()
    const read = [...readTape(lines)].flatMap((taped) => (taped.kind === 'entry' ? [taped.input] : []))
    expect(read).toEqual(inputs)
  })

  test('holds each bar once, and a correction', () => {
    const { lines } = morning()
    const counts = lines.slice(1, 5).map((line) => JSON.parse(line).bars.length)
    expect(counts).toEqual([9, 8, 10, 0])
    expect(JSON.parse(lines[4] ?? '').gone).toHaveLength(6)
  })

  test('is reproduced by the same core, n of n, waiting for confirmation included', () => {
    const { lines } = morning()
    expect(JSON.parse(lines[6] ?? '').out).toMatchObject({ reason: null, awaiting: true })
    expect(JSON.parse(lines[7] ?? '').out).toMatchObject({ reason: 'daily_loss_limit' })
    expect(checkParity(lines)).toEqual({ decisions: 7, reproduced: 7, entries: 4, exits: 3, mismatches: [] })
  })

  test('a decision that the core would not take is found, with both', () => {
    const { lines } = morning()
    const altered = lines.map((line, index) =>
      index === 4 ? change(line, (value) => Object.assign(value, { out: { skip: 'high_vix' } })) : line,
    )
    const parity = checkParity(altered)
    expect(parity).toMatchObject({ decisions: 7, reproduced: 6 })
    expect(parity.mismatches).toMatchObject([{ kind: 'entry', n: 4, taped: { skip: 'high_vix' } }])
    expect(parity.mismatches[0]?.again).toHaveProperty('enter')
  })

  test('what a decision saw decides: another price, another outcome', () => {
    const { lines } = morning()
    const altered = lines.map((line, index) =>
      index === 7 ? change(line, (value) => Object.assign(value, { position: [1.2, 1.19, 25, 1.2, 1.21] })) : line,
    )
    expect(checkParity(altered).mismatches).toMatchObject([{ kind: 'exit', n: 7, again: { reason: null } }])
  })

  test('a session that moved to another worker is a tape with two heads', () => {
    const { lines } = morning()
    expect(checkParity([...lines, '', ...lines])).toMatchObject({ decisions: 14, reproduced: 14 })
  })

  test.each([
    ['a missing line', (lines: string[]) => lines.toSpliced(2, 1), 3, /a line is missing/],
    ['no head', (lines: string[]) => lines.slice(1), 1, /expected the head/],
    ['half a line', (lines: string[]) => [...lines.slice(0, 3), '{"k":"entry"'], 4, /expected JSON/],
    ['another shape', (lines: string[]) => [...lines, '{"k":"exit","n":8}'], 9, /t: /],
  ])('%s is refused with its line', (_name, alter, line, reason) => {
    const read = (): unknown => checkParity(alter(morning().lines))
    expect(read).toThrow(reason)
    try {
      read()
    } catch (error) {
      expect((error as TapeError).line).toBe(line)
    }
  })
})
