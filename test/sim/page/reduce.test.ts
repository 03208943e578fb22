import type { APIMessage } from 'discord.js'
import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import type { ServerFrame } from '../../../src/sim/discord/page-api.ts'
import { applyFrame, compareIds } from '../../../src/sim/page/client/reduce.ts'
import { type AppState, createState, feedOf, type Pending } from '../../../src/sim/page/client/state.ts'
import { placeFields } from '../../../src/sim/page/client/text/embed-fields.ts'

const channel = (id: string, kind: 'text' | 'thread' = 'text', parentId: string | null = null) => ({
  id,
  kind,
  name: id,
  topic: null,
  parentId,
  archived: false,
  locked: false,
  lastMessageId: null,
  messageCount: 0,
  pinned: [],
})
const HELLO: ServerFrame = {
  type: 'hello',
  guild: { id: 'g', name: 'Desk' },
  application: { id: 'a', name: 'Bot', botUserId: 'b' },
  users: [],
  roles: [],
  channels: [channel('1'), channel('2'), channel('3', 'thread', '1')],
  botOnline: true,
  hasMarket: true,
  outageUntil_ms: null,
  canKillWorker: false,
}
const message = (id: string, rest: Partial<APIMessage> = {}) =>
  ({ id, channel_id: '1', author: { id: 'u' }, content: id, flags: 0, ...rest }) as APIMessage

let state: AppState
const apply = (...frames: ServerFrame[]) => {
  for (const frame of frames) applyFrame(state, frame)
}
const ids = (channelId = '1') => feedOf(state, channelId).messages.map((m) => m.id)
const expecting = (ref: string, what: Pending['what']) =>
  state.pending.set(ref, { ref, channelId: '1', at_ms: 0, what, failure: null })
const became = (ref: string, to: 'pending' | 'thinking' | 'done' | 'failed', text: string | null = null) =>
  apply({ type: 'interaction_state', ref, interactionId: 'i', state: to, text })

beforeEach(() => {
  state = createState(0, true)
  apply(HELLO)
})

