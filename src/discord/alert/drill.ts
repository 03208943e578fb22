/**
 * `/drill`: proves kill switch, alert and acknowledgement, end to end, and leaves everything as it was. Entry point:
 * `runDrill`.
 *
 * 1. The account is halted for as long as the engine takes to obey and to try an order, no longer: the switch is back
 *    before anybody is asked anything.
 * 2. The alert is a real one: committed, numbered, posted, to the roles that any alert mentions; only its code says
 *    that it is a drill.
 * 3. Each step says what it proved and how long it took; one that failed ends the drill, and what was set is put back.
 */
import { DRILL_CODE } from '../../approval/alerts.ts'
import { COLOURS, embed, line, plain } from '../../feed/embed.ts'
import { afterDrill } from '../../feed/render/desk.ts'
import type { CommandResult } from '../../queue/jobs.ts'
import { decimal, duration } from '../../report/format.ts'
import type { DrillProbe, SwitchAfterDrill } from '../../session/desk-events.ts'
import type { EventOf } from '../../session/events.ts'
import type { AuthorityStore } from '../../store/authority-store.ts'
import type { ProfileName } from '../../strategy/types.ts'
import type { Desk, Request } from '../desk.ts'
import { type Reply, refusalReply } from '../reply.ts'
import { probeWords } from './probe-words.ts'

type DrillStep = EventOf<'drill_ended'>['steps'][number]
export type DrillDesk = Pick<Desk, 'commands' | 'reader' | 'authority' | 'wall' | 'checkDiscord'> & {
  readonly drills: DrillStore
}
export type DrillStore = Pick<AuthorityStore, 'commit' | 'obeyed' | 'probed'>

const ANSWER_WAIT_MS = 8_000
const OBEYED_WITHIN_MS = 8_000
const POSTED_WITHIN_MS = 20_000
const ACKNOWLEDGED_WITHIN_MS = 120_000
const LOOK_EVERY_MS = 100
/** Of its id, enough to tell it from the one before. */
const DRILL_DIGITS = 4
const LATEST = 30

/** A step that could not be done: the drill ends with it. */
class StepFailed extends Error {}

/** `show`: what has been done so far, whenever that changes. */
export async function runDrill(
  profile: ProfileName | null,
  desk: DrillDesk,
  request: Request,
  show: (reply: Reply) => Promise<unknown>,
  acknowledgedWithin_ms: number = ACKNOWLEDGED_WITHIN_MS,
): Promise<Reply> {
  const drill = new Drill(profile, desk, request, show, acknowledgedWithin_ms)
  const begun = await drill.begin()
  if (begun === 'pending') {
    // Whatever a late worker makes of it is put back by whoever looks after drills.
    return drill.reply('⏳ No worker has answered; nothing was proved', COLOURS.warning)
  }
  return begun.ok ? drill.run(begun) : refusalReply(begun.refusal)
}

class Drill {
  readonly #desk: DrillDesk
  readonly #request: Request
  #profile: ProfileName | null
  readonly #show: (reply: Reply) => Promise<unknown>
  readonly #acknowledgedWithin_ms: number
  readonly #steps: DrillStep[] = []
  #left: SwitchAfterDrill = 'unknown'

  constructor(
    profile: ProfileName | null,
    desk: DrillDesk,
    request: Request,
    show: (reply: Reply) => Promise<unknown>,
    acknowledgedWithin_ms: number,
  ) {
    this.#profile = profile
    this.#desk = desk
    this.#request = request
    this.#show = show
    this.#acknowledgedWithin_ms = acknowledgedWithin_ms
  }

  async begin(): Promise<CommandResult | 'pending'> {
    const begun_ms = this.#desk.wall.monotonic_ms()
    this.#desk.authority.ownDrills.add(this.#request.id)
    let answer: CommandResult | 'pending' = 'pending'
    try {
      answer = await this.#switch('begin')
    } finally {
      if (answer === 'pending' || !answer.ok) this.#letGo()
    }
    if (answer !== 'pending' && answer.ok) {
      // From here on it is this account's, whichever is the first by then.
      this.#profile = answer.plan?.profile ?? this.#profile
      this.#note('Account halted', true, 'Command, queue and worker: the kill switch is at HALTED.', begun_ms)
    }
    return answer
  }

