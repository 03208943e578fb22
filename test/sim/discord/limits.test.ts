import { RateLimitError, type REST } from 'discord.js'
import { describe, expect, test } from 'vitest'
import { APPLICATION_ID, BOT_TOKEN, CHANNEL_ID, GUILD_ID } from '../../../src/sim/discord/fixtures.ts'
import { ManualTime, restOf, startSim } from './support.ts'

const MESSAGES = `/channels/${CHANNEL_ID}/messages` as const
const COMMANDS = `/applications/${APPLICATION_ID}/guilds/${GUILD_ID}/commands` as const
const V2 = 1 << 15

const button = (customId: string, label = 'B') => ({ type: 2, style: 1, custom_id: customId, label })
const row = (...components: object[]) => ({ type: 1, components })
const rows = (count: number) => Array.from({ length: count }, (_, i) => row(button(`b${i}`)))
const display = (content: string) => ({ type: 10, content })
const options = (count: number) => Array.from({ length: count }, (_, i) => ({ label: `o${i}`, value: `v${i}` }))
const select = (more: object) => ({ type: 3, custom_id: 's', options: options(2), ...more })
const fields = (count: number) => Array.from({ length: count }, () => ({ name: 'n', value: 'v' }))

async function refusalOf(rest: REST, path: `/${string}`, body: unknown, method: 'post' | 'put' = 'post') {
  const error: unknown = await rest[method](path, { body }).then(
    () => null,
    (reason) => reason,
  )
  return error as { code: number; status: number; rawError: { errors?: unknown } } | null
}

