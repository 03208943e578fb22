/**
 * A process that archives a store with the prefix of argument 1 into the data folder of argument 2 until it is killed.
 */
import { systemWallClock } from '../../src/config/wall-clock.ts'
import { startArchive } from '../../src/store/archive/start-archive.ts'
import { openTestStore, quiet } from './archive.ts'

const [prefix = '', dataDir = ''] = process.argv.slice(2)
const store = await openTestStore(prefix)
const clock = { now_ms: () => 1, observe: () => undefined }
const archive = startArchive({ store, dataDir, clock, wall: systemWallClock, log: quiet })
process.once('SIGTERM', () => {
  void archive.stop().then(() => store.close())
})
process.stdout.write('ready\n')
