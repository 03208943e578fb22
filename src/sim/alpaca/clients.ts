/** Whether anybody uses a server. Entry point: `watchClients`. */
import type { Server } from 'node:http'
import type { Duplex } from 'node:stream'

/**
 * Answers whether a stream is open or a request has come since it was asked last. Connections that only stay open do
 * not count: programs keep them for a minute after their last request.
 */
export function watchClients(server: Server): () => boolean {
  const streams = new Set<Duplex>()
  let hasRequest = false
  server.on('request', () => {
    hasRequest = true
  })
  server.on('upgrade', (_request, socket) => {
    streams.add(socket)
    socket.once('close', () => streams.delete(socket))
  })
  return () => {
    const isUsed = hasRequest || streams.size > 0
    hasRequest = false
    return isUsed
  }
}
