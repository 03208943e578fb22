import { PassThrough, Readable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { runDecide } from '../../src/cli/decide.ts'
import { PROFILES } from '../../src/strategy/profiles.ts'
import { DEFAULT_LIMITS } from '../../src/strategy/rules.ts'
import type { ProfileName } from '../../src/strategy/types.ts'

const strategyFor = (name: ProfileName) => ({ profile: PROFILES[name], limits: DEFAULT_LIMITS, width: 5 })

async function run(text: string | readonly Buffer[]): Promise<unknown[]> {
  const output = new PassThrough().setEncoding('utf8')
  const status = await runDecide({
    input: Readable.from(typeof text === 'string' ? [text] : text),
    output,
    strategyFor,
  })
  output.end()
  expect(status).toBe(0)
  const printed = (await output.toArray()).join('')
  return printed === ''
    ? []
    : printed
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line))
}

const BARS = Array.from({ length: 20 }, (_, index) => ({
  t: `2026-07-17T09:${30 + index}:00-04:00`,
  o: 741,
  h: 741.5,
  l: 740,
  c: index % 2 === 0 ? 741 : 741.1,
}))

const LINE = {
  profile: '25k',
  structure: 'short_put',
  now: '2026-07-17T10:00:00-04:00',
  session: { open: '2026-07-17T09:30:00-04:00', close: '2026-07-17T16:00:00-04:00' },
  spot: { bid: 741.1, ask: 741.2 },
  bars: BARS,
  chain: [
    { strike: 737, bid: 0.2, ask: 0.22 },
    { strike: 741, bid: 1.2, ask: 1.22 },
    { strike: 742, bid: 1.92, ask: 1.94 },
  ],
  day: { entries: 0, netPnl: 0, open: false },
}
const POSITION = { decisionMid: 1.2, entryFill: 1.19, contracts: 25, mid: 0.6, close: 0.62 }

const line = (changes: object = {}): string => `${JSON.stringify({ ...LINE, ...changes })}\n`
const answer = async (changes: object): Promise<unknown> => (await run(line(changes)))[0]

