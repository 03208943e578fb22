import { describe, expect, test } from 'vitest'
import { createLogger } from '../../src/config/logger.ts'
import { redactText, redactValue } from '../../src/config/redact.ts'

const DISCORD_TOKEN = `MTE5MTE2ODkxNDIyNzIwMDAwMQ.GabcdE.${'x'.repeat(38)}`
const KEY_ID = 'PK0123456789ABCDEF12'

async function linesOf(log: (logger: Awaited<ReturnType<typeof createLogger>>) => void, secrets: string[] = []) {
  const lines: string[] = []
  const destination = { write: (line: string) => void lines.push(line) }
  log(await createLogger({ level: 'info', name: 'test', secrets, destination }))
  return lines
}

describe('a log line', () => {
  test('carries the ids of its session, job and interaction', async () => {
    const [line] = await linesOf((logger) =>
      logger.child({ session: 's1', job: 'j1' }).child({ interaction: 'i1' }).info('hello'),
    )
    expect(JSON.parse(line ?? '')).toMatchObject({
      session: 's1',
      job: 'j1',
      interaction: 'i1',
      msg: 'hello',
      level: 'info',
    })
  })

  test('hides secrets in properties, nested ones, headers, bindings, messages and errors', async () => {
    const failure = Object.assign(new Error(`401 for https://u:hunter2@host/x with Bot ${DISCORD_TOKEN}`), {
      request: { headers: { authorization: 'Bearer abcdefghijkl', 'apca-api-secret-key': 'very-secret' } },
    })
    const text = (
      await linesOf(
        (logger) => {
          logger.info({ discord: { token: DISCORD_TOKEN }, keyId: KEY_ID, secret: 'very-secret' }, `key ${KEY_ID}`)
          logger.child({ password: 'hunter2' }).warn('with a password')
          logger.error({ err: failure }, 'it says plain-configured')
          logger.error(failure)
        },
        ['plain-configured'],
      )
    ).join('')
    for (const secret of [DISCORD_TOKEN, KEY_ID, 'hunter2', 'very-secret', 'abcdefghijkl', 'plain-configured']) {
      expect(text).not.toContain(secret)
    }
    expect(text).toContain('[redacted]')
  })

  test('keeps what tells an error apart', async () => {
    const [line] = await linesOf((logger) =>
      logger.error({ err: new TypeError('broken', { cause: new Error('why') }) }, 'x'),
    )
    const { err } = JSON.parse(line ?? '')
    expect(err).toMatchObject({ type: 'TypeError', message: 'broken', cause: { message: 'why' } })
    expect(err.stack).toContain('logger.test')
  })
})

describe('redaction', () => {
  test.each([
    ['redis://:s3cret@127.0.0.1:6379/0', 's3cret'],
    ['postgres://user:s3cret@db/x', 's3cret'],
    [
      'https://discord.com/api/v10/webhooks/1191168914227200001/aW50ZXJhY3Rpb246/messages/@original',
      'aW50ZXJhY3Rpb246',
    ],
    ['https://discord.com/api/v10/interactions/119/aW50ZXJhY3Rpb246/callback', 'aW50ZXJhY3Rpb246'],
    ['GET /x?api_key=abc123def&y=1', 'abc123def'],
    ['Authorization: Bearer abc.def.ghi', 'abc.def.ghi'],
  ])('of %s', (text, secret) => {
    expect(redactText(text)).not.toContain(secret)
  })

  test('leaves ordinary text, ids and symbols alone', () => {
    const text =
      'p4d-25k-20260717-open-1 sold 25 SPY260717P00741000 at 1.23, account 1191531302092800002, http://127.0.0.1:4400/api'
    expect(redactText(text)).toBe(text)
    expect(redactValue({ configHash: 'abc', tradeId: 't', deskKeys: 3 })).toEqual({
      configHash: 'abc',
      tradeId: 't',
      deskKeys: 3,
    })
  })

  test('ends on objects that contain themselves', () => {
    const loop: Record<string, unknown> = {}
    loop.self = loop
    expect(JSON.stringify(redactValue(loop))).toContain('[too deep]')
  })
})
