/**
 * The bot. Entry point: `runBot`.
 *
 * 1. Only the holder of the bot's lease is logged in: it answers and publishes; another process stands by.
 * 2. Discord being away is waited out, for ever; a token that Discord refuses ends the process with what to do.
 * 3. Told to stop, it finishes the answers under way and posts what is still in the feed, each within a bound.
 */
import { type Client, Events } from 'discord.js'
import { backoff_ms } from '../feed/backoff.ts'
import { BOT_LEASE } from '../store/feed-store.ts'
import { holdLease } from '../store/hold-lease.ts'
import type { Lease } from '../store/lease.ts'
import { watchEngines } from '../watchdog/engine-watch.ts'
import type { BotDeps } from './bot-deps.ts'
import { connect, createClient, DiscordLoginRefused } from './client.ts'
import { type StorePresence, showStore } from './presence.ts'
import { serve } from './serve.ts'

export type { BotDeps } from './bot-deps.ts'

const LEASE = { ttl_ms: 6_000, renewEvery_ms: 2_000, tryEvery_ms: 500 }
const LOGIN_RETRY = { first_ms: 500, max_ms: 30_000 }

/** Runs until `signal` aborts. Rejects with `DiscordLoginRefused`, or on a bug. */
export async function runBot(deps: BotDeps, signal: AbortSignal): Promise<void> {
  const { leases, owner, wall, log } = deps
  deps.onState?.('standby')
  await holdLease(leases, { name: BOT_LEASE, owner, ...LEASE }, { wall, log }, signal, (lease, held) =>
    whileLeading(deps, lease, held),
  )
}

/** Logged in for as long as `held` lasts, with a new client whenever one is beyond use. */
async function whileLeading(deps: BotDeps, lease: Lease, held: AbortSignal): Promise<void> {
  const { discord, wall, log } = deps
  const over = new AbortController()
  const shown = watchStore(deps, lease, AbortSignal.any([held, over.signal]))
  try {
    for (let failures = 0; !held.aborted; ) {
      const client = createClient(discord.apiUrl, log)
      try {
        await connect(client, discord.token, wall)
        shown.on(client)
        failures = 0
        log.info({ user: client.user?.tag }, 'logged in to Discord')
        if ((await serve(deps, client, lease, held)) === 'stale_epoch') return
      } catch (error) {
        if (!isTransient(error)) throw error
        failures += 1
        const wait_ms = backoff_ms(failures, LOGIN_RETRY)
        log.warn(
          { err: error, wait_ms },
          `Not connected to Discord at ${discord.apiUrl}; trying again. Trading goes on.`,
        )
        await wall.sleep(wait_ms, held)
      } finally {
        // Closing on purpose is no loss of connection.
        client.removeAllListeners(Events.ShardReconnecting)
        shown.on(null)
        await client.destroy()
      }
    }
  } finally {
    over.abort()
    await shown.ended
  }
}

/** Whatever happens before and while being connected may pass, but for a refused login and our own bugs. */
const isTransient = (error: unknown): boolean =>
  !(error instanceof DiscordLoginRefused || error instanceof TypeError || error instanceof RangeError)

/** Watches engines and store, logged in or not; the store's absence shows on whatever client there is. */
function watchStore(
  { engines, wall, log }: BotDeps,
  lease: Lease,
  held: AbortSignal,
): { on(client: Client | null): void; readonly ended: Promise<void> } {
  let state: StorePresence = 'ok'
  let current: Client | null = null
  const onStore = (next: StorePresence): void => {
    state = next
    if (current !== null) showStore(current, state)
  }
  return {
    on(client) {
      current = client
      if (client !== null && state === 'away') showStore(client, state)
    },
    ended: engines === null ? Promise.resolve() : watchEngines({ ...engines, wall, log, onStore }, lease.epoch, held),
  }
}
