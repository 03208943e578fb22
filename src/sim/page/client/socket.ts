/** The websocket to the chat simulator: opens again by itself after every loss, with a growing, bounded wait. */
import { PAGE_WS_PATH, type PageFrame, type ServerFrame } from '../../discord/page-api.ts'

const FIRST_WAIT_MS = 250
const WAIT_MAX_MS = 5_000

export interface PageSocket {
  /** False when there is no connection; nothing is queued, a person can press again. */
  send(frame: PageFrame): boolean
}

interface SocketHandlers {
  onOpen(): void
  onFrame(frame: ServerFrame): void
  onLost(): void
}

export function connect(handlers: SocketHandlers): PageSocket {
  let socket: WebSocket | null = null
  let wait_ms = FIRST_WAIT_MS

  const open = () => {
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws'
    const current = new WebSocket(`${scheme}://${location.host}${PAGE_WS_PATH}`)
    socket = current
    current.addEventListener('open', () => {
      wait_ms = FIRST_WAIT_MS
      handlers.onOpen()
    })
    // The page’s own server speaks; the frames are one type for both.
    current.addEventListener('message', (event) => handlers.onFrame(JSON.parse(String(event.data)) as ServerFrame))
    current.addEventListener('close', () => {
      if (socket !== current) return
      socket = null
      handlers.onLost()
      setTimeout(open, wait_ms)
      wait_ms = Math.min(WAIT_MAX_MS, wait_ms * 2)
    })
  }
  open()

  return {
    send(frame) {
      if (socket?.readyState !== WebSocket.OPEN) return false
      socket.send(JSON.stringify(frame))
      return true
    },
  }
}
