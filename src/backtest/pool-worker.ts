/** A thread of the backtest: keeps the days it was sent and replays variants over them. */
import { parentPort } from 'node:worker_threads'
import type { PackedDay } from '../replay/packed-day.ts'
import { answerRequest } from './pool.ts'
import type { PoolRequest } from './pool-messages.ts'

let days: readonly PackedDay[] = []

parentPort?.on('message', (request: PoolRequest) => {
  const [answer, kept] = answerRequest(request, days)
  days = kept
  parentPort?.postMessage(answer)
})
