/** Starts the page: state, connection, market readings, and one drawing a frame at most. */
import { render } from 'lit'
import { App } from './app.ts'
import { type Market, watchMarket } from './market.ts'
import { applyFrame } from './reduce.ts'
import { connect, type PageSocket } from './socket.ts'
import { createState } from './state.ts'
import { themeComponents } from './theme.ts'
import { appView } from './view/app-view.ts'

const CLOCK_EVERY_MS = 200
const WIDE_PX = 1_000
const now_ms = (): number => Date.now()

function start(root: HTMLElement): void {
  themeComponents()
  const state = createState(now_ms(), window.innerWidth >= WIDE_PX)
  let scheduled = false
  const requestRender = () => {
    if (scheduled) return
    scheduled = true
    requestAnimationFrame(() => {
      scheduled = false
      state.now_ms = now_ms()
      render(appView(app), root)
    })
  }
  const app: App = new App({
    state,
    requestRender,
    socket: () => socket,
    market: () => market,
    remember: (key, value) => sessionStorage.setItem(key, value),
  })
  const socket: PageSocket = connect({
    onOpen: () => app.set({ connection: 'open' }),
    onLost: () => app.set({ connection: 'reconnecting' }),
    onFrame: (frame) => {
      app.update((s) => applyFrame(s, frame))
      if (frame.type === 'hello') selectPerson(app)
      if (frame.type === 'selected') loadOpen(app)
      if (frame.type === 'messages') app.continueJump()
      if (frame.type === 'channel_update') refreshPins(app, frame.channel.id)
    },
  })
  const market: Market = watchMarket(state.market, now_ms, requestRender)
  setInterval(requestRender, CLOCK_EVERY_MS)
  requestRender()
}

/** The person acted as before in this tab, else the first one. */
function selectPerson(app: App): void {
  const people = [...(app.state.world?.users.values() ?? [])].filter((user) => !user.bot)
  const last = sessionStorage.getItem('user')
  const person = people.find((user) => user.id === last) ?? people[0]
  if (person) app.selectUser(person.id)
}

function loadOpen(app: App): void {
  for (const id of [app.state.channelId, app.state.threadId]) if (id) app.load(id)
}

/** The open list of pins shows a new pin too. */
function refreshPins(app: App, channelId: string): void {
  const { ui, channels, pinned } = app.state
  const listed = pinned.get(channelId)?.map((message) => message.id) ?? []
  const isStale = channels.get(channelId)?.pinned.join() !== listed.join()
  if (ui.pins && channelId === app.state.channelId && isStale) app.send({ type: 'fetch_pins', channelId })
}

const root = document.getElementById('app')
if (root) start(root)