  async run({ accountId, drill }: Extract<CommandResult, { ok: true }>): Promise<Reply> {
    try {
      await this.#restored(accountId, async () => {
        await this.#obey('The engine obeys', accountId, drill?.controlSeq ?? 0)
        await this.#probed(accountId)
      })
      const alertNo = await this.#alert(accountId)
      await this.#acknowledged(accountId, alertNo)
    } catch (error) {
      if (!(error instanceof StepFailed)) throw error
    }
    const { drillId, actor } = { drillId: this.#request.id, actor: this.#request.actor }
    await this.#desk.drills.commit(
      accountId,
      [{ type: 'drill_ended', drillId, actor, steps: this.#steps, left: this.#left }],
      `drill-end-${drillId}`,
    )
    const failed = this.#steps.filter(({ ok }) => !ok).length
    const title = failed === 0 ? '🧯 Drill passed' : `🧯 Drill: ${failed} of ${this.#steps.length} steps failed`
    return this.reply(title, failed === 0 ? COLOURS.gain : COLOURS.loss, afterDrill(this.#left))
  }

  reply(title: string, colour: number, description?: string): Reply {
    const fields = this.#steps.map(({ name, ok, proved, took_ms }) =>
      line(`${ok ? '✅' : '❌'} ${name}${took_ms === null ? '' : ` · ${decimal(took_ms / 1000, 2)} s`}`, plain(proved)),
    )
    return {
      embeds: [
        embed({
          colour,
          title,
          ...(description === undefined ? {} : { description }),
          fields,
          footer: `Drill by ${this.#request.actor.name}`,
        }),
      ],
    }
  }

  /** Whatever `work` comes to, the switch is put back after it. */
  async #restored(accountId: string, work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } finally {
      const begun_ms = this.#desk.wall.monotonic_ms()
      // What could not be put back is anybody's to put back.
      const answer = await this.#switch('restore').finally(() => this.#letGo())
      const isDone = answer !== 'pending' && answer.ok
      const text = isDone ? answer.message : 'No worker put the switch back in time; the bot goes on asking.'
      if (isDone) this.#left = answer.drill?.restored === true ? 'restored' : 'kept'
      this.#note('Switch put back', isDone, text, begun_ms)
      if (isDone) await this.#obey('The engine goes on', accountId, answer.drill?.controlSeq ?? 0)
    }
  }

  #letGo(): void {
    this.#desk.authority.ownDrills.delete(this.#request.id)
  }

  #switch(step: 'begin' | 'restore'): Promise<CommandResult | 'pending'> {
    const { id, actor } = this.#request
    const { commands, wall } = this.#desk
    const job = { kind: 'drill', id: `${id}-${step}`, actor, requestedAt_ms: wall.now_ms() } as const
    return commands.submit({ ...job, profile: this.#profile, drillId: id, step }, ANSWER_WAIT_MS)
  }

  async #obey(name: string, accountId: string, controlSeq: number): Promise<void> {
    const begun_ms = this.#desk.wall.monotonic_ms()
    const obeys = await this.#until(OBEYED_WITHIN_MS, async () => {
      const seq = await this.#desk.drills.obeyed(accountId)
      return seq !== null && seq >= controlSeq
    })
    const proved = obeys
      ? 'The session took the setting and saved it.'
      : `The session has not taken the setting within ${OBEYED_WITHIN_MS / 1000} s: see /health for its engine.`
    this.#note(name, obeys, proved, begun_ms)
    if (!obeys) throw new StepFailed()
  }

  /** An opening was taken as far as it can go, and did not get out. */
  async #probed(accountId: string): Promise<void> {
    const begun_ms = this.#desk.wall.monotonic_ms()
    let probe: DrillProbe | null = null
    await this.#until(OBEYED_WITHIN_MS, async () => {
      probe = await this.#desk.drills.probed(accountId, this.#request.id)
      return probe !== null
    })
    const { ok, proved } = probeWords(probe)
    this.#note('Probe order refused', ok, proved, begun_ms)
    if (!ok) throw new StepFailed()
  }

  /** The alert's feed number, once it is in the channel. */
  async #alert(accountId: string): Promise<number> {
    const { drills, reader, wall } = this.#desk
    const { id, actor } = this.#request
    const begun_ms = wall.monotonic_ms()
    const message = `This is a drill by ${actor.name}, number ${id.slice(-DRILL_DIGITS)}. Nothing is wrong: press Acknowledge, as if something were.`
    await drills.commit(
      accountId,
      [{ type: 'engine_alert', code: DRILL_CODE, message, critical: true }],
      `drill-alert-${id}`,
    )
    let alertNo = 0
    const isPosted = await this.#until(POSTED_WITHIN_MS, async () => {
      const latest = await reader.latestFeed(accountId, LATEST)
      alertNo = latest.find(({ event }) => event.type === 'engine_alert' && event.message === message)?.feedNo ?? 0
      return alertNo > 0 && (await reader.feedProgress(accountId)).postedNo >= alertNo
    })
    const proved = isPosted
      ? `The alert was journalled, numbered #${alertNo} and posted.`
      : `The alert was not posted within ${POSTED_WITHIN_MS / 1000} s: see the bot's log.`
    this.#note('Alert posted', isPosted, proved, begun_ms)
    if (!isPosted) throw new StepFailed()
    await this.#paged()
    await this.#show(
      this.reply(`🧯 Drill: acknowledge #${alertNo}, within ${duration(this.#acknowledgedWithin_ms)}`, COLOURS.warning),
    )
    return alertNo
  }

  /** Whom the post mentions, as Discord has it now; the drill goes on either way. */
  async #paged(): Promise<void> {
    const begun_ms = this.#desk.wall.monotonic_ms()
    const lines = await this.#desk.checkDiscord().catch(() => [])
    const line = lines.find(({ id }) => id === 'discord_paging')
    const isPaged = line?.status === 'pass'
    const found = line?.found ?? 'Discord does not say which roles there are'
    const proved = isPaged ? `Its message mentions ${found}.` : `${found}. ${line?.advice ?? ''}`.trim()
    this.#note('Somebody is paged', isPaged, proved, begun_ms)
  }

  async #acknowledged(accountId: string, alertNo: number): Promise<void> {
    const { authority, wall } = this.#desk
    const begun_ms = wall.monotonic_ms()
    let by = ''
    const isDone = await this.#until(this.#acknowledgedWithin_ms, async () => {
      const found = await authority.acknowledgementOf(accountId, alertNo)
      by = found?.actor.name ?? ''
      return found !== null
    })
    const proved = isDone
      ? `${by} pressed the button: it is in the journal, and repetitions stop.`
      : `Nobody acknowledged #${alertNo} within ${duration(this.#acknowledgedWithin_ms)}: does the mention reach anybody?`
    this.#note('Acknowledged', isDone, proved, begun_ms)
  }

  #note(name: string, ok: boolean, proved: string, begun_ms: number): void {
    const took_ms = Math.round(this.#desk.wall.monotonic_ms() - begun_ms)
    this.#steps.push({ name, ok, proved, took_ms })
  }

  async #until(within_ms: number, probe: () => Promise<boolean>): Promise<boolean> {
    const { wall } = this.#desk
    const until_ms = wall.monotonic_ms() + within_ms
    for (;;) {
      if (await probe()) return true
      if (wall.monotonic_ms() >= until_ms) return false
      await wall.sleep(LOOK_EVERY_MS)
    }
  }
}
