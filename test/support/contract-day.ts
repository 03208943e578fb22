/**
 * A whole simulated day through the whole desk, everything that goes over its wires kept and held against what Alpaca
 * and Discord publish of their APIs: requests, answers and stream messages, both ways. Entry point:
 * `describeContractDay`.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Structure } from '../../src/strategy/types.ts'
import { loadAlpacaApi } from '../broker/openapi.ts'
import { alpacaFrameProblems } from './alpaca-frames.ts'
import { startTestChat, type TestChat } from './chat-in-test.ts'
import { textOf } from './chat-user.ts'
import { postTo, startTestDesk } from './desk-in-test.ts'
import { discordFrameProblems } from './discord-frames.ts'
import { type Exchange, loadDiscordSpec, recording } from './discord-spec.ts'
import { TRADING_DATE } from './held-desk.ts'
import { COMES_MS_MAX } from './waits.ts'
import { startWire, type Wire } from './wire.ts'
import { spawnWorker } from './worker-process.ts'

const api = loadAlpacaApi()
const spec = loadDiscordSpec()
const absent = api === null || spec === null

/** Often enough to see some in a short day. */
const HEARTBEAT_MS = 2_000
const DAY_MS_MAX = 120_000

interface Exception {
  readonly is: RegExp
  readonly documented: string
}

/** Where the desk follows the documentation against the description; each with what the documentation says. */
const ALPACA_EXCEPTIONS: readonly Exception[] = [
  {
    is: /^trade update (partial_)?fill of a mleg order: no position_qty$/,
    documented:
      'Websocket streaming, event fill: position_qty is “the size of your total position, after this fill event, in shares”. An order of several legs changes several positions; its legs show theirs.',
  },
]
const DISCORD_EXCEPTIONS: readonly Exception[] = []
const EXCEPTIONS_MAX = 10

const unexplained = (problems: readonly string[], exceptions: readonly { readonly is: RegExp }[]): string[] =>
  [...new Set(problems)].filter((problem) => !exceptions.some(({ is }) => is.test(problem)))

interface ContractDay {
  readonly structure: Structure
  readonly database: number
}

/**
 * A day of 400 market minutes in some fifteen seconds: all that is said once a day, fewer decisions than at leisure.
 */
const SPEED = 1600
const REQUESTS_MIN = 25
/** Secures 25 short puts. */
const RICH = { profile: '25k', keyId: 'PKSIM25K', secret: 'sim', optionsLevel: 3, equity: 3_000_000 } as const

/** Everything a team asks for in a day, once. */
async function playDay({ olivia }: TestChat, clockUrl: string): Promise<void> {
  const saw = (text: string, timeout_ms = COMES_MS_MAX) =>
    olivia.waitFor((message) => textOf(message).includes(text), { timeout_ms })
  await olivia.slash('start', { account: '25k' })
  await saw('25k armed')
  await postTo(clockUrl, { paused: false })
  await saw('Mon 23 Nov 2026: ', DAY_MS_MAX)
  await olivia.slash('status')
  await olivia.slash('report', { date: TRADING_DATE })
  await olivia.slash('why')
  await olivia.slash('trades')
  await olivia.slash('validate')
  await olivia.slash('stop', { account: '25k' })
}

interface Wires {
  readonly broker: Wire
  readonly gateway: Wire
}

/** A desk whose talk with both servers goes over wires, played to its end; `opened` is to be closed, the last first. */
async function dayOnTheWire(
  { structure, database }: ContractDay,
  discord: Exchange[],
  opened: { close(): void | Promise<void> }[],
): Promise<Wires> {
  const gateways: Wire[] = []
  const desk = await startTestDesk({
    source: { kind: 'seed', seed: '7', startDate: TRADING_DATE },
    speed: SPEED,
    database,
    paused: true,
    structure,
    ...(structure === 'short_put' ? { accounts: [RICH] } : {}),
  })
  opened.push(desk)
  const broker = await startWire(desk.sim.url)
  opened.push(broker)
  const stream = (url: string) => url.replace(/^ws:\/\/[^/]+/, broker.url.replace('http', 'ws'))
  const worker = spawnWorker(desk, {
    ALPACA_TRADING_URL: broker.url,
    ALPACA_DATA_URL: broker.url,
    STRUCTURE: structure,
    ALPACA_TRADING_STREAM_URL: stream(desk.sim.streamUrls.trading),
    ALPACA_STOCK_STREAM_URL: stream(desk.sim.streamUrls.stock),
    ALPACA_OPTION_STREAM_URL: stream(desk.sim.streamUrls.option),
  })
  opened.push({
    close: async () => {
      worker.child.kill('SIGKILL')
      await worker.exited
    },
  })
  const chat = await startTestChat(desk, {
    middleware: [recording(discord)],
    heartbeatInterval_ms: HEARTBEAT_MS,
    via: async (simUrl) => {
      const wire = await startWire(simUrl)
      gateways.push(wire)
      opened.push(wire)
      return wire.url
    },
  })
  opened.push(chat)
  await playDay(chat, desk.sim.clockUrl)
  const [gateway] = gateways
  if (gateway === undefined) throw new Error('expected the bot to be reached over a wire, got none')
  return { broker, gateway }
}

