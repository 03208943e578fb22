/**
 * The bot in the channel: slash command to first acknowledgement against a bare discord.js bot in turns, the same under
 * load, and a fill at the broker to its post.
 *
 * Everything, simulators too, runs in this one process: what the parts take from each other is in the figures. Both
 * bots are on one server, each an application of its own.
 */
import { Client, Events, GatewayIntentBits, REST, Routes } from 'discord.js'
import { pollUntil, systemWallClock } from '../src/config/wall-clock.ts'
import { GUILD_ID, OTHER_APPLICATION } from '../src/sim/discord/fixtures.ts'
import type { DiscordSim } from '../src/sim/discord/server.ts'
import { DEFAULT_LIMITS } from '../src/strategy/rules.ts'
import { MINUTE_MS } from '../src/time/units.ts'
import { startTestChat, type TestChat } from '../test/support/chat-in-test.ts'
import { type ChatUser, textOf } from '../test/support/chat-user.ts'
import { startTestDesk, type TestDesk } from '../test/support/desk-in-test.ts'
import type { BenchContext, Benchmark, Row } from './lib/benchmark.ts'
import { median, percentile } from './lib/stats.ts'

const WARM_UP = 30
const COMMANDS = 150
const LOAD_PER_SECOND = 20
const LOAD_SECONDS = 10
const RATIO_MAX = 1.2
const ACK_MS_MAX = 1000
const POST_P50_MS_MAX = 250
const POST_P99_MS_MAX = 1000
const FILLS_MAX = 100
const FILLS_MIN = 20
const CONTRACTS = 25
const OPENING_MS_MAX = 20_000
const SPEED = 20
const BEFORE_WINDOW_MS = 30_000
const WAIT_MS_MAX = 120_000
/** The opening order stays until all of its contracts have come one by one. */
const PATIENCE_S = 100_000

const wall = systemWallClock

async function startBareBot(sim: DiscordSim): Promise<Client> {
  const { token, user } = OTHER_APPLICATION
  const rest = new REST({ api: sim.apiUrl }).setToken(token)
  await rest.put(Routes.applicationGuildCommands(user.id, GUILD_ID), {
    body: [{ name: 'echo', description: 'Answers', type: 1 }],
  })
  const client = new Client({ intents: [GatewayIntentBits.Guilds], rest: { api: sim.apiUrl } })
  client.on(Events.InteractionCreate, (interaction) => {
    if (!interaction.isChatInputCommand()) return
    void interaction.deferReply().then(() => interaction.editReply('echo'))
  })
  const ready = new Promise<void>((resolve) => client.once(Events.ClientReady, () => resolve()))
  await client.login(token)
  await ready
  return client
}

async function timed(call: () => Promise<unknown>): Promise<number> {
  const from_ms = performance.now()
  await call()
  return performance.now() - from_ms
}

/** Frames of the past are searched at every answer. */
const forget = (user: ChatUser): void => void user.frames.splice(0)
const BETWEEN_MS = 40

async function acknowledgements({ sim, olivia }: TestChat): Promise<readonly Row[]> {
  const bare = await startBareBot(sim)
  try {
    await olivia.until(() => olivia.commands.some(({ name }) => name === 'echo'), 'the command of the bare bot')
    const took: { bare: number[]; desk: number[] } = { bare: [], desk: [] }
    const turns = [
      ['bare', 'echo'],
      ['desk', 'help'],
    ] as const
    for (let round = 0; round < WARM_UP + COMMANDS; round += 1) {
      // Whoever goes first changes: neither is always asked right after the other's answer.
      for (const [who, name] of round % 2 === 0 ? turns : turns.toReversed()) {
        const ack_ms = await timed(() => olivia.slash(name))
        if (round >= WARM_UP) took[who].push(ack_ms)
        await wall.sleep(BETWEEN_MS)
        forget(olivia)
      }
    }
    const ratio = median(took.desk) / median(took.bare)
    const note = `${COMMANDS} commands, in turns`
    return [
      { what: 'bare bot: acknowledgement, p50', value: median(took.bare), unit: 'ms', limit: null, note },
      { what: 'the desk: acknowledgement, p50', value: median(took.desk), unit: 'ms', limit: null, note },
      { what: 'ratio of the medians', value: ratio, unit: 'x', limit: RATIO_MAX },
    ]
  } finally {
    await bare.destroy()
  }
}

