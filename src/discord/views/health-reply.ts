/** `/health`: what is wrong first, then processes, queues, streams and reconciliation of each account, and versions. */
import { type APIEmbed, SnowflakeUtil } from 'discord.js'
import { COLOURS, clip, embed, type Field, line, plain } from '../../feed/embed.ts'
import { decimal, duration, NONE, sourceBadge } from '../../report/format.ts'
import { type HealthView, healthProblems, WATCHDOG_SILENT_MS, WORKER_SILENT_MS } from '../../report/health.ts'
import type { Beat, QueueDepths, StoreHealth } from '../../report/store-health.ts'
import { isOver, type StatusView } from '../../report/views.ts'
import { modeWords, phaseWords } from '../../report/words.ts'
import { PROFILE_NAMES } from '../../strategy/types.ts'
import type { Desk, Request } from '../desk.ts'
import type { Reply } from '../reply.ts'
import type { Versions } from '../versions.ts'

const WORKERS_SHOWN_MAX = 10
const PROBLEM_MAX = 300
const NAME_MAX = 60
const STANDBY_SHOWN_MAX = 5

/** Throws `StoreUnreachable`: then the router says so, and that is what is wrong. `id`: of the interaction. */
export async function healthReply(
  { reader, commands, versions, gatewayPing_ms, wall }: Desk,
  { id }: Pick<Request, 'id'>,
): Promise<Reply> {
  // Discord writes its own time into the id.
  const ahead_ms = wall.now_ms() - SnowflakeUtil.timestampFrom(id)
  const known = await reader.accounts()
  const newest = PROFILE_NAMES.flatMap((name) => known.find((account) => account.profile === name) ?? [])
  const [store, queues, found] = await Promise.all([
    reader.health(),
    commands.depths(),
    Promise.all(
      newest.map(async ({ accountId }) => ({
        status: await reader.status(accountId),
        feed: await reader.feedProgress(accountId),
      })),
    ),
  ])
  const accounts = found.flatMap(({ status, feed }) => (status === null ? [] : [{ status, feed }]))
  const process = { versions, ping_ms: gatewayPing_ms(), ahead_ms }
  return { embeds: [healthEmbed({ store, queues, accounts }, process, wall.now_ms())] }
}

const name = (text: string): string => `\`${clip(plain(text).replaceAll('`', ''), NAME_MAX)}\``

function workersField({ store }: HealthView): Field {
  const shown = store.workers.slice(0, WORKERS_SHOWN_MAX).map(({ name: worker, age_ms, version }) => {
    const isAlive = age_ms <= WORKER_SILENT_MS
    const program = version === undefined ? '' : ` · ${clip(plain(version), NAME_MAX)}`
    const sign = isAlive ? `beat ${decimal(age_ms / 1000, 1)} s ago` : `silent for ${duration(age_ms)}`
    return `${isAlive ? '🟢' : '🔴'} ${name(worker)} ${sign}${program}`
  })
  const more = store.workers.length - shown.length
  if (more > 0) shown.push(`and ${more} more`)
  return line('Workers', shown.length === 0 ? '🔴 none' : shown.join('\n'))
}

/** ` 0.4 s`: since the stream brought something; orders are quiet while nothing happens. */
function ageOf(ages: StatusView['health']['streamAges_ms'], stream: string): string {
  const age_ms = Object.entries(ages ?? {}).find(([name]) => name === stream)?.[1] ?? null
  return age_ms === null ? '' : ` ${age_ms < 60_000 ? `${decimal(age_ms / 1000, 1)} s` : duration(age_ms)}`
}

/** Of a session that is over: what its engine said last, and how long ago each stream had brought something by now. */
function lastSeen({ heartbeatAge_ms, streamAges_ms }: StatusView['health'], reconciled: string): readonly string[] {
  if (heartbeatAge_ms === null) return ['its engine was never heard of, or too long ago']
  const brought = Object.entries(streamAges_ms ?? {}).map(
    ([stream, age_ms]) => `${stream} ${age_ms === null ? 'nothing' : `${duration(heartbeatAge_ms + age_ms)} ago`}`,
  )
  return [
    `its engine wrote last ${duration(heartbeatAge_ms)} ago · reconciled with the broker ${reconciled}`,
    ...(brought.length === 0 ? [] : [`the streams brought last: ${brought.join(', ')}`]),
  ]
}