describe('messages', () => {
  const accepted: readonly (readonly [string, object])[] = [
    ['content of 2,000 characters', { content: 'x'.repeat(2_000) }],
    ['characters counted as code points', { content: '🟢'.repeat(2_000) }],
    ['25 fields', { embeds: [{ fields: fields(25) }] }],
    [
      '6,000 characters in embeds',
      { embeds: [{ description: 'x'.repeat(4_000) }, { description: 'x'.repeat(2_000) }] },
    ],
    ['5 rows', { content: 'x', components: rows(5) }],
    [
      'a label of 80 and a custom id of 100',
      { content: 'x', components: [row(button('i'.repeat(100), 'l'.repeat(80)))] },
    ],
    ['40 components V2', { flags: V2, components: Array.from({ length: 40 }, () => display('x')) }],
    ['25 select options', { content: 'x', components: [row(select({ options: options(25) }))] }],
  ]
  test.each(accepted)('%s are accepted', async (_name, body) => {
    const rest = restOf(await startSim())
    expect(await refusalOf(rest, MESSAGES, body)).toBeNull()
  })

  const refused: readonly (readonly [string, object, number, string])[] = [
    ['content over 2,000 characters', { content: 'x'.repeat(2_001) }, 50035, 'BASE_TYPE_MAX_LENGTH'],
    ['nothing', {}, 50006, ''],
    ['blanks', { content: '  \n' }, 50006, ''],
    ['only buttons', { components: rows(1) }, 50006, ''],
    ['11 embeds', { embeds: Array.from({ length: 11 }, () => ({ title: 'x' })) }, 50035, 'BASE_TYPE_BAD_LENGTH'],
    ['an empty embed', { embeds: [{}] }, 50035, 'BASE_TYPE_REQUIRED'],
    ['26 fields', { embeds: [{ fields: fields(26) }] }, 50035, 'BASE_TYPE_BAD_LENGTH'],
    ['a field without value', { embeds: [{ fields: [{ name: 'n', value: '' }] }] }, 50035, 'BASE_TYPE_REQUIRED'],
    ['a title over 256', { embeds: [{ title: 'x'.repeat(257) }] }, 50035, 'BASE_TYPE_MAX_LENGTH'],
    ['a description over 4,096', { embeds: [{ description: 'x'.repeat(4_097) }] }, 50035, 'BASE_TYPE_MAX_LENGTH'],
    [
      'over 6,000 characters in all embeds',
      { embeds: [{ description: 'x'.repeat(4_000) }, { description: 'x'.repeat(2_001) }] },
      50035,
      'MAX_EMBED_SIZE_EXCEEDED',
    ],
    ['6 rows', { content: 'x', components: rows(6) }, 50035, 'BASE_TYPE_BAD_LENGTH'],
    [
      '6 buttons in a row',
      { content: 'x', components: [row(...Array.from({ length: 6 }, (_, i) => button(`${i}`)))] },
      50035,
      'BASE_TYPE_BAD_LENGTH',
    ],
    [
      'a custom id twice',
      { content: 'x', components: [row(button('a'), button('a'))] },
      50035,
      'COMPONENT_CUSTOM_ID_DUPLICATED',
    ],
    [
      'a custom id over 100',
      { content: 'x', components: [row(button('i'.repeat(101)))] },
      50035,
      'BASE_TYPE_BAD_LENGTH',
    ],
    [
      'a label over 80',
      { content: 'x', components: [row(button('a', 'l'.repeat(81)))] },
      50035,
      'BASE_TYPE_MAX_LENGTH',
    ],
    [
      'a button without label',
      { content: 'x', components: [row({ type: 2, style: 1, custom_id: 'a' })] },
      50035,
      'BUTTON_COMPONENT_INVALID_LABEL_OR_EMOJI',
    ],
    [
      'a link without url',
      { content: 'x', components: [row({ type: 2, style: 5, label: 'l' })] },
      50035,
      'BASE_TYPE_REQUIRED',
    ],
    [
      '26 select options',
      { content: 'x', components: [row(select({ options: options(26) }))] },
      50035,
      'BASE_TYPE_BAD_LENGTH',
    ],
    [
      'a select beside a button',
      { content: 'x', components: [row(select({}), button('a'))] },
      50035,
      'COMPONENT_LAYOUT_WIDTH_EXCEEDED',
    ],
    ['components V2 without the flag', { content: 'x', components: [display('x')] }, 50035, 'UNION_TYPE_CHOICES'],
    [
      'content with components V2',
      { content: 'x', flags: V2, components: [display('x')] },
      50035,
      'MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2',
    ],
    [
      '41 components V2',
      { flags: V2, components: [{ type: 17, components: Array.from({ length: 40 }, () => display('x')) }] },
      50035,
      'COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED',
    ],
    [
      'over 4,000 characters of text displays',
      { flags: V2, components: [display('x'.repeat(3_000)), display('x'.repeat(1_001))] },
      50035,
      'COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED',
    ],
  ]
  test.each(refused)('%s are refused', async (_name, body, code, field) => {
    const rest = restOf(await startSim())
    const error = await refusalOf(rest, MESSAGES, body)
    expect(error?.code).toBe(code)
    expect(JSON.stringify(error?.rawError.errors ?? '')).toContain(field)
  })

  test('errors stand where the form is wrong', async () => {
    const rest = restOf(await startSim())
    const error = await refusalOf(rest, MESSAGES, { embeds: [{ title: 'ok' }, { fields: [{ name: '', value: 'v' }] }] })
    expect(error?.rawError).toEqual({
      code: 50035,
      message: 'Invalid Form Body',
      errors: {
        embeds: {
          1: {
            fields: { 0: { name: { _errors: [{ code: 'BASE_TYPE_REQUIRED', message: 'This field is required' }] } } },
          },
        },
      },
    })
  })

  test('a file over 10 MiB is too large', async () => {
    const rest = restOf(await startSim())
    const files = [{ name: 'big.txt', data: Buffer.alloc(10 * 1024 * 1024 + 1) }]
    await expect(rest.post(MESSAGES, { body: {}, files })).rejects.toMatchObject({ code: 40005, status: 413 })
  })

  test('unknown channels, messages, paths and broken JSON have their codes', async () => {
    const sim = await startSim()
    const rest = restOf(sim)
    await expect(rest.get('/channels/1')).rejects.toMatchObject({ code: 10003 })
    await expect(rest.get(`${MESSAGES}/1`)).rejects.toMatchObject({ code: 10008 })
    await expect(rest.get('/nothing')).rejects.toMatchObject({ status: 404, code: 0 })
    await expect(rest.get('/guilds/1')).rejects.toMatchObject({ code: 10004 })
    await expect(rest.patch(`/channels/${CHANNEL_ID}`, { body: { name: 'x' } })).rejects.toMatchObject({ code: 50013 })
    const broken = await fetch(`${sim.apiUrl}/v10${MESSAGES}`, {
      method: 'POST',
      headers: { authorization: `Bot ${BOT_TOKEN}`, 'content-type': 'application/json' },
      body: '{',
    })
    expect([broken.status, await broken.json()]).toEqual([400, expect.objectContaining({ code: 50109 })])
  })
})

