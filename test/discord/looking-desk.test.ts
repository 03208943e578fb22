import { afterEach, describe, expect, it } from 'vitest'
import { startTestChat, type TestChat } from '../support/chat-in-test.ts'
import { textOf } from '../support/chat-user.ts'
import { startTestDesk, type TestDesk } from '../support/desk-in-test.ts'

/** New York time of the market passes this much faster: the entry window opens within seconds. */
const SPEED = 400

describe('looking at a desk that runs', () => {
  let desk: TestDesk
  let chat: TestChat
  afterEach(async () => {
    await chat.close()
    await desk.close()
  })

  const answer = async (command: string, words: string | RegExp): Promise<string> => {
    await chat.olivia.slash(command)
    const reply = await chat.olivia.waitFor((message) => {
      const text = textOf(message)
      return typeof words === 'string' ? text.includes(words) : words.test(text)
    })
    return textOf(reply)
  }

  it('shows its real processes, limits and decisions', async () => {
    desk = await startTestDesk({ source: { kind: 'seed', seed: '7', startDate: '2026-11-23' }, speed: SPEED })
    const worker = await desk.addWorker()
    chat = await startTestChat(desk)
    expect(await answer('health', 'The watchdog is not running')).toContain(`🟢 \`${worker.name}\` beat`)
    await answer('why', 'No account has been started yet')

    await chat.olivia.slash('start', { account: '25k' })
    await chat.olivia.waitFor((message) => textOf(message).includes('Session started'))
    // An engine shows its first sign of life half a second after it began.
    const living = async () => {
      const found = /25k · SIM seed 7\n.*· engine wrote/
      await chat.olivia.slash('health')
      return (
        chat.olivia
          .messages()
          .map(textOf)
          .findLast((text) => found.test(text)) ?? ''
      )
    }
    await expect.poll(living, { interval: 200 }).not.toBe('')
    const health = await living()
    expect(health).toContain('🟢 `test-bot`')
    expect(health).toMatch(/beat \d+\.\d s ago · \d+\.\d+\.\d+, Node 2\d\./)
    expect(health).toMatch(/streams 🟢 orders \d+\.\d s 🟢 stock \d+\.\d s/)
    expect(health).toMatch(/sessions: 0 waiting, 1 active, 0 delayed, 0 failed/)
    expect(health).toMatch(/Redis\n\d+\.\d+\.\d+.* used · answered in \d+\.\d ms/)
    expect(await answer('config', 'bid/ask at most $0.50')).toContain('Armed by Olivia. Fixed from')

    const decided = async () => {
      await chat.olivia.slash('why')
      return chat.olivia
        .messages()
        .map(textOf)
        .some((text) => /Last decision \d\d:\d\d:\d\d New York\nSPY \$\d+/.test(text))
    }
    await expect.poll(decided, { interval: 300 }).toBe(true)
    expect(await answer('trades', /25k: \d closed trades? in 1 session/)).toContain('SIM seed 7')
  })
})
