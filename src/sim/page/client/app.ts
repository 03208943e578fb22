/**
 * Ties state, connection and drawing together; every view gets this one object.
 *
 * Entry point: `App`. Views call its actions; an action changes the state, sends its frame and asks for a render.
 */
import type { PageFrame, SlashValue } from '../../discord/page-api.ts'
import { type ProvocationName, provoke } from './desk.ts'
import type { Market } from './market.ts'
import type { PageSocket } from './socket.ts'
import { type AppState, type Composer, composerOf, feedOf, type Pending } from './state.ts'
import type { SlashContext } from './text/slash-values.ts'

const TOAST_MS = 5_000
const OLDER_PER_FETCH = 50
const JUMP_PAGES_MAX = 20
const SAID_MS = 6_000

/** A frame as its sender writes it: the `ref` is added. */
type Draft = PageFrame extends infer F ? (F extends PageFrame ? Omit<F, 'ref'> : never) : never

interface AppParts {
  readonly state: AppState
  readonly requestRender: () => void
  readonly socket: () => PageSocket
  readonly market: () => Market
  readonly remember: (key: string, value: string) => void
}

export class App {
  readonly state: AppState
  readonly requestRender: () => void
  /** Grows with every change, so that a view can tell whether there was one. */
  revision = 0
  readonly #parts: AppParts
  #refs = 0

  constructor(parts: AppParts) {
    this.#parts = parts
    this.state = parts.state
    this.requestRender = parts.requestRender
  }

  /** Changes the state by `change`, then draws. */
  update(change: (state: AppState) => void): void {
    change(this.state)
    this.revision += 1
    this.requestRender()
  }

  set(part: Partial<AppState>): void {
    this.update((state) => Object.assign(state, part))
  }

  setUi(part: Partial<AppState['ui']>): void {
    this.update((state) => Object.assign(state.ui, part))
  }