function accountField({ status, feed }: HealthView['accounts'][number], nowWall_ms: number): Field {
  const { health, profile, source, phase, mode, dataAge_s } = status
  const posts = `feed at #${feed.feedNo}, ${feed.postedNo === feed.feedNo ? 'all posted' : `posted to #${feed.postedNo}`}`
  const title = `${profile} · ${sourceBadge(source)}`
  const reconciled = health.lastReconciled_ms === null ? NONE : `${duration(nowWall_ms - health.lastReconciled_ms)} ago`
  if (isOver(status)) return line(title, ['no session running', ...lastSeen(health, reconciled), posts].join('\n'))
  const streams = Object.entries(health.streams).map(
    ([stream, state]) => `${state === 'connected' ? '🟢' : '🔴'} ${stream}${ageOf(health.streamAges_ms, stream)}`,
  )
  const engine =
    health.heartbeatAge_ms === null ? 'no worker has it' : `engine wrote ${duration(health.heartbeatAge_ms)} ago`
  const data = dataAge_s === null ? 'no market data yet' : `newest data ${decimal(dataAge_s, 1)} s old`
  return line(
    title,
    [
      `${phaseWords(phase)} · ${modeWords(mode)} · ${engine}`,
      `streams ${streams.join(' ')} · ${data}`,
      `last reconciled with the broker ${reconciled} · ${posts}`,
    ].join('\n'),
  )
}

const depthWords = ({ waiting, active, delayed, failed }: QueueDepths): string =>
  `${waiting} waiting, ${active} active, ${delayed} delayed, ${failed} failed`

const QUEUES = ['commands', 'sessions', 'studies'] as const

/** A process a line; null: none was heard of. */
function beatsText(beats: readonly Beat[], sign: string, silent_ms: number): string | null {
  const lines = beats.slice(0, WORKERS_SHOWN_MAX).map((beat) => {
    const isAlive = beat.age_ms <= silent_ms
    const age = isAlive ? `${sign} ${decimal(beat.age_ms / 1000, 1)} s ago` : `not running for ${duration(beat.age_ms)}`
    return `${isAlive ? '🟢' : '🔴'} ${name(beat.name)} ${age}`
  })
  return lines.length === 0 ? null : lines.join('\n')
}

/** Those that run; where none does, the one heard of last. An earlier start's is gone with it, and is no fault. */
function guardsShown(watchdogs: readonly Beat[]): readonly Beat[] {
  const running = watchdogs.filter(({ age_ms }) => age_ms <= WATCHDOG_SILENT_MS)
  return running.length > 0 ? running : watchdogs.toSorted((a, b) => a.age_ms - b.age_ms).slice(0, 1)
}

/** Who posts, with its own heartbeat; and who would take over. */
function botText({ bot, bots }: StoreHealth): string {
  const own = bots.find((beat) => beat.name === bot)
  const beat = own === undefined ? '' : `, beat ${decimal(own.age_ms / 1000, 1)} s ago`
  const others = bots
    .filter((other) => other.name !== bot && other.age_ms <= WORKER_SILENT_MS)
    .map((other) => name(other.name))
  const standby = others.length === 0 ? 'none stands by' : `${others.slice(0, STANDBY_SHOWN_MAX).join(', ')} stands by`
  return `${bot === null ? '🔴 nobody holds the lease' : `🟢 ${name(bot)}${beat}`} · ${standby}`
}

/** What the bot says of itself. `ahead_ms`: its clock, of Discord's. */
interface BotSelf {
  readonly versions: Versions
  readonly ping_ms: number | null
  readonly ahead_ms: number
}

/** Longer than an interaction is on its way. */
const CLOCK_APART_MAX_MS = 10_000

function clockProblems(ahead_ms: number): readonly string[] {
  if (!(Math.abs(ahead_ms) > CLOCK_APART_MAX_MS)) return []
  const apart = `${duration(Math.abs(ahead_ms))} ${ahead_ms > 0 ? 'ahead of' : 'behind'}`
  return [
    `The bot's clock is ${apart} Discord's. Trading does not go by it, but how late posts say they are, and until when a request can be decided, does: switch on time synchronisation (NTP) on its machine.`,
  ]
}

export function healthEmbed(view: HealthView, { versions, ping_ms, ahead_ms }: BotSelf, nowWall_ms: number): APIEmbed {
  const { store, queues, accounts } = view
  const problems = [...healthProblems(view), ...clockProblems(ahead_ms)]
  const ping = ping_ms === null ? NONE : `${decimal(ping_ms, 0)} ms`
  return embed({
    colour: problems.length === 0 ? COLOURS.gain : COLOURS.loss,
    title:
      problems.length === 0
        ? '💚 Everything is alive'
        : `❤️‍🩹 ${problems.length} ${problems.length === 1 ? 'thing needs' : 'things need'} a look`,
    description: problems.map((problem) => `• ${clip(problem, PROBLEM_MAX)}`).join('\n'),
    fields: [
      line('Bot', `${botText(store)} · Discord ${ping}`),
      line('Watchdog', beatsText(guardsShown(store.watchdogs), 'asked', WATCHDOG_SILENT_MS) ?? '🔴 not running'),
      workersField(view),
      ...accounts.map((account) => accountField(account, nowWall_ms)),
      line('Queues', QUEUES.map((queue) => `${queue}: ${depthWords(queues[queue])}`).join('\n')),
      line(
        'Redis',
        `${store.redis.version} · ${store.redis.usedMemory} used · answered in ${decimal(store.redis.answer_ms, 1)} ms`,
      ),
    ],
    footer: `phase4d ${versions.phase4d} · Node ${versions.node} · discord.js ${versions.discordJs}`,
  })
}
