/** Ports that fail or die on demand: for what must go on after a crash between any two steps. */

/**
 * Called before each port call, and once it took effect: throwing is a failure, never resolving is the process's death.
 */
export type Hook = () => undefined | Promise<never>

export function faulty<T extends object>(port: T, hook: Hook): T {
  return new Proxy(port, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key)
      if (typeof value !== 'function') return value
      return async (...args: unknown[]) => {
        await hook()
        const result: unknown = await Reflect.apply(value, target, args)
        await hook()
        return result
      }
    },
  })
}

/** Runs `work` until its `at`-th hook, where it dies: nothing of it happens after that. Whether it got that far. */
export async function diesAt(at: number, work: (hook: Hook) => Promise<unknown>): Promise<boolean> {
  let seen = 0
  const die = new AbortController()
  const death = new Promise((resolve) => die.signal.addEventListener('abort', resolve))
  const dying = work(() => {
    seen += 1
    if (seen < at) return
    die.abort()
    return new Promise<never>(() => undefined)
  })
  await Promise.race([dying, death])
  return die.signal.aborted
}
