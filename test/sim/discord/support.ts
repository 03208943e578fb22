/** Starts the chat simulator and real discord.js clients for tests, and closes everything again. */
import { Client, type ClientOptions, Events, GatewayIntentBits, REST } from 'discord.js'
import { afterEach } from 'vitest'
import { BOT_TOKEN, OLIVIA } from '../../../src/sim/discord/fixtures.ts'
import { type DiscordSim, type DiscordSimOptions, startDiscordSim } from '../../../src/sim/discord/server.ts'
import type { SimTime } from '../../../src/sim/discord/time.ts'
import { ChatUser } from '../../support/chat-user.ts'

const closers: (() => unknown)[] = []

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

export function onEnd(close: () => unknown): void {
  closers.push(close)
}

export const quiet = { info: () => {}, error: (details: object, message: string) => console.error(message, details) }

export async function startSim(options: Partial<DiscordSimOptions> = {}): Promise<DiscordSim> {
  const sim = await startDiscordSim({ port: 0, pageFolder: null, log: quiet, ...options })
  onEnd(() => sim.close())
  return sim
}

export async function startBot(sim: DiscordSim, options: Partial<ClientOptions> = {}): Promise<Client<true>> {
  const client = new Client({ intents: [GatewayIntentBits.Guilds], rest: { api: sim.apiUrl }, ...options })
  onEnd(() => client.destroy())
  const ready = new Promise<Client<true>>((resolve) => client.once(Events.ClientReady, resolve))
  await client.login(BOT_TOKEN)
  return ready
}

export async function startUser(sim: DiscordSim, userId: string = OLIVIA.id): Promise<ChatUser> {
  const user = await ChatUser.connect(sim.url, userId)
  onEnd(() => user.close())
  return user
}

/** discord.js's REST client alone; `retries` 0 shows errors at once. */
export function restOf(sim: DiscordSim): REST {
  return new REST({ api: sim.apiUrl, retries: 0 }).setToken(BOT_TOKEN)
}

/** Wall time that moves only when told to; due timers run in order. */
export class ManualTime implements SimTime {
  private now = Date.UTC(2026, 0, 5, 14, 30)
  private timers: { at_ms: number; run: () => void }[] = []

  now_ms(): number {
    return this.now
  }

  after(wait_ms: number, run: () => void): () => void {
    const timer = { at_ms: this.now + wait_ms, run }
    this.timers.push(timer)
    return () => {
      this.timers = this.timers.filter((one) => one !== timer)
    }
  }

  advance(by_ms: number): void {
    const until_ms = this.now + by_ms
    for (let round = 0; round < 10_000; round++) {
      const next = this.timers.filter((timer) => timer.at_ms <= until_ms).sort((a, b) => a.at_ms - b.at_ms)[0]
      if (next === undefined) break
      this.now = Math.max(this.now, next.at_ms)
      this.timers = this.timers.filter((timer) => timer !== next)
      next.run()
    }
    this.now = until_ms
  }
}