  /** The frame's `ref`, or null when there is no connection. */
  send(draft: Draft): string | null {
    this.#refs += 1
    const ref = `page-${this.#refs}`
    // A frame without its number, and the number: the union does not follow the spread.
    if (this.#parts.socket().send({ ...draft, ref } as PageFrame)) return ref
    this.toast('Not connected to the server. Try again in a moment.')
    return null
  }

  toast(text: string): void {
    this.setUi({ toast: text })
    setTimeout(() => {
      if (this.state.ui.toast !== text) return
      this.setUi({ toast: null })
    }, TOAST_MS)
  }

  selectUser(userId: string): void {
    this.#parts.remember('user', userId)
    this.update((state) => {
      state.feeds.clear()
      state.pending.clear()
    })
    this.send({ type: 'select_user', userId })
  }

  openChannel(channelId: string): void {
    this.update((state) => {
      if (state.channels.get(channelId)?.kind === 'thread') state.threadId = channelId
      else state.channelId = channelId
      state.ui.drawer = false
      state.ui.threads = false
      state.ui.pins = false
    })
    this.load(channelId)
  }

  closeThread(): void {
    this.set({ threadId: null })
  }

  /** Fetches the newest messages of a channel that has none yet. */
  load(channelId: string): void {
    this.state.unread.delete(channelId)
    const feed = feedOf(this.state, channelId)
    if (feed.status !== 'empty' || this.state.userId === null) return
    if (this.send({ type: 'fetch_messages', channelId })) feed.status = 'loading'
  }

  loadOlder(channelId: string): void {
    const feed = feedOf(this.state, channelId)
    const first = feed.messages[0]
    if (feed.status !== 'loaded' || !feed.hasMore || !first) return
    if (this.send({ type: 'fetch_messages', channelId, before: first.id, limit: OLDER_PER_FETCH }))
      feed.status = 'loading'
  }

  togglePins(channelId: string): void {
    const pins = !this.state.ui.pins
    this.setUi({ pins })
    if (pins) this.send({ type: 'fetch_pins', channelId })
  }

  /** Brings a message into view, fetching older ones until it is there. */
  jumpTo(channelId: string, messageId: string): void {
    this.setUi({ pins: false })
    this.set({ jump: { channelId, messageId, pagesLeft: JUMP_PAGES_MAX } })
    this.continueJump()
  }

  /** Called when messages came: scrolls to the wanted one, asks for older ones, or gives up. */
  continueJump(): void {
    const { jump } = this.state
    if (!jump) return
    const feed = feedOf(this.state, jump.channelId)
    if (feed.messages.some((message) => message.id === jump.messageId)) {
      this.set({ jump: null })
      requestAnimationFrame(() => requestAnimationFrame(() => showMessage(jump.messageId)))
    } else if (feed.hasMore && jump.pagesLeft > 0) {
      jump.pagesLeft -= 1
      this.loadOlder(jump.channelId)
    } else {
      this.set({ jump: null })
      this.toast('That message is too far back to be shown here.')
    }
  }

  composer(channelId: string): Composer {
    return composerOf(this.state, channelId)
  }

  slashContext(channelId: string): SlashContext {
    const { world, channels } = this.state
    return {
      users: [...(world?.users.values() ?? [])],
      roles: [...(world?.roles.values() ?? [])].filter((role) => role.id !== world?.guild.id),
      channels: [...channels.values()],
      picks: this.composer(channelId).picks,
    }
  }

  sendText(channelId: string, content: string): boolean {
    return this.send({ type: 'send_message', channelId, content }) !== null
  }

  runSlash(channelId: string, name: string, options: Readonly<Record<string, SlashValue>>): boolean {
    const ref = this.send({ type: 'slash', channelId, name, options })
    if (ref === null) return false
    this.#expect(ref, channelId, { kind: 'slash', name, userId: this.state.userId ?? '' })
    return true
  }

  pressButton(channelId: string, messageId: string, customId: string): void {
    this.#forgetFailures(messageId)
    const ref = this.send({ type: 'button', channelId, messageId, customId })
    if (ref) this.#expect(ref, channelId, { kind: 'component', messageId, customId })
  }

  chooseValues(channelId: string, messageId: string, customId: string, values: readonly string[]): void {
    this.#forgetFailures(messageId)
    const ref = this.send({ type: 'select', channelId, messageId, customId, values })
    if (ref) this.#expect(ref, channelId, { kind: 'component', messageId, customId })
  }

  submitModal(values: Readonly<Record<string, string | readonly string[]>>): void {
    const open = this.state.modal
    if (!open || open.submitting !== null) return
    const ref = this.send({ type: 'modal_submit', modalId: open.modal.modalId, values })
    if (!ref) return
    open.submitting = ref
    open.error = null
    this.#expect(ref, open.channelId, { kind: 'modal', modalId: open.modal.modalId })
  }

  closeModal(): void {
    const open = this.state.modal
    if (!open) return
    this.send({ type: 'modal_dismiss', modalId: open.modal.modalId })
    this.set({ modal: null })
  }

  dismiss(channelId: string, messageId: string): void {
    this.send({ type: 'dismiss', messageId })
    this.update((state) => {
      const feed = feedOf(state, channelId)
      feed.messages = feed.messages.filter((message) => message.id !== messageId)
    })
  }

  forget(ref: string): void {
    this.update((state) => state.pending.delete(ref))
  }

  setClock(change: { speed?: number; paused?: boolean }): void {
    void this.#parts.market().setClock(change)
  }

  /** Provokes what a button names; what was not done is said in the panel. */
  provoke(name: ProvocationName): void {
    this.update((state) => state.desk.asking.add(name))
    void provoke(name).then((problem) => {
      const said = problem ?? (name === 'killWorker' ? 'The worker was killed.' : null)
      this.update(({ desk }) => {
        desk.asking.delete(name)
        desk.said = said
      })
      this.#parts.market().readNow()
      setTimeout(
        () => this.state.desk.said === said && this.update(({ desk }) => Object.assign(desk, { said: null })),
        SAID_MS,
      )
    })
  }

  #expect(ref: string, channelId: string, what: Pending['what']): void {
    this.update((state) => state.pending.set(ref, { ref, channelId, what, at_ms: state.now_ms, failure: null }))
  }

  #forgetFailures(messageId: string): void {
    for (const pending of this.state.pending.values()) {
      if (pending.what.kind === 'component' && pending.what.messageId === messageId && pending.failure !== null) {
        this.state.pending.delete(pending.ref)
      }
    }
  }
}

const MARKED_MS = 1_600

/** Scrolls to a message and marks it for a moment. */
function showMessage(messageId: string): void {
  const element = document.querySelector(`[data-message-id="${messageId}"]`)
  if (!element) return
  // Of one that is taller than the window the beginning counts.
  element.scrollIntoView({ block: element.clientHeight > window.innerHeight / 2 ? 'start' : 'center' })
  element.classList.add('found')
  setTimeout(() => element.classList.remove('found'), MARKED_MS)
}
