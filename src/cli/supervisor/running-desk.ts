/** Where a desk started by `npm start` says how to reach it, so that commands in another terminal find it. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { isAlive } from '../../config/redis-server.ts'

const schema = z.object({
  pid: z.int().positive(),
  page: z.string().nullable(),
  environment: z.record(z.string(), z.string()),
  /** Where its own worker answers for its health. */
  healthPort: z.int().positive(),
  /** Where workers that join from another terminal answer for their health: its watchdog asks there. */
  joiningPorts: z.array(z.int().positive()).readonly(),
  /** Its Redis is its own and ends with it. */
  ownsRedis: z.boolean(),
  /** It is told to stop: who joined it leaves. */
  isEnding: z.boolean().optional(),
})
export type RunningDesk = z.infer<typeof schema>

function fileIn(dataDir: string): string {
  return join(dataDir, 'run', 'desk.json')
}

/** Readable by its owner only: it holds the password of the private Redis. */
export function writeRunningDesk(dataDir: string, desk: RunningDesk): void {
  mkdirSync(dirname(fileIn(dataDir)), { recursive: true, mode: 0o700 })
  writeFileSync(fileIn(dataDir), JSON.stringify(desk), { mode: 0o600 })
}

/** Removes the note of this process, never that of another desk in the same folder. */
export function removeRunningDesk(dataDir: string): void {
  if (readRunningDesk(dataDir)?.pid === process.pid) rmSync(fileIn(dataDir), { force: true })
}

/** The desk that runs on this machine with this data folder, or null. */
export function readRunningDesk(dataDir: string): RunningDesk | null {
  const file = fileIn(dataDir)
  if (!existsSync(file)) return null
  try {
    const desk = schema.parse(JSON.parse(readFileSync(file, 'utf8')))
    return isAlive(desk.pid) ? desk : null
  } catch {
    return null
  }
}
