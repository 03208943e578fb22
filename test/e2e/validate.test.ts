import type { APIMessage } from 'discord.js'
import { afterEach, expect, it } from 'vitest'
import { startTestChat, type TestChat } from '../support/chat-in-test.ts'
import { textOf } from '../support/chat-user.ts'
import { startTestDesk, type TestDesk, type TestDeskOptions } from '../support/desk-in-test.ts'

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.close()
})

const ASKED_MAX = 3
const ACCOUNT = { profile: '25k', keyId: 'PKSIM25K', secret: 'sim', equity: 25_000, optionsLevel: 3 } as const

async function startDesk(options: Partial<TestDeskOptions> = {}): Promise<TestDesk> {
  const desk = await startTestDesk({ source: { kind: 'seed', seed: '7', startDate: '2026-07-17' }, ...options })
  open.push(desk)
  return desk
}

async function startChat(desk: TestDesk): Promise<TestChat> {
  const chat = await startTestChat(desk)
  open.push(chat)
  return chat
}

const saw = ({ olivia }: TestChat, text: string) => olivia.waitFor((message) => textOf(message).includes(text))

/** A preflight that nothing failed: on a busy machine one may take longer than the command waits, and is asked again. */
async function passed({ olivia }: TestChat): Promise<APIMessage> {
  for (let asked = 1; asked <= ASKED_MAX; asked += 1) {
    await olivia.slash('validate', { account: '25k' })
    const posts = () => olivia.messages().filter((message) => textOf(message).includes('Preflight 25k'))
    const post = await olivia.until(() => posts()[asked - 1], `preflight ${asked}`)
    if (/Preflight 25k: \d+ warnings/.test(textOf(post))) return post
  }
  throw new Error(`expected one of ${ASKED_MAX} preflights to pass, got:\n${olivia.messages().map(textOf).join('\n')}`)
}

it('/validate shows what the worker and the bot found, in one post', async () => {
  const desk = await startDesk()
  await desk.addWorker()
  const chat = await startChat(desk)
  const post = await passed(chat)
  const text = textOf(post)
  // The tests' Redis keeps nothing on disk; on a busy machine it may answer too slowly besides.
  expect(text).toMatch(/Preflight 25k: [23] warnings/)
  expect(text).toContain('⚠️ **Append-only file**: appendonly no\n→ What Redis holds is lost')
  expect(text).toContain('✅ Buying power: auto → 25 × $5 put spread: needs $12,500.00, has $25,000.00')
  expect(text).toContain('✅ Permissions: all 9')
  expect(text).toContain('✅ Worker: a worker answered')
  expect(post.embeds[0]?.footer?.text).toContain('SIM seed 7 · 25k · asked for by Olivia')
})

it('/validate without an account means the first that has keys; without Redis durability nothing fails', async () => {
  const desk = await startDesk()
  await desk.addWorker()
  expect(await desk.validate(null)).toMatchObject({ account: '25k', ok: true })
  expect(await desk.validate('2k')).toMatchObject({ account: '2k', source: { kind: 'SIM', label: '7' } })
})

it('/start refuses on a failed check with its own code, its numbers and what to do', async () => {
  const desk = await startDesk({ accounts: [{ ...ACCOUNT, equity: 400 }] })
  await desk.addWorker()
  const chat = await startChat(desk)
  await chat.olivia.slash('start', { account: '25k' })
  const reply = await saw(chat, 'Buying power')
  const text = textOf(reply)
  // With the whole preflight: Discord's part, and what is in order.
  expect(reply.embeds.map(({ title }) => title)).toEqual([
    expect.stringContaining('Buying power'),
    expect.stringMatching(/^⛔ Preflight 25k: 1 failed/),
  ])
  expect(text).toContain('one check failed')
  expect(text).toContain('Options level')
  expect(text).toContain('needs $12,500.00, has $400.00')
  expect(text).toContain("Raise the paper account's balance")
  expect(await desk.start('25k')).toMatchObject({
    ok: false,
    refusal: { code: 'buying_power', numbers: { needed: '12500.00', has: '400.00' } },
  })
  expect(await desk.store.sessions.campaigns()).toEqual([])
})

it('/start names every check that failed', async () => {
  const desk = await startDesk({ accounts: [{ ...ACCOUNT, equity: 400, optionsLevel: 1 }] })
  await desk.addWorker()
  const result = await desk.start('25k')
  expect(result).toMatchObject({
    ok: false,
    refusal: { code: 'preflight_failed', numbers: { failed: 2, checks: 'options_level, buying_power' } },
  })
  if (result.ok) throw new Error('expected a refusal')
  expect(result.refusal.message).toContain('Options level: level 1, a put spread needs 3. Raise it to 3')
  expect(result.refusal.message).toContain('Buying power: auto → 25 × $5 put spread')
})

it('/start refuses keys that the broker refuses, and a profile without an account', async () => {
  const desk = await startDesk({ accounts: [{ ...ACCOUNT, secret: 'another' }] })
  await desk.addWorker()
  expect(await desk.start('25k')).toMatchObject({ ok: false, refusal: { code: 'unauthorised' } })
  const report = await desk.validate('25k')
  expect(report.checks.find(({ status }) => status === 'fail')).toMatchObject({ id: 'broker_access' })
  expect(report.notChecked).toContain('buying_power')
})