describe('what frames do to the page', () => {
  it('opens the first text channel, and stays where it was after a reconnect', () => {
    expect(state.channelId).toBe('1')
    state.channelId = '2'
    state.threadId = '3'
    apply(HELLO)
    expect([state.channelId, state.threadId]).toEqual(['2', '3'])
    apply({ ...HELLO, channels: [channel('1')] })
    expect([state.channelId, state.threadId]).toEqual(['1', null])
  })

  it('prop_a_feed_is_ordered_by_id_without_doubles', () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt({ min: 1n, max: 10n ** 19n }), { maxLength: 30 }), (numbers) => {
        state.feeds.clear()
        for (const n of [...numbers, ...numbers]) {
          apply({ type: 'message_create', message: message(String(n)), ephemeral: false })
        }
        const expected = [...new Set(numbers)].sort((a, b) => (a < b ? -1 : 1)).map(String)
        expect(ids()).toEqual(expected)
      }),
    )
  })

  it('replaces an edited message and ignores edits of messages it does not show', () => {
    apply({ type: 'message_create', message: message('10'), ephemeral: false })
    apply({ type: 'message_update', message: message('10', { content: 'new' }), ephemeral: false })
    apply({ type: 'message_update', message: message('5'), ephemeral: false })
    expect(feedOf(state, '1').messages.map((m) => m.content)).toEqual(['new'])
    apply({ type: 'message_delete', channelId: '1', messageId: '10' })
    expect(ids()).toEqual([])
  })

  it('marks channels nobody looks at as unread', () => {
    apply({ type: 'message_create', message: message('10', { channel_id: '2' }), ephemeral: false })
    apply({ type: 'message_create', message: message('11'), ephemeral: false })
    expect([...state.unread]).toEqual(['2'])
  })

  it('keeps a command that failed, with the reason, and forgets one that was answered', () => {
    expecting('r1', { kind: 'slash', name: 'start', userId: 'u' })
    expecting('r2', { kind: 'slash', name: 'stop', userId: 'u' })
    became('r1', 'failed', 'The application did not respond')
    became('r2', 'pending')
    expect(state.pending.size).toBe(2)
    became('r2', 'thinking')
    expect([...state.pending.values()].map((p) => p.failure)).toEqual(['The application did not respond'])
  })

  it('keeps a button busy until it is answered', () => {
    expecting('r1', { kind: 'component', messageId: '10', customId: 'x' })
    became('r1', 'thinking')
    expect(state.pending.size).toBe(1)
    became('r1', 'done')
    expect(state.pending.size).toBe(0)
  })

  it('opens a modal, keeps it open with the reason when it fails, closes it when it is answered', () => {
    expecting('r1', { kind: 'component', messageId: '10', customId: 'x' })
    const modal = { modalId: 'm', data: { custom_id: 'm', title: 'Review', components: [] } }
    apply({ type: 'modal_open', ref: 'r1', modal })
    expect(state.modal?.modal.modalId).toBe('m')
    if (state.modal) state.modal.submitting = 'r2'
    became('r2', 'failed', 'This interaction failed')
    expect(state.modal).toMatchObject({ error: 'This interaction failed', submitting: null })
    if (state.modal) state.modal.submitting = 'r3'
    became('r3', 'done')
    expect(state.modal).toBeNull()
  })

  it('shows a refused frame where it was sent from, or as a notice', () => {
    expecting('r1', { kind: 'slash', name: 'start', userId: 'u' })
    apply({ type: 'error', ref: 'r1', message: 'Unknown command' }, { type: 'error', ref: null, message: 'Unreadable' })
    expect(state.pending.get('r1')?.failure).toBe('Unknown command')
    expect(state.ui.toast).toBe('Unreadable')
  })

  it('keeps the list of pinned messages as they are now, loaded in the channel or not', () => {
    const pinned = () => state.pinned.get('1')?.map((m) => m.content)
    const live = message('10', { pinned: true })
    apply({ type: 'pins', ref: 'r', channelId: '1', messages: [live, message('9', { pinned: true })] })
    apply({ type: 'message_update', message: { ...live, content: 'new' }, ephemeral: false })
    expect(pinned()).toEqual(['new', '9'])
    expect(ids()).toEqual([])
    apply({ type: 'message_delete', channelId: '1', messageId: '9' })
    expect(pinned()).toEqual(['new'])
    apply({ type: 'message_update', message: { ...live, pinned: false }, ephemeral: false })
    expect(pinned()).toEqual([])
    apply(HELLO)
    expect(pinned()).toBeUndefined()
  })

  it('shows the message that an open thread was made from as it is now', () => {
    const starter = message('20', { channel_id: '3', type: 21, referenced_message: message('3') })
    apply({ type: 'messages', ref: 'r', channelId: '3', messages: [starter], hasMore: false })
    apply({ type: 'message_update', message: message('3', { content: 'closed' }), ephemeral: false })
    expect(feedOf(state, '3').messages[0]?.referenced_message?.content).toBe('closed')
  })

  it('learns of an outage from the first frame, and whether the worker can be killed', () => {
    apply({ ...HELLO, outageUntil_ms: 5, canKillWorker: true })
    expect(state.desk).toMatchObject({ outageUntil_ms: 5, canKillWorker: true })
    apply(HELLO)
    expect(state.desk).toMatchObject({ outageUntil_ms: null, canKillWorker: false })
  })

  it('orders snowflakes of different length as numbers', () => {
    expect(['10', '9', '100'].sort(compareIds)).toEqual(['9', '10', '100'])
  })
})

describe('fields of an embed', () => {
  it('puts up to three inline fields in a row and others on their own', () => {
    const fields = [true, true, true, true, false, true, true].map((inline) => ({ inline }))
    expect(placeFields(fields).map((f) => f.column)).toEqual([
      '1 / 5',
      '5 / 9',
      '9 / 13',
      '1 / 13',
      '1 / 13',
      '1 / 7',
      '7 / 13',
    ])
  })
})
