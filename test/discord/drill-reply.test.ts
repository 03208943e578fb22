/** What `/drill` answers and journals, whatever becomes of its steps: nobody but the drill itself is real. */
import { beforeEach, describe, expect, test } from 'vitest'
import { type DrillDesk, runDrill } from '../../src/discord/alert/drill.ts'
import type { Request } from '../../src/discord/desk.ts'
import { COLOURS } from '../../src/feed/embed.ts'
import { type CheckLine, pass, warn } from '../../src/preflight/line.ts'
import type { CommandJob, CommandResult } from '../../src/queue/jobs.ts'
import type { DrillProbe } from '../../src/session/desk-events.ts'
import type { EventOf, JournalEvent } from '../../src/session/events.ts'
import { entryOf, PLAN } from '../support/desk-samples.ts'

const OLIVIA = { id: 'u1', name: 'Olivia', via: 'discord' } as const
type Answer = CommandResult | 'pending'

const done = (message: string, controlSeq: number, restored?: boolean): Answer => {
  const drill = { controlSeq, ...(restored === undefined ? {} : { restored }) }
  return { ok: true, accountId: 'a1', message, plan: PLAN, drill }
}
const REFUSED: Answer = {
  ok: false,
  refusal: { code: 'store_unreachable', message: 'The store is away.', numbers: {} },
}

const ownDrills = new Set<string>()
/** Whether it was the bot's own at each command. */
let own: boolean[] = []
let journal: JournalEvent[] = []
let now_ms = 0
beforeEach(() => {
  journal = []
  own = []
  now_ms = 0
  probe = REFUSED_TWICE
  paging = pass('discord_paging', 'Operator')
})

const REFUSED_TWICE: DrillProbe = {
  drillId: 'd1',
  clientOrderId: 'p4d-25k-20260717-drill',
  checked: { code: 'kill_switch', numbers: { mode: 'HALTED' } },
  sending: { code: 'mode_not_active', numbers: { mode: 'HALTED' } },
}
let probe: DrillProbe | null

let paging: CheckLine = pass('discord_paging', 'Operator')

/** `obeyed`: number of the switch's setting that the engine goes by. */
function drill(restore: Answer, obeyed: number, begin: Answer = done('off', 1)) {
  const desk = {
    commands: {
      submit: async (job: CommandJob) => {
        own.push(ownDrills.has('d1'))
        return 'step' in job && job.step === 'begin' ? begin : restore
      },
    },
    reader: {
      latestFeed: async () => journal.map((event, index) => entryOf(event, index + 1)),
      feedProgress: async () => ({ feedNo: journal.length, postedNo: journal.length }),
    },
    checkDiscord: async () => [paging],
    authority: { ownDrills, acknowledgementOf: async () => ({ actor: { ...OLIVIA, name: 'Amir' } }) },
    wall: {
      now_ms: () => now_ms,
      monotonic_ms: () => now_ms,
      sleep: async (wait_ms: number) => {
        now_ms += wait_ms
      },
    },
    drills: {
      obeyed: async () => obeyed,
      probed: async () => probe,
      commit: async (_accountId: string, events: readonly JournalEvent[]) => {
        journal.push(...events)
        return true
      },
    },
  }
  // Only what a drill uses of a desk and a request.
  return runDrill(
    '25k',
    desk as unknown as DrillDesk,
    { id: 'd1', actor: OLIVIA } as unknown as Request,
    async () => {},
  )
}

const ended = (): EventOf<'drill_ended'> => {
  const [event, ...more] = journal.filter(({ type }) => type === 'drill_ended')
  if (event?.type !== 'drill_ended' || more.length > 0) throw new Error('expected one end')
  return event
}