describe('the decide command', () => {
  test('answers an entry in the format, keys in order', async () => {
    const [entry] = await run(line())
    expect(JSON.stringify(entry)).toBe(
      '{"action":"enter","strike":742,"hedgeStrike":null,"mid":1.93,"costs":{"commission":16.25,"spread":168.88,' +
        '"slippage":38.6,"total":223.73},"vixEstimate":10,"rangePct":0.2,"targetStrike":741.65}',
    )
  })

  test('answers a spread with its hedge', async () => {
    expect(await answer({ structure: 'put_spread' })).toMatchObject({ hedgeStrike: 737, mid: 1.72 })
    expect(await answer({ structure: 'put_spread', width: 4 })).toMatchObject({ reason: 'no_hedge' })
  })

  test('answers a skip with the indicators for display', async () => {
    expect(await answer({ bars: BARS.map((bar, index) => ({ ...bar, c: index % 2 === 0 ? 741 : 743 })) })).toEqual({
      action: 'skip',
      reason: 'high_vix',
      vixEstimate: 50,
      rangePct: 0.2,
    })
    const warming = { action: 'skip', reason: 'warming_up', vixEstimate: null, rangePct: null }
    expect(await answer({ bars: BARS.slice(0, 9) })).toEqual(warming)
    expect(await answer({ bars: [] })).toEqual(warming)
  })

  test.each([
    ['null', null],
    ['without a bid', { ask: 741.2 }],
    ['with a null ask', { bid: 741.1, ask: null }],
    ['that is old', { bid: 741.1, ask: 741.2, t: '2026-07-17T09:59:44-04:00' }],
  ])('a spot %s is a stale quote, no error', async (_name, spot) => {
    expect(await answer({ spot })).toMatchObject({ action: 'skip', reason: 'stale_quote' })
  })

  test('times may come in any offset', async () => {
    expect(await answer({ now: '2026-07-17T14:00:00Z' })).toMatchObject({ action: 'enter' })
    expect(await answer({ now: '2026-07-17T18:30:00.001Z' })).toMatchObject({ reason: 'outside_entry_window' })
  })

  test('answers a position, without needing spot, bars or chain', async () => {
    const { profile, structure, now, session, day } = LINE
    const held = { profile, structure, now, session, day, position: POSITION }
    const at = async (changes: object) => (await run(`${JSON.stringify({ ...held, ...changes })}\n`))[0]
    expect(await at({})).toEqual({ action: 'hold', reason: null, rulePnl: 1354.75, netPnl: 1392.5 })
    expect(await at({ position: { ...POSITION, mid: 2.6, close: 2.62 }, operatorStop: true })).toEqual({
      action: 'exit',
      reason: 'daily_loss_limit',
      alsoFired: ['stop_loss', 'operator_stop'],
      rulePnl: -3645.25,
      netPnl: -3607.5,
    })
    expect(await at({ position: { ...POSITION, mid: null }, now: '2026-07-17T15:10:00-04:00' })).toEqual({
      action: 'exit',
      reason: 'session_end',
      alsoFired: [],
      rulePnl: null,
      netPnl: null,
    })
    expect(await at({ structure: 'put_spread' })).toMatchObject({ rulePnl: 1338.5, netPnl: 1360 })
  })

  test.each([
    ['structure', { structure: 'auto' }],
    ['structure', { structure: undefined }],
    ['profile', { profile: '5k' }],
    ['now', { now: '2026-07-17T10:00:00' }],
    ['now', { now: 1784296800000 }],
    ['session.close', { session: { ...LINE.session, close: 'later' } }],
    ['session.close', { session: { open: LINE.session.close, close: LINE.session.open } }],
    ['spot', { spot: undefined }],
    ['spot.bid', { spot: { bid: '741', ask: 741 } }],
    ['spot.t', { spot: { bid: 741, ask: 741, t: 'now' } }],
    ['bars', { bars: undefined }],
    ['bars.1.h', { bars: [BARS[0], { ...BARS[1], h: null }] }],
    ['bars.0.t', { bars: [{ ...BARS[0], t: '2026-02-30T09:30:00-05:00' }] }],
    ['chain.0.strike', { chain: [{ bid: 1, ask: 2 }] }],
    ['chain.3.strike', { chain: [...LINE.chain, { strike: 741, bid: 1, ask: 2 }] }],
    ['day.netPnl', { day: { entries: 0, open: false } }],
    ['day.entries', { day: { entries: 0.5, netPnl: 0, open: false } }],
    ['width', { width: 0 }],
    ['position.contracts', { position: { ...POSITION, contracts: 0 } }],
    ['position.mid', { position: { ...POSITION, mid: 'none' } }],
    ['operatorStop', { position: POSITION, operatorStop: 'yes' }],
  ])('a bad %s is named', async (field, changes) => {
    expect(await answer(changes)).toEqual({ error: { code: 'bad_input', field, message: expect.any(String) } })
  })

  test.each(['{oops', '[]', '3', 'null', '"text"', '\u0000'])(
    '%j is no object, and no field is to blame',
    async (text) => {
      expect(await run(`${text}\n`)).toEqual([
        { error: { code: 'bad_input', field: null, message: expect.any(String) } },
      ])
    },
  )

  test('a bad line answers for itself; blank lines are ignored; the order is kept', async () => {
    const text = `\n${line()}{oops\n   \r\n${line({ bars: [] })}\r\n${line().trimEnd()}`
    const answers = await run(text)
    expect(answers).toHaveLength(4)
    expect(answers[1]).toMatchObject({ error: { code: 'bad_input' } })
    expect(answers[2]).toMatchObject({ reason: 'warming_up' })
    expect(answers[3]).toEqual(answers[0])
  })

  test('lines may be torn anywhere, within a character too, and end at line feeds only', async () => {
    const bytes = Buffer.from(line({ note: 'é\u2028' }) + line())
    const torn = Array.from(bytes, (byte) => Buffer.from([byte]))
    expect(await run(torn)).toMatchObject([{ action: 'enter' }, { action: 'enter' }])
  })

  test('an empty input gives an empty output', async () => {
    expect(await run('')).toEqual([])
  })
})
