/** Health of a container: it reaches its Redis, without which worker and bot can do nothing. Exit status 0 or 1. */
import { Redis } from 'ioredis'

const url = process.env.REDIS_URL ?? ''
const redis = new Redis(url, { lazyConnect: true, connectTimeout: 5000, retryStrategy: () => null })
redis.on('error', () => undefined)
const healthy = await redis
  .connect()
  .then(() => redis.ping())
  .then(
    (answer) => answer === 'PONG',
    () => false,
  )
redis.disconnect()
process.exitCode = healthy ? 0 : 1