async function underLoad({ olivia }: TestChat): Promise<Row> {
  const count = LOAD_PER_SECOND * LOAD_SECONDS
  const began_ms = performance.now()
  const pending: Promise<number>[] = []
  for (let sent = 0; sent < count; sent += 1) {
    await wall.sleep(Math.max(0, began_ms + (sent * 1000) / LOAD_PER_SECOND - performance.now()))
    pending.push(timed(() => olivia.slash('status')))
  }
  const took = await Promise.all(pending)
  forget(olivia)
  return {
    what: `acknowledgement at ${LOAD_PER_SECOND} commands a second, p99`,
    value: percentile(took, 99),
    unit: 'ms',
    limit: ACK_MS_MAX,
    note: `${count} × /status`,
  }
}

/** A position whose contracts are filled one by one, on the way in and on the way out. */
async function fillsToPosts(desk: TestDesk, chat: TestChat): Promise<readonly Row[]> {
  const account = desk.sim.accounts.find(({ options }) => options.profile === '25k')
  if (account === undefined) throw new Error('expected an account 25k')
  const filled: number[] = []
  const push = account.activities.push.bind(account.activities)
  account.activities.push = (...activities) => {
    if (activities.some(({ type }) => type === 'FILL')) filled.push(performance.now())
    return push(...activities)
  }
  const posted: number[] = []
  const seen = new Set<string>()
  const looking = new AbortController()
  void chat.olivia
    .until(
      () => {
        for (const message of chat.olivia.messages()) {
          if (seen.has(message.id) || !/(Sold|Bought back) \d+ at/.test(textOf(message))) continue
          seen.add(message.id)
          posted.push(performance.now())
        }
        return looking.signal.aborted
      },
      'the end',
      4 * WAIT_MS_MAX,
    )
    .catch(() => undefined)
  const control = (path: string, body: object) =>
    fetch(`${desk.sim.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  await control('/sim/fills', { next: Array.from({ length: FILLS_MAX }, () => 1) })
  const started = await desk.start('25k')
  if (!started.ok) throw new Error(started.refusal.message)
  const windowOpen_ms = desk.sim.market.session.open_ms + DEFAULT_LIMITS.entryAfterOpenMin * MINUTE_MS
  await control('/sim/step', { to: new Date(windowOpen_ms - BEFORE_WINDOW_MS).toISOString() })
  // A book every quarter of a second of ours: each fill can be posted before the next.
  await control('/sim/clock', { speed: SPEED, paused: false })
  await until('an opening order', () => filled.length > 0)
  // The market may leave the price behind: what was filled by then is closed.
  await pollUntil(async () => (posted.length >= CONTRACTS ? true : null), { timeout_ms: OPENING_MS_MAX, every_ms: 5 })
  await desk.control('HALTED')
  await until('the closing to be filled', () => account.positions.size === 0 && posted.length === filled.length)
  looking.abort()
  if (filled.length < FILLS_MIN) throw new Error(`expected ${FILLS_MIN} fills or more, got ${filled.length}`)
  const took = filled.map((at_ms, index) => (posted[index] ?? Number.NaN) - at_ms)
  const note = `${took.length} fills`
  return [
    { what: 'fill to its post, p50', value: median(took), unit: 'ms', limit: POST_P50_MS_MAX, note },
    { what: 'fill to its post, p99', value: percentile(took, 99), unit: 'ms', limit: POST_P99_MS_MAX, note },
  ]
}

async function until(what: string, holds: () => boolean): Promise<void> {
  const limits = { timeout_ms: WAIT_MS_MAX, every_ms: 5 }
  const found = await pollUntil(async () => (holds() ? true : null), limits)
  if (found === null) throw new Error(`expected ${what} within ${WAIT_MS_MAX} ms, got nothing`)
}

async function run({ redisUrl, say }: BenchContext): Promise<readonly Row[]> {
  const desk = await startTestDesk({
    source: { kind: 'seed', seed: '7', startDate: '2026-11-23' },
    paused: true,
    redisUrl,
    engine: { entryWait_s: PATIENCE_S },
  })
  const chat = await startTestChat(desk)
  try {
    await desk.addWorker()
    say(`  ${COMMANDS} commands to the desk and to a bare bot in turns, then ${LOAD_PER_SECOND} a second, then fills`)
    const first = await acknowledgements(chat)
    const load = await underLoad(chat)
    return [...first, load, ...(await fillsToPosts(desk, chat))]
  } finally {
    await chat.close()
    await desk.close()
  }
}

export const chatSpeed: Benchmark = { about: 'slash command to acknowledgement, fill to post', run }
