/** What nobody answered at once is told in the same message, once somebody does. */
import { describe, expect, it, vi } from 'vitest'
import type { CommandJob, CommandResult } from '../../src/queue/jobs.ts'
import { OLIVIA } from '../../src/sim/discord/fixtures.ts'
import { createAuthorityMemory } from '../support/authority-memory.ts'
import { closing, desk, person, saw } from '../support/bot-bench.ts'
import { startBot, startSim } from '../support/bot-in-test.ts'
import { controlsOf, textOf } from '../support/chat-user.ts'
import { ACCOUNT_ID, PLAN } from '../support/desk-samples.ts'
import { COMES } from '../support/waits.ts'

const REFUSED: CommandResult = {
  ok: false,
  refusal: { code: 'stale_command', message: 'No worker was there when this was asked. Ask again.', numbers: {} },
}
const DONE: CommandResult = { ok: true, accountId: ACCOUNT_ID, message: 'Done at last.', plan: PLAN }

/** A worker that answers when `arrive` is called. */
async function slow(late: CommandResult) {
  const authority = createAuthorityMemory()
  const found = await desk({ answer: 'pending', authority })
  let arrive = (): void => undefined
  const arrived = new Promise<void>((resolve) => {
    arrive = resolve
  })
  const asked: CommandJob[] = []
  found.bot.commands.late = async (job) => {
    asked.push(job)
    await arrived
    return late
  }
  return { ...found, arrive, asked, authority }
}

describe('a command that no worker answers at once', () => {
  it('is refused in its own message later, and its line in the journal is settled', async () => {
    const { bot, user, arrive, asked, authority } = await slow(REFUSED)
    await user.slash('resume', { account: '25k' })
    const pending = await saw(user, 'Accepted, not done yet')
    arrive()
    const told = await saw(user, 'No worker was there when this was asked')
    expect(told.id).toBe(pending.id)
    // The same job, by its id: nothing is done twice.
    expect(asked.map(({ id }) => id)).toEqual(bot.commands.jobs.map(({ id }) => id))
    await vi.waitFor(() => expect(authority.noted).toHaveLength(2), COMES)
    const lines = authority.noted
    expect(lines.map(({ outcome, code }) => [outcome, code])).toEqual([
      ['pending', null],
      ['refused', 'stale_command'],
    ])
    expect(new Set(lines.map(({ interactionId }) => interactionId)).size).toBe(2)
  })

  it('is settled by the next bot where the first one died, with the same job', async () => {
    const sim = closing(await startSim())
    const authority = createAuthorityMemory()
    const first = await startBot({ sim, answer: 'pending', authority })
    const user = await person({ sim }, OLIVIA.id)
    await user.slash('pause', { account: '25k' })
    const pending = await saw(user, 'Accepted, not done yet')
    await vi.waitFor(async () => expect((await authority.keptReplies()).size).toBe(1), COMES)
    await first.stop()
    const next = await startBot({ sim, authority, lateAnswer: DONE })
    closing({ close: () => next.stop() })
    const told = await saw(user, 'Done at last.')
    expect(told.id).toBe(pending.id)
    expect(textOf(told)).toContain('/pause is answered')
    expect(next.commands.lateJobs.map(({ id }) => id)).toEqual(first.commands.jobs.map(({ id }) => id))
    await vi.waitFor(async () => expect((await authority.keptReplies()).size).toBe(0), COMES)
  })

  it('a start on paper has its button all the same', async () => {
    const { bot, user, arrive } = await slow({ ...DONE, isAsking: true })
    await user.slash('start', { account: '25k' })
    const pending = await saw(user, 'Accepted, not done yet')
    arrive()
    const card = await saw(user, 'Start 25k?')
    expect(card.id).toBe(pending.id)
    expect(controlsOf(card).map(({ label }) => label)).toEqual(['Start trading', 'Do not start'])
    bot.commands.answer = async () => DONE
    await user.press(card, 'Start trading')
    await saw(user, '25k started')
  })

  it('a stop says what closing costs meanwhile, and afterwards', async () => {
    const { user, arrive } = await slow(DONE)
    await user.slash('stop', { account: '25k' })
    expect(textOf(await saw(user, 'Accepted, not done yet'))).toContain('Closing 25k now')
    arrive()
    expect(textOf(await saw(user, 'Done at last.'))).toContain('Closing 25k now')
  })
})
