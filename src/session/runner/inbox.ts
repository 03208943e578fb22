/** What waits to be processed, in order. Ticks are coalesced: one stands for all that came while it waited. */
import type { SessionInput } from '../input.ts'

export interface Inbox {
  push(input: SessionInput): void
  /** Before everything that waits. */
  pushFirst(inputs: readonly SessionInput[]): void
  take(): SessionInput | undefined
  /** Resolves when something waits or `wake` is called. */
  news(): Promise<void>
  wake(): void
}

export function createInbox(): Inbox {
  const inputs: SessionInput[] = []
  let tickWaits = false
  let notify: (() => void) | null = null

  function wake(): void {
    notify?.()
    notify = null
  }

  return {
    wake,
    push(input) {
      if (input.kind === 'tick') {
        if (tickWaits) return
        tickWaits = true
      }
      inputs.push(input)
      wake()
    },
    pushFirst: (first) => void inputs.unshift(...first),
    take() {
      const input = inputs.shift()
      if (input?.kind === 'tick') tickWaits = false
      return input
    },
    news: () =>
      new Promise((resolve) => {
        notify = resolve
        if (inputs.length > 0) wake()
      }),
  }
}