describe('commands', () => {
  const command = (more: object = {}) => ({ name: 'start', description: 'd', ...more })
  const option = (more: object = {}) => ({ name: 'account', description: 'd', type: 3, ...more })

  const refused: readonly (readonly [string, object])[] = [
    ['a capital in the name', command({ name: 'Start' })],
    ['a space in the name', command({ name: 'st art' })],
    ['a name over 32', command({ name: 'x'.repeat(33) })],
    ['no description', command({ description: '' })],
    ['a description over 100', command({ description: 'x'.repeat(101) })],
    ['26 options', command({ options: Array.from({ length: 26 }, (_, i) => option({ name: `o${i}` })) })],
    ['an option twice', command({ options: [option(), option()] })],
    ['required after optional', command({ options: [option(), option({ name: 'b', required: true })] })],
    [
      '26 choices',
      command({ options: [option({ choices: options(26).map(({ value }) => ({ name: value, value })) })] }),
    ],
    [
      'choices beside autocomplete',
      command({ options: [option({ autocomplete: true, choices: [{ name: 'a', value: 'a' }] })] }),
    ],
    ['a choice of the wrong type', command({ options: [option({ type: 4, choices: [{ name: 'a', value: 'a' }] })] })],
    ['options beside subcommands', command({ options: [option(), option({ name: 'sub', type: 1 })] })],
    [
      'over 8,000 characters',
      command({
        options: Array.from({ length: 4 }, (_, i) =>
          option({
            name: `o${i}`,
            choices: Array.from({ length: 25 }, (_v, j) => ({
              name: `${j}`.padEnd(50, 'x'),
              value: `${j}`.padEnd(50, 'y'),
            })),
          }),
        ),
      }),
    ],
  ]
  test.each(refused)('%s is refused', async (_name, body) => {
    const rest = restOf(await startSim())
    expect((await refusalOf(rest, COMMANDS, [body], 'put'))?.code).toBe(50035)
  })

  test('a bulk overwrite keeps ids by name, and two of a name are refused', async () => {
    const rest = restOf(await startSim())
    const put = async (body: object[]) =>
      (await rest.put(COMMANDS, { body })) as { id: string; version: string; name: string }[]
    const [first] = await put([command()])
    const [same] = await put([command()])
    expect(same).toEqual(first)
    const [changed, added] = await put([command({ description: 'new' }), command({ name: 'stop' })])
    expect(changed?.id).toBe(first?.id)
    expect(changed?.version).not.toBe(first?.version)
    expect(((await rest.get(COMMANDS)) as unknown[]).length).toBe(2)
    expect((await refusalOf(rest, COMMANDS, [command(), command()], 'put'))?.code).toBe(50035)
    await rest.patch(`${COMMANDS}/${added?.id}`, { body: { description: 'halts' } })
    expect(await rest.get(`${COMMANDS}/${added?.id}`)).toMatchObject({ name: 'stop', description: 'halts' })
    await rest.delete(`${COMMANDS}/${added?.id}`)
    await expect(rest.get(`${COMMANDS}/${added?.id}`)).rejects.toMatchObject({ code: 10063 })
  })
})

describe('rates', () => {
  test('the sixth message within five seconds is 429 with the time to wait, and passes after it', async () => {
    const time = new ManualTime()
    const sim = await startSim({ time })
    const statuses: number[] = []
    let last = new Headers()
    const post = async () => {
      const answer = await fetch(`${sim.apiUrl}/v10${MESSAGES}`, {
        method: 'POST',
        headers: { authorization: `Bot ${BOT_TOKEN}`, 'content-type': 'application/json' },
        body: JSON.stringify({ content: 'x' }),
      })
      last = answer.headers
      statuses.push(answer.status)
      return answer.json() as Promise<{ retry_after?: number; global?: boolean }>
    }
    for (let i = 0; i < 5; i++) await post()
    expect(last.get('x-ratelimit-remaining')).toBe('0')
    expect(last.get('x-ratelimit-limit')).toBe('5')
    const refusal = await post()
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429])
    expect(refusal).toMatchObject({ retry_after: 5, global: false })
    expect(last.get('x-ratelimit-scope')).toBe('user')
    time.advance(5_000)
    await post()
    expect(statuses.at(-1)).toBe(200)
  })

  test('the 51st request within a second is refused globally; answers to interactions are not counted', async () => {
    const time = new ManualTime()
    const sim = await startSim({ time })
    const headers = { authorization: `Bot ${BOT_TOKEN}` }
    const get = async (path: string) => (await fetch(`${sim.apiUrl}/v10${path}`, { headers })).status
    const statuses = await Promise.all(Array.from({ length: 51 }, () => get('/users/@me')))
    expect(statuses.filter((status) => status === 429)).toHaveLength(1)
    const callback = await fetch(`${sim.apiUrl}/v10/interactions/1/x/callback`, { method: 'POST' })
    expect(callback.status).toBe(404)
    time.advance(1_000)
    expect(await get('/users/@me')).toBe(200)
  })

  test('discord.js waits by itself and loses nothing', async () => {
    const sim = await startSim()
    const rest = restOf(sim)
    const bodies = Array.from({ length: 7 }, (_, i) => ({ content: `m${i}` }))
    await Promise.all(bodies.map((body) => rest.post(MESSAGES, { body })))
    const all = sim.world.messages.list(CHANNEL_ID, null).map((message) => message.content)
    expect(all).toEqual(bodies.map((body) => body.content))
  })

  test('a client that rejects on limits is told which bucket', async () => {
    const rest = restOf(await startSim())
    rest.options.rejectOnRateLimit = () => true
    const send = () => rest.post(MESSAGES, { body: { content: 'x' } })
    for (let i = 0; i < 5; i++) await send()
    await expect(send()).rejects.toBeInstanceOf(RateLimitError)
  })
})
