/** What a child of `phase4d up` and its parent tell each other. A process started by hand has no parent to tell. */

export interface ReadyMessage {
  readonly type: 'ready'
}

/** To be called once when the process does its work. */
export function announceReady(): void {
  const message: ReadyMessage = { type: 'ready' }
  if (process.connected) process.send?.(message)
}

export function isReadyMessage(message: unknown): message is ReadyMessage {
  return typeof message === 'object' && message !== null && 'type' in message && message.type === 'ready'
}

/** How long an orphan may take to finish its work in order, milliseconds. */
const ORPHAN_LIMIT_MS = 45_000

let following = false

/** A child whose parent died, however it died, ends as if told to: SIGTERM to itself, SIGKILL when that takes too long. Calling it again changes nothing. */
export function followParent(): void {
  if (following || process.channel === undefined || process.channel === null) return
  following = true
  // The channel alone must not keep a process alive that has finished.
  process.channel.unref()
  process.once('disconnect', () => {
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), ORPHAN_LIMIT_MS).unref()
    process.kill(process.pid, 'SIGTERM')
  })
}
