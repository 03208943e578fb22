/** `/drill`, `/start` and `/stop` in the channel: real bot, worker and store, people at the page. */
import { afterEach, describe, expect, it } from 'vitest'
import { DRILL_CODE } from '../../src/approval/alerts.ts'
import { runDrill } from '../../src/discord/alert/drill.ts'
import type { DrillProbe } from '../../src/session/desk-events.ts'
import { AMIR } from '../../src/sim/discord/fixtures.ts'
import { startTestChat, type TestChat } from '../support/chat-in-test.ts'
import { ChatUser, controlsOf, textOf } from '../support/chat-user.ts'
import { startTestDesk, type TestDesk } from '../support/desk-in-test.ts'
import { eventually } from '../support/waits.ts'

const open: { close(): unknown }[] = []
afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.close()
})

async function running(): Promise<{ desk: TestDesk; chat: TestChat; amir: ChatUser; accountId: string }> {
  const desk = await startTestDesk({ source: { kind: 'seed', seed: '7', startDate: '2026-11-23' }, speed: 1 })
  open.push(desk)
  await desk.addWorker()
  const chat = await startTestChat(desk)
  open.push(chat)
  await desk.start('25k')
  const accountId = (await desk.store.reader.accounts())[0]?.accountId ?? ''
  await eventually('an engine', async () => {
    const view = await desk.store.reader.status(accountId)
    return view?.health.worker == null ? null : view
  })
  const amir = await ChatUser.connect(chat.sim.url, AMIR.id)
  open.push(amir)
  return { desk, chat, amir, accountId }
}

const campaignOf = async (desk: TestDesk, accountId: string) => {
  const { value } = await desk.store.sessions.campaign(accountId)
  if (value === null) throw new Error('expected a campaign')
  return value
}

const REFUSED_TWICE: DrillProbe = {
  drillId: '77',
  clientOrderId: 'p4d-25k-20261123-drill',
  checked: { code: 'kill_switch', numbers: { mode: 'HALTED' } },
  sending: { code: 'mode_not_active', numbers: { mode: 'HALTED' } },
}

describe('a drill', () => {
  it('proves switch, alert and acknowledgement, says how long each took, and leaves everything as it was', async () => {
    const { desk, chat, amir, accountId } = await running()
    const before = (await campaignOf(desk, accountId)).control
    const asked = chat.olivia.slash('drill', { account: '25k' })
    const alert = await amir.waitFor((message) => textOf(message).includes('This is a drill by Olivia'))
    expect(alert.content).toContain('<@&')
    // Nobody is asked anything before the switch is back.
    expect((await campaignOf(desk, accountId)).control).toEqual({ ...before, seq: before.seq + 2, lifts: [] })
    await chat.olivia.waitFor((message) => /Drill: acknowledge #\d+/.test(textOf(message)))
    await amir.press(alert, 'Acknowledge')
    await asked
    const reply = await chat.olivia.waitFor(
      (message) => textOf(message).startsWith('🧯 Drill passed\n') && textOf(message).includes('Drill by Olivia'),
    )
    const text = textOf(reply)
    expect(text).toContain('Everything is as it was before')
    for (const step of [
      'Account halted',
      'The engine obeys',
      'Probe order refused',
      'Switch put back',
      'The engine goes on',
      'Alert posted',
      'Somebody is paged',
    ]) {
      expect(text).toMatch(new RegExp(`✅ ${step} · \\d+\\.\\d\\d s`))
    }
    expect(text).toMatch(/refused twice: the risk check said .*kill.*HALTED, and the last guard.*mode.*HALTED/)
    expect(text).toContain('Amir pressed the button')
    const { session } = await campaignOf(desk, accountId)
    const state = (await desk.store.sessions.session(accountId, session.date)).value
    expect(state).toMatchObject({ mode: 'ACTIVE', control: { mode: 'ACTIVE' } })
    const post = await chat.olivia.waitFor((message) => textOf(message).startsWith('🧯 Drill passed\n'))
    expect(textOf(post)).toContain('Everything is as it was before')
  })

  it('that nobody acknowledges fails, and says so', async () => {
    const { desk, chat, accountId } = await running()
    const { store, bus } = desk
    const drills = {
      commit: async (id: string, events: readonly never[], once: string) => {
        const { plan, source, session } = await campaignOf(desk, id)
        const place = { accountId: id, profile: plan.profile, source, date: session.date }
        const times = { atMarket_ms: session.open_ms, atWall_ms: Date.now() }
        const none = { epoch: null, session: null, campaign: null, openGuard: null }
        return (await store.sessions.commit({ ...place, ...times, ...none, events, once })).ok
      },
      obeyed: async () => 1_000,
      probed: async () => REFUSED_TWICE,
    }
    const desk2 = {
      commands: bus,
      reader: store.reader,
      drills,
      authority: { ownDrills: new Set(), acknowledgementOf: async () => null },
      checkDiscord: async () => [],
      wall: (await import('../../src/config/wall-clock.ts')).systemWallClock,
    }
    const actor = { id: 'u1', name: 'Olivia', via: 'discord' } as const
    // Only what a drill uses of a desk and a request.
    const reply = await runDrill('25k', desk2 as never, { id: '77', actor } as never, async () => undefined, 300)
    expect(JSON.stringify(reply)).toContain('2 of 8 steps failed')
    expect(JSON.stringify(reply)).toContain('Everything is as it was before')
    expect(JSON.stringify(reply)).toContain('does the mention reach anybody?')
    expect(chat.olivia.messages().some((message) => textOf(message).includes(DRILL_CODE))).toBe(true)
    expect((await campaignOf(desk, accountId)).control.mode).toBe('ACTIVE')
  })

  it('is refused with the reason where the account is halted or not armed', async () => {
    const { desk, chat } = await running()
    await chat.olivia.slash('drill', { account: '2k' })
    await chat.olivia.waitFor((message) => textOf(message).includes('2k is not armed, so there is nothing to drill'))
    await desk.control('HALTED')
    await chat.olivia.slash('drill')
    await chat.olivia.waitFor((message) => textOf(message).includes('No drill now: the account is held back (a test)'))
    expect(controlsOf((await chat.olivia.waitFor((m) => textOf(m).includes('Halted: 25k'))) ?? {})).toHaveLength(1)
  })
})

describe('/start and /stop', () => {
  it('/start shows the preflight with its answer, and /stop drains where that is asked', async () => {
    const { chat } = await running()
    const { olivia } = chat
    await olivia.slash('start', { account: '2k' })
    const reply = await olivia.waitFor((message) => textOf(message).includes('Preflight 2k: '))
    expect(textOf(reply)).toContain('2k started')
    await olivia.slash('stop', { account: '2k', mode: 'drain' })
    await olivia.waitFor((message) => textOf(message).includes('Draining 2k: no new entries'))
    const post = await olivia.waitFor((message) => textOf(message).includes('2k drains'))
    expect(textOf(post)).toContain('what is open runs to its own exit')
  })
})
