/**
 * Hands frames to sockets and knows when all of them have left. Slow readers are cut off rather than buffered for ever.
 */
import type { WebSocket } from 'ws'

const BUFFERED_BYTES_MAX = 16 * 1024 * 1024
const FLUSH_MAX_MS = 2_000
const HEARTBEAT_MS = 30_000
/** A socket that has not answered for this long is dead: until then it counts as connected. */
const SILENT_MAX_MS = 90_000

export class Frames {
  readonly #waiting = new Set<() => void>()
  #unsent = 0

  send(socket: WebSocket, data: string | Uint8Array): void {
    if (socket.readyState !== socket.OPEN) return
    if (socket.bufferedAmount > BUFFERED_BYTES_MAX) {
      socket.terminate()
      return
    }
    this.#unsent += 1
    socket.send(data, { binary: typeof data !== 'string' }, () => {
      this.#unsent -= 1
      if (this.#unsent > 0) return
      for (const resolve of this.#waiting) resolve()
      this.#waiting.clear()
    })
  }

  /** Resolves when every frame so far has been written to its socket, or after a bound. */
  async flush(): Promise<void> {
    if (this.#unsent === 0) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => done(), FLUSH_MAX_MS)
      const done = (): void => {
        clearTimeout(timer)
        this.#waiting.delete(done)
        resolve()
      }
      this.#waiting.add(done)
    })
  }
}

/** Pings the socket, and ends it when nothing comes back. */
export function keepAlive(socket: WebSocket): void {
  let heard_ms = performance.now()
  const heard = (): void => {
    heard_ms = performance.now()
  }
  socket.on('pong', heard)
  socket.on('ping', heard)
  socket.on('message', heard)
  const timer = setInterval(() => {
    if (performance.now() - heard_ms > SILENT_MAX_MS) socket.terminate()
    else if (socket.readyState === socket.OPEN) socket.ping()
  }, HEARTBEAT_MS)
  socket.on('close', () => clearInterval(timer))
}