export function describeContractDay({ structure, database }: ContractDay): void {
  describe.skipIf(absent)(
    `a simulated day with a ${structure} on the wire ${absent ? '(skipped: no specs beside the repository; set SHARED_DIR)' : ''}`,
    () => {
      const opened: { close(): void | Promise<void> }[] = []
      const discord: Exchange[] = []
      let broker: Wire
      let gateway: Wire

      beforeAll(async () => {
        const wires = await dayOnTheWire({ structure, database }, discord, opened)
        broker = wires.broker
        gateway = wires.gateway
      }, 200_000)
      afterAll(async () => {
        for (const thing of opened.reverse()) await thing.close()
      })

      test('Alpaca: every request and every answer is as described', () => {
        const requests = broker.exchanges.map(({ method, path }) => `${method} ${path.split('?')[0]}`)
        expect(requests.length).toBeGreaterThan(REQUESTS_MIN)
        for (const wanted of ['POST /v2/orders', 'GET /v2/account', 'GET /v2/calendar', 'GET /v2/positions'])
          expect(requests).toContain(wanted)
        const problems = broker.exchanges.flatMap(
          (exchange) => api?.violations({ ...exchange, url: `${broker.url}${exchange.path}` }) ?? [],
        )
        expect(unexplained(problems, ALPACA_EXCEPTIONS)).toEqual([])
      })

      test('Alpaca: every message of the streams is as described', () => {
        if (api === null) throw new Error('skipped without the specs')
        const { seen, problems } = alpacaFrameProblems(api, broker.frames)
        const wanted = ['stock request', 'option request', 'trading request', 'stock q', 'stock b', 'option q']
        expect(unexplained(problems, ALPACA_EXCEPTIONS)).toEqual([])
        expect([...seen]).toEqual(expect.arrayContaining([...wanted, 'trade update new', 'trade update fill']))
      })

      test('Discord: every request and every answer is as described', () => {
        expect(discord.length).toBeGreaterThan(20)
        const problems = discord.flatMap((exchange) => spec?.violations(exchange) ?? [])
        expect(unexplained(problems, DISCORD_EXCEPTIONS)).toEqual([])
      })

      test('Discord: every frame of the gateway is as described, and it closes none', () => {
        if (spec === null) throw new Error('skipped without the specs')
        const { seen, problems } = discordFrameProblems(spec, gateway.frames)
        const wanted = ['READY', 'GUILD_CREATE', 'INTERACTION_CREATE', 'sent 1', 'sent 2']
        expect(unexplained(problems, DISCORD_EXCEPTIONS)).toEqual([])
        expect([...seen]).toEqual(expect.arrayContaining(wanted))
        expect(gateway.closeCodes).toEqual([])
      })

      test('a frame that is not as described would be caught', () => {
        if (api === null || spec === null) throw new Error('skipped without the specs')
        const changed = (wire: Wire, has: string, from: string, to: string) =>
          wire.frames
            .filter(({ data, direction }) => direction === 'to client' && data.includes(has))
            .slice(0, 1)
            .map((frame) => ({ ...frame, data: Buffer.from(frame.data.toString('utf8').replace(from, to)) }))
        const order = changed(broker, '"time_in_force":"day"', '"time_in_force":"day"', '"time_in_force":"fortnight"')
        expect(alpacaFrameProblems(api, order).problems.join()).toContain('time_in_force')
        const bare = changed(gateway, '"INTERACTION_CREATE"', '"token"', '"tokens"')
        expect(discordFrameProblems(spec, bare).problems.join()).toContain('INTERACTION_CREATE/token')
      })

      test('exceptions are few', () => {
        expect(ALPACA_EXCEPTIONS.length + DISCORD_EXCEPTIONS.length).toBeLessThanOrEqual(EXCEPTIONS_MAX)
      })
    },
  )
}
