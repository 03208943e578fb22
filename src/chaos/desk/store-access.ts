/** The store as one process reaches it: through its gate, with Redis' own way of failing. */
import { StoreUnreachable } from '../../store/port.ts'
import type { Gate } from '../faults/gate.ts'
import { type StorePorts, storePorts } from '../store/memory-store.ts'
import type { World } from './world.ts'

export function unreachable(): never {
  throw new StoreUnreachable(new Error('connection is closed'))
}

export function gatedStore({ store, checks }: World, gate: Gate): StorePorts {
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
          perform: () => checks.committed(commit, store.sessions.commit(commit)),
          fail,
        }),
    },
  }
}
