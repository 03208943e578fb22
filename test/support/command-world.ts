/** The worker's commands without a worker: the store in memory, the broker by hand. */
import { pino } from 'pino'
import type { Broker } from '../../src/broker/port.ts'
import { createMemoryStore, reachAtOnce, storePorts } from '../../src/chaos/store/memory-store.ts'
import { systemWallClock } from '../../src/config/wall-clock.ts'
import type { CommandResult } from '../../src/queue/jobs.ts'
import type { CampaignDeps, StartCommand } from '../../src/queue/start-campaign.ts'
import type { SessionStore } from '../../src/store/port.ts'
import { ACCOUNT, at, ENDPOINT, FACTS, FRIDAY, MONDAY, ok, SNAPSHOT, STORE } from './preflight-samples.ts'

export const ACTOR = { id: 'u1', name: 'Olivia', via: 'discord' } as const
export const NOW_MS = at('10:30')

export const startJob = (id: string): StartCommand => ({
  kind: 'start',
  id,
  actor: ACTOR,
  requestedAt_ms: 0,
  profile: '25k',
  structure: null,
})

export interface World {
  readonly deps: CampaignDeps
  readonly sessions: SessionStore
}

export function world(over: Partial<Broker> = {}, has: { readonly keys: boolean } = { keys: true }): World {
  const broker: Partial<Broker> = {
    account: async () => ok(ACCOUNT),
    clock: async () => ok({ now_ms: NOW_MS, isOpen: true }),
    calendar: async () => ok([FRIDAY, MONDAY]),
    positions: async () => ok([]),
    orders: async () => ok([]),
    bars: async () => ok([{ t_ms: NOW_MS - 60_000, o: 741, h: 741, l: 741, c: 741 }]),
    snapshot: async () => ok(SNAPSHOT),
    optionQuotes: async (symbols) => ok(new Map(symbols.map((symbol) => [symbol, { bid: 1, ask: 1.1, t_ms: NOW_MS }]))),
    ...over,
  }
  const { sessions } = storePorts(createMemoryStore({ now_ms: () => 0 }), reachAtOnce)
  const deps: CampaignDeps = {
    brokers: {
      of: () => (has.keys ? (broker as Broker) : null),
      endpoint: () => (has.keys ? ENDPOINT : null),
      close: async () => undefined,
    },
    store: sessions,
    clock: { now_ms: () => NOW_MS, observe: () => undefined, speed: () => 1, until: async () => undefined },
    wall: { ...systemWallClock, now_ms: () => NOW_MS },
    log: pino({ level: 'silent' }),
    settingsFor: () => FACTS.settings,
    addSession: async () => undefined,
    readStore: async () => STORE,
  }
  return { deps, sessions }
}

export const codeOf = (result: CommandResult): string => (result.ok ? 'done' : result.refusal.code)
