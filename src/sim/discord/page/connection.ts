/**
 * One open page: who acts in it, what it asks for, and what it is told. Entry points: `take` (a frame), `tell` (an
 * event).
 */

import type { Channel } from '../channels.ts'
import { findUser } from '../directory.ts'
import { ApiError } from '../errors.ts'
import type { FixtureUser } from '../fixtures.ts'
import type { SimEvent } from '../hub.ts'
import { type Actor, INTERACTION_TYPE, type Interaction } from '../interaction.ts'
import { NOTHING, type StoredMessage } from '../message.ts'
import { pageOf } from '../message-page.ts'
import type { PageFrame, ServerFrame } from '../page-api.ts'
import type { World } from '../world.ts'
import { buttonData, modalData, selectData } from './components.ts'
import { BadOption, commandData } from './options.ts'

const TYPING_SHOWN_MS = 10_000
const FETCH_DEFAULT = 50

type FrameOf<T extends PageFrame['type']> = Extract<PageFrame, { type: T }>

/** In words for the person. */
function reasonOf(error: unknown): string | null {
  if (error instanceof BadOption) return error.message
  if (error instanceof ApiError) return error.body.message
  return null
}

export class PageConnection {
  private user: FixtureUser | null = null
  private readonly world: World
  private readonly send: (frame: ServerFrame) => void

  private readonly onFailure: (error: unknown) => void

  /** `onFailure` gets what went wrong in the server itself. */
  constructor(world: World, send: (frame: ServerFrame) => void, onFailure: (error: unknown) => void) {
    this.world = world
    this.send = send
    this.onFailure = onFailure
  }

  /** Does what the page asks; what cannot be done is answered by an error frame. */
  take(frame: PageFrame): void {
    try {
      this.act(frame)
    } catch (error) {
      const message = reasonOf(error)
      if (message === null) this.onFailure(error)
      this.send({ type: 'error', ref: frame.ref, message: message ?? 'The chat simulator failed; its log says why' })
    }
  }

  tell(event: SimEvent): void {
    switch (event.type) {
      case 'message_create':
      case 'message_update':
        if (!this.sees(event.audience)) return
        this.send({ type: event.type, message: event.message, ephemeral: event.audience !== null })
        // The channel's last message and a thread's count go with it.
        if (event.type === 'message_create') this.tellChannel(event.message.channel_id)
        return
      case 'message_delete':
        if (!this.sees(event.audience)) return
        this.send({ type: 'message_delete', channelId: event.channelId, messageId: event.messageId })
        this.tellChannel(event.channelId)
        return
      case 'thread_create':
      case 'thread_update': {
        const channel = this.world.channels.get(event.threadId)
        if (channel !== undefined) this.send({ type: event.type, channel: this.world.channels.pageView(channel) })
        return
      }
      case 'thread_delete':
        this.send({ type: 'thread_delete', channelId: event.threadId })
        return
      case 'pins_update':
        this.tellChannel(event.channelId)
        return
      case 'typing': {
        const until_ms = this.world.time.now_ms() + TYPING_SHOWN_MS
        this.send({ type: 'typing', channelId: event.channelId, userId: event.userId, until_ms })
        return
      }
      case 'commands_update':
        if (this.user === null) return
        this.send({ type: 'commands_update', commands: this.world.commands.pageCommands(this.user) })
        return
      case 'presence':
        this.send({ type: 'presence', botOnline: event.botOnline })
        return
      case 'outage':
        this.send(event)
        return
      case 'interaction_create':
        return
    }
  }

  private act(frame: PageFrame): void {
    switch (frame.type) {
      case 'select_user':
        this.select(frame)
        return
      case 'fetch_messages':
        this.fetch(frame)
        return
      case 'fetch_pins':
        this.pins(frame)
        return
      case 'slash':
      case 'autocomplete':
        this.command(frame)
        return
      case 'button':
      case 'select':
        this.component(frame)
        return
      case 'modal_submit':
        this.submit(frame)
        return
      case 'modal_dismiss':
        this.world.interactions.modals.delete(frame.modalId)
        return
      case 'send_message':
        this.write(frame)
        return
      case 'dismiss':
        this.dismiss(frame)
        return
    }
  }

  private select(frame: FrameOf<'select_user'>): void {
    const user = findUser(frame.userId)
    if (user === undefined || user.bot) throw new BadOption(`expected one of the people's ids, got ${frame.userId}`)
    this.user = user
    const commands = this.world.commands.pageCommands(user)
    this.send({ type: 'selected', ref: frame.ref, userId: user.id, commands })
  }