describe('the reply of a drill', () => {
  test('of which all went well says that everything is as it was', async () => {
    const { embeds } = await drill(done('The switch is as it was.', 2, true), 2)
    expect(embeds?.[0]).toMatchObject({
      title: '🧯 Drill passed',
      color: COLOURS.gain,
      description: 'Everything is as it was before.',
    })
    expect(ended()).toMatchObject({ left: 'restored' })
  })

  test.each([
    ['well', done('The switch is as it was.', 2, true), done('off', 1), [true, true]],
    ['badly, as the switch is not put back', REFUSED, done('off', 1), [true, true]],
    ['no way, as nobody begins it', REFUSED, REFUSED, [true]],
  ])('that ends %s is the own of its bot until the switch is back, and no longer', async (_, restore, begin, held) => {
    await drill(restore, 2, begin)
    expect(own).toEqual(held)
    expect(ownDrills.size).toBe(0)
  })

  test('whose alert mentions nobody says so, and has not passed', async () => {
    paging = warn('discord_paging', 'nobody is paged: there are no alert roles', 'Set DISCORD_ALERT_ROLE_IDS.')
    const { embeds } = await drill(done('The switch is as it was.', 2, true), 2)
    expect(embeds?.[0]?.title).toBe('🧯 Drill: 1 of 8 steps failed')
    const text = JSON.stringify(embeds)
    expect(text).toContain('❌ Somebody is paged')
    expect(text).toContain('nobody is paged: there are no alert roles. Set DISCORD')
    expect(text).toContain('✅ Acknowledged')
  })

  test('whose switch somebody else set meanwhile does not say that everything is as it was', async () => {
    const { embeds } = await drill(done('The switch was left as it is.', 2, false), 2)
    expect(embeds?.[0]).toMatchObject({
      title: '🧯 Drill passed',
      description: expect.stringContaining('left as it is, because somebody or something else set it meanwhile'),
    })
    expect(ended()).toMatchObject({ left: 'kept' })
  })

  test.each([
    ['no worker answers', 'pending' as const],
    ['the worker cannot', REFUSED],
  ])('whose switch was not put back, as %s, has failed and says that it may still be off', async (_, restore) => {
    const { embeds } = await drill(restore, 2)
    expect(embeds?.[0]).toMatchObject({
      title: '🧯 Drill: 1 of 7 steps failed',
      color: COLOURS.loss,
      description: expect.stringContaining('The switch may still be off'),
    })
    expect(JSON.stringify(embeds)).toContain('❌ Switch put back')
    expect(ended()).toMatchObject({ left: 'unknown' })
  })

  test('whose engine obeys nothing ends there, with the switch put back', async () => {
    const { embeds } = await drill(done('The switch is as it was.', 2, true), 0)
    expect(embeds?.[0]).toMatchObject({
      title: '🧯 Drill: 2 of 4 steps failed',
      description: 'Everything is as it was before.',
    })
    const text = JSON.stringify(embeds)
    expect(text).toContain('❌ The engine obeys')
    expect(text).toContain('✅ Switch put back')
    expect(text).not.toContain('Alert posted')
    expect(ended()).toMatchObject({ left: 'restored' })
  })

  test('says with which codes an opening was refused, and that it never left', async () => {
    const { embeds } = await drill(done('The switch is as it was.', 2, true), 2)
    const step = embeds?.[0]?.fields?.find(({ name }) => name.includes('Probe order refused'))
    expect(step?.name).toContain('✅')
    expect(step?.value).toContain('kill')
    expect(step?.value).toContain('HALTED')
    expect(step?.value).toContain('never left the desk')
  })

  test.each([
    ['no engine tried an order', null, 'has not tried an order in time'],
    ['the risk check let it go', { ...REFUSED_TWICE, checked: null }, 'Do not rely on the kill switch'],
    ['the last guard let it go', { ...REFUSED_TWICE, sending: null }, 'Do not rely on the kill switch'],
    [
      'something else refused it first',
      { ...REFUSED_TWICE, checked: { code: 'buying_power', numbers: {} } as const },
      'Do not rely on the kill switch',
    ],
  ])('has failed, with the switch put back, where %s', async (_, said, words) => {
    probe = said
    const { embeds } = await drill(done('The switch is as it was.', 2, true), 2)
    expect(embeds?.[0]?.title).toBe('🧯 Drill: 1 of 5 steps failed')
    const text = JSON.stringify(embeds)
    expect(text).toContain('❌ Probe order refused')
    expect(text).toContain(words)
    expect(text).toContain('✅ Switch put back')
    expect(text).not.toContain('Alert posted')
  })

  test('that no worker began proves nothing and claims nothing', async () => {
    const { embeds } = await drill('pending', 2, 'pending')
    expect(JSON.stringify(embeds)).toContain('No worker has answered; nothing was proved')
    expect(journal).toEqual([])
  })
})
