/** What the commands about studies work with. Entry point: `createStudyDesk`. */
import type { WallClock } from '../../config/clock.ts'
import type { StudyQueue } from '../../queue/study-queue.ts'
import type { Actor } from '../../session/events.ts'
import type { DataSetStore } from '../../store/data-set-store.ts'
import { hasEnded, type StudyStore } from '../../store/study-store.ts'
import type { ProfileName, Structure } from '../../strategy/types.ts'
import type { DataSet, DataSetUse } from '../../study/data-sets.ts'
import type { StudyJob } from '../../study/spec.ts'

/** Asked for and not ended: more would wait for hours. */
export const STUDIES_WAITING_MAX = 10

export interface StudyPorts {
  readonly store: StudyStore
  readonly queue: StudyQueue
  readonly dataSets: DataSetStore
  /** The configured one; absent: `auto`. */
  readonly structureFor?: (profile: ProfileName) => Structure | 'auto'
}

export interface StudyDesk {
  /** `message`: where its progress is to be shown. Throws `StoreUnreachable`. */
  ask(job: StudyJob, message: { readonly channelId: string; readonly messageId: string }): Promise<void>
  /** How many were asked for and have not ended. Throws `StoreUnreachable`. */
  waiting(): Promise<number>
  /** `over`: it has ended. Throws `StoreUnreachable`. */
  cancel(id: string, by: Actor): Promise<'cancelling' | 'over' | 'unknown'>
  /** Names, from memory. */
  dataSets(use: DataSetUse): readonly string[]
  /** The configured structure. */
  structureFor(profile: ProfileName): Structure | 'auto'
  refresh(): Promise<void>
}

export function createStudyDesk(ports: StudyPorts, wall: WallClock): StudyDesk {
  const { store, queue, dataSets, structureFor = () => 'auto' } = ports
  let known: readonly DataSet[] = []
  return {
    async ask(job, message) {
      // Written down first: what the queue does not have yet is put there by whoever keeps the studies.
      await store.ask({ job, message })
      await queue.add(job)
    },
    waiting: async () => (await store.all()).filter((record) => !hasEnded(record.run)).length,
    async cancel(id, by) {
      const record = await store.one(id)
      if (record === null) return 'unknown'
      if (hasEnded(record.run)) return 'over'
      await store.cancel(id, by)
      return 'cancelling'
    },
    dataSets: (use) => known.filter(({ uses }) => uses.includes(use)).map(({ name }) => name),
    structureFor,
    async refresh() {
      known = await dataSets.known(wall.now_ms())
    },
  }
}