  private fetch(frame: FrameOf<'fetch_messages'>): void {
    const channel = this.channel(frame.channelId)
    const visible = this.world.messages.list(channel.id, this.user?.id ?? null)
    const limit = frame.limit ?? FETCH_DEFAULT
    const page = pageOf(visible, { before: frame.before, limit }).reverse()
    this.send({
      type: 'messages',
      ref: frame.ref,
      channelId: channel.id,
      messages: page.map((message) => this.world.messages.json(message)),
      hasMore: page[0] !== undefined && visible[0] !== undefined && page[0].id !== visible[0].id,
    })
  }

  private pins(frame: FrameOf<'fetch_pins'>): void {
    const channel = this.channel(frame.channelId)
    const messages = channel.pins.flatMap((pin) => this.world.messages.get(channel.id, pin.messageId) ?? [])
    this.send({
      type: 'pins',
      ref: frame.ref,
      channelId: channel.id,
      messages: messages.map((message) => this.world.messages.json(message)),
    })
  }

  private command(frame: FrameOf<'slash' | 'autocomplete'>): void {
    const user = this.actingUser()
    const found = this.world.commands.find(user, frame.name)
    if (found === undefined) throw new BadOption(`There is no command /${frame.name} that you can use here`)
    const channel = this.channel(frame.channelId)
    const focused = frame.type === 'autocomplete' ? frame.focused : null
    this.world.interactions.begin({
      kind: focused === null ? INTERACTION_TYPE.command : INTERACTION_TYPE.autocomplete,
      user,
      channel,
      actor: this.actor(frame.ref),
      data: commandData(found, frame.options, focused, this.world),
      applicationId: found.command.applicationId,
      commandName: frame.name,
    })
  }

  private component(frame: FrameOf<'button' | 'select'>): void {
    const user = this.actingUser()
    const channel = this.channel(frame.channelId)
    const source = this.message(channel, frame.messageId)
    const message = this.world.messages.json(source)
    const data =
      frame.type === 'button'
        ? buttonData(message, frame.customId)
        : selectData(message, frame.customId, frame.values, this.world)
    this.world.interactions.begin({
      kind: INTERACTION_TYPE.component,
      user,
      channel,
      actor: this.actor(frame.ref),
      data,
      source,
    })
  }

  private submit(frame: FrameOf<'modal_submit'>): void {
    const modal = this.world.interactions.modals.get(frame.modalId)
    if (modal === undefined) throw new BadOption('This form has expired: open it again')
    const opener: Interaction = modal.opener
    this.world.interactions.begin({
      kind: INTERACTION_TYPE.modal,
      user: opener.user,
      channel: opener.channel,
      actor: this.actor(frame.ref),
      data: modalData(modal, frame.values, this.world),
      source: opener.source,
      opener,
      modalId: modal.modalId,
    })
  }

  private write(frame: FrameOf<'send_message'>): void {
    const author = this.actingUser()
    const channel = this.world.wake(this.channel(frame.channelId), author)
    const input = { ...NOTHING, content: frame.content }
    this.world.messages.create({ channel, author, input, uploads: [] })
  }

  private dismiss(frame: FrameOf<'dismiss'>): void {
    const user = this.actingUser()
    const message = this.world.messages.findEphemeral(frame.messageId, user.id)
    if (message === undefined) throw new BadOption('Only messages that only you can see can be dismissed')
    this.world.messages.delete(message)
  }

  private actor(ref: string): Actor {
    return {
      state: (interactionId, state, text) => this.send({ type: 'interaction_state', ref, interactionId, state, text }),
      modal: (modal) => this.send({ type: 'modal_open', ref, modal }),
      choices: (choices) => this.send({ type: 'autocomplete_result', ref, choices }),
    }
  }

  private actingUser(): FixtureUser {
    if (this.user === null) throw new BadOption('expected select_user first: nobody is acting on this page')
    return this.user
  }

  private channel(id: string): Channel {
    const channel = this.world.channels.get(id)
    if (channel === undefined) throw new BadOption('This channel does not exist')
    return channel
  }

  private message(channel: Channel, id: string): StoredMessage {
    const message = this.world.messages.get(channel.id, id)
    if (message === undefined || !this.sees(message.audience))
      throw new BadOption('This message does not exist any more')
    return message
  }

  private sees(audience: string | null): boolean {
    return audience === null || audience === this.user?.id
  }

  private tellChannel(id: string): void {
    const channel = this.world.channels.get(id)
    if (channel === undefined) return
    const type = channel.thread === null ? 'channel_update' : 'thread_update'
    this.send({ type, channel: this.world.channels.pageView(channel) })
  }
}
