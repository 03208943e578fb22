/**
 * Frames of Discord's gateway against what is published of them. Entry point: `discordFrameProblems`.
 *
 * Messages, guilds, channels, members and users in them are described by the API description; the envelopes, and
 * interactions, only by the documentation of the gateway, which the schemas here write down.
 */
import { z } from 'zod'
import type { DiscordSpec } from './discord-spec.ts'
import type { WireFrame } from './wire.ts'

const snowflake = z.string().regex(/^\d{17,20}$/)
const anything = z.record(z.string(), z.unknown())

const SENT = z.discriminatedUnion('op', [
  z.object({ op: z.literal(1), d: z.int().nullable() }),
  z.object({
    op: z.literal(2),
    d: z.object({
      token: z.string().min(1),
      intents: z.int().nonnegative(),
      properties: z.object({ os: z.string(), browser: z.string(), device: z.string() }),
    }),
  }),
  z.object({
    op: z.literal(3),
    d: z.object({
      since: z.int().nullable(),
      activities: z.array(z.object({ name: z.string(), type: z.int() })),
      status: z.enum(['online', 'dnd', 'idle', 'invisible', 'offline']),
      afk: z.boolean(),
    }),
  }),
  z.object({ op: z.literal(6), d: z.object({ token: z.string(), session_id: z.string(), seq: z.int() }) }),
  z.object({ op: z.literal(8), d: z.object({ guild_id: snowflake }) }),
])

const RECEIVED = z.discriminatedUnion('op', [
  z.object({ op: z.literal(0), t: z.string().min(1), s: z.int().positive(), d: z.unknown() }),
  z.object({ op: z.literal(7) }),
  z.object({ op: z.literal(9), d: z.boolean() }),
  z.object({ op: z.literal(10), d: z.object({ heartbeat_interval: z.int().positive() }) }),
  z.object({ op: z.literal(11) }),
])

const READY = z.object({
  v: z.literal(10),
  user: anything,
  guilds: z.array(z.object({ id: snowflake, unavailable: z.boolean() })),
  session_id: z.string().min(1),
  resume_gateway_url: z.string().startsWith('ws'),
  application: z.object({ id: snowflake, flags: z.int() }),
})
const INTERACTION = z.object({
  id: snowflake,
  application_id: snowflake,
  type: z.int().min(1).max(5),
  data: anything,
  guild_id: snowflake,
  channel_id: snowflake,
  channel: anything,
  member: z.object({ user: anything, permissions: z.string().regex(/^\d+$/), roles: z.array(snowflake) }),
  token: z.string().min(1),
  version: z.literal(1),
  app_permissions: z.string().regex(/^\d+$/),
  locale: z.string(),
  entitlements: z.array(z.unknown()),
})

const issues = (what: string, { success, error }: z.ZodSafeParseResult<unknown>): string[] =>
  success ? [] : error.issues.map((issue) => `${what}/${issue.path.join('/')}: ${issue.message}`)

/** Which kinds of frame were seen, and what is wrong with them. */
export function discordFrameProblems(
  spec: DiscordSpec,
  frames: readonly WireFrame[],
): { readonly seen: ReadonlySet<string>; readonly problems: string[] } {
  const seen = new Set<string>()
  const problems: string[] = []
  for (const { direction, data } of frames) {
    const frame: unknown = JSON.parse(data.toString('utf8'))
    if (direction === 'to server') {
      const sent = SENT.safeParse(frame)
      seen.add(`sent ${sent.data?.op}`)
      problems.push(...issues('gateway sent', sent))
      continue
    }
    const received = RECEIVED.safeParse(frame)
    problems.push(...issues('gateway received', received))
    if (received.data?.op !== 0) continue
    seen.add(received.data.t)
    problems.push(...dispatchProblems(spec, received.data.t, received.data.d))
  }
  return { seen, problems }
}

function dispatchProblems(spec: DiscordSpec, type: string, data: unknown): string[] {
  const part = (path: readonly string[]): unknown =>
    path.reduce<unknown>((at, key) => (typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined), data)
  const each = (path: string, schema: string): string[] => {
    const list = part([path])
    return Array.isArray(list) ? list.flatMap((one) => spec.component(schema, one, `${type} ${path}`)) : []
  }
  switch (type) {
    case 'READY':
      return [...issues(type, READY.safeParse(data)), ...spec.component('UserResponse', part(['user']), type)]
    case 'GUILD_CREATE':
      return [
        ...spec.component('GuildResponse', data, type),
        ...each('channels', 'GuildChannelResponse'),
        ...each('threads', 'ThreadResponse'),
        ...each('members', 'GuildMemberResponse'),
      ]
    case 'MESSAGE_CREATE':
    case 'MESSAGE_UPDATE':
      return spec.component('MessageResponse', data, type)
    case 'THREAD_CREATE':
    case 'THREAD_UPDATE':
      return spec.component('ThreadResponse', data, type)
    case 'INTERACTION_CREATE': {
      const message = part(['message'])
      return [
        ...issues(type, INTERACTION.safeParse(data)),
        ...spec.component('UserResponse', part(['member', 'user']), `${type} member/user`),
        ...(message === undefined ? [] : spec.component('MessageResponse', message, `${type} message`)),
      ]
    }
    default:
      return []
  }
}
