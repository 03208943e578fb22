/** The store as one process reaches it: through its gate, with Redis' own way of failing. */
import { StoreUnreachable } from '../../store/port.ts'
import type { Gate } from '../faults/gate.ts'
import { type StorePorts, storePorts } from '../store/memory-store.ts'
import type { World } from './world.ts'

export function unreachable(): never {
  throw new StoreUnreachable(new Error('connection is closed'))
}

export function gatedStore({ store, checks, loss }: World, gate: Gate): StorePorts {
  const fail = (): never => {
    checks.storeFailed(gate.process)
    return unreachable()
  }
  const ports = storePorts(store, (site, perform) => gate.reach({ site, perform, fail }))
  return {
    ...ports,
    sessions: {
      ...ports.sessions,
      commit: (commit) =>
        gate.reach({
          site: 'store.commit',
          perform: () => {
            const result = checks.committed(commit, store.sessions.commit(commit))
            // A store that lost the session saves nothing of it until it has been set up again.
            if (!result.ok && loss.lastFeedNo !== null) checks.storeFailed(gate.process)
            return result
          },
          fail,
        }),
    },
  }
}
