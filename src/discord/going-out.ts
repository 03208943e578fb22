/**
 * A last look as a request to Discord leaves: discord.js may hold it back for minutes, for its rate limits or another try.
 * Entry points: `askedAsItLeaves`, and `makeRequest` for the client.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { DefaultRestOptions, type RESTOptions } from 'discord.js'
import { NotSent } from '../feed/port.ts'

const asked = new AsyncLocalStorage<() => boolean>()

/** Runs `work`; each of its requests goes out only while `mayGoOut` says so, and fails with `NotSent` else. */
export function askedAsItLeaves<T>(mayGoOut: () => boolean, work: () => Promise<T>): Promise<T> {
  return asked.run(mayGoOut, work)
}

export const makeRequest: RESTOptions['makeRequest'] = async (url, init) => {
  if (asked.getStore()?.() === false) throw new NotSent()
  return DefaultRestOptions.makeRequest(url, init)
}
