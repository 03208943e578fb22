/**
 * A real bot in the chat simulator that is killed at a named step of a post, and the next one that takes over. Entry
 * point:
 * `KilledBot`.
 *
 * A step that a bot dies at never comes back to it: the call is never made (`before`), or took effect and is never
 * answered (`after`). What is left of the process is stopped without waiting for anything.
 */
import { systemWallClock } from '../../src/config/wall-clock.ts'
import type { FeedStore } from '../../src/feed/port.ts'
import { CHANNEL_ID } from '../../src/sim/discord/fixtures.ts'
import type { Middleware } from '../../src/sim/discord/rest/route.ts'
import type { Store } from '../../src/store/open-store.ts'
import { campaignOf, commitTo, openTestStore } from './archive.ts'
import { startTestChat, type TestChat } from './chat-in-test.ts'
import { HEALTH } from './health-samples.ts'
import { COMES_MS_MAX } from './waits.ts'

/** In the order of a post; `look` is for the newest message, or for a post that may be there already. */
const CALLS = ['position', 'look', 'begin', 'send', 'record'] as const
type Call = (typeof CALLS)[number]
export type Step = `${'before' | 'after'} ${Call}`
export const STEPS: readonly Step[] = CALLS.flatMap((call): Step[] => [`before ${call}`, `after ${call}`])

const ACCOUNT = 'account-1'
const bus = { submit: async () => 'pending' as const, depths: async () => HEALTH.queues, close: async () => undefined }

export class KilledBot {
  readonly chat: TestChat
  readonly #store: Store
  readonly #fate: Fate

  private constructor(chat: TestChat, store: Store, fate: Fate) {
    this.chat = chat
    this.#store = store
    this.#fate = fate
  }

  static async start(): Promise<KilledBot> {
    const store = await openTestStore()
    await commitTo(store, [], { campaign: { expectedSeq: 0, value: campaignOf(ACCOUNT, { active: false }) } })
    const fate = new Fate()
    const chat = await startTestChat(
      { store, bus, sim: null },
      {
        wall: { ...systemWallClock, sleep: (ms, signal) => fate.sleep(ms, signal) },
        feedStore: (real) => fate.over(real),
        middleware: [fate.middleware],
      },
    )
    return new KilledBot(chat, store, fate)
  }

  /** Commits one event that becomes a post; with a step, the bot that posts it dies there, and is replaced. */
  async post(code: string, ...deaths: readonly Step[]): Promise<void> {
    const [first] = deaths
    if (first !== undefined) this.#fate.arm(first)
    const event = { type: 'engine_alert', code, message: `About ${code}.`, critical: false } as const
    await commitTo(this.#store, [event], { atWall_ms: systemWallClock.now_ms() })
    for (const [index, step] of deaths.entries()) {
      await this.#fate.death(step)
      const next = deaths[index + 1]
      await this.chat.restartBot()
      if (next !== undefined) this.#fate.arm(next)
    }
  }

  /** Feed numbers of the posts in the channel, in its order. */
  numbers(): readonly number[] {
    return this.chat.olivia.messages(CHANNEL_ID).flatMap(({ embeds }) => {
      const found = /#(\d+)$/.exec(embeds[0]?.footer?.text ?? '')
      return found === null ? [] : [Number(found[1])]
    })
  }

  async close(): Promise<void> {
    this.#fate.isDead = true
    await this.chat.close()
    this.#store.close()
  }
}

/** Where the bot of now dies. */
class Fate {
  isDead = false
  #step: Step | null = null
  #died: () => void = () => undefined
  #death: Promise<void> = Promise.resolve()

  arm(step: Step): void {
    this.#step = step
    this.#death = new Promise((resolve) => {
      this.#died = resolve
    })
  }

  async death(step: Step): Promise<void> {
    const late = AbortSignal.timeout(COMES_MS_MAX)
    await Promise.race([
      this.#death,
      new Promise((_, reject) =>
        late.addEventListener('abort', () =>
          reject(new Error(`expected the bot to come to "${step}", got no such call`)),
        ),
      ),
    ])
  }

  /** Made at the start of each bot, which is alive then. */
  over(real: FeedStore): FeedStore {
    this.isDead = false
    return {
      position: (...args) => this.#pass('position', () => real.position(...args)),
      begin: (...args) => this.#pass('begin', () => real.begin(...args)),
      record: (...args) => this.#pass('record', () => real.record(...args)),
      postOf: (...args) => real.postOf(...args),
    }
  }

  readonly middleware: Middleware = (call, next) => {
    if (!call.path.split('?')[0]?.endsWith(`/channels/${CHANNEL_ID}/messages`)) return next()
    return this.#pass(call.method === 'POST' ? 'send' : 'look', next)
  }

  /** Nobody waits for a bot that is dead. */
  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return this.isDead ? Promise.resolve() : systemWallClock.sleep(ms, signal)
  }

  async #pass<T>(call: Call, work: () => Promise<T>): Promise<T> {
    await this.#maybeDie(`before ${call}`)
    const result = await work()
    await this.#maybeDie(`after ${call}`)
    return result
  }

  async #maybeDie(step: Step): Promise<void> {
    if (this.#step !== step) return
    this.#step = null
    this.isDead = true
    this.#died()
    await new Promise<never>(() => undefined)
  }
}
