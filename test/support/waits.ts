/**
 * How long tests wait for what has to come. Entry points: `eventually`, `COMES_MS_MAX` for waits of another make.
 *
 * 1. A wait ends as soon as what it waits for is there: its bound is the time of a test that fails, and costs nothing
 *    else. What takes a second on a free machine takes twenty on one with ten things to do.
 * 2. A shorter bound stands where the time itself is what the test is about, and says so.
 */
import { pollUntil } from '../../src/config/wall-clock.ts'

export const COMES_MS_MAX = 45_000
/** Of a whole test: a wait that comes to nothing fails before it, with its own words. */
export const TEST_MS_MAX = 120_000
/** For `vi.waitFor`. */
export const COMES = { timeout: COMES_MS_MAX, interval: 50 } as const

const EVERY_MS = 3

/** Waits for something that is not null; fails saying what it waited for. */
export async function eventually<T>(
  what: string,
  probe: () => T | null | Promise<T | null>,
  timeout_ms = COMES_MS_MAX,
  every_ms = EVERY_MS,
): Promise<T> {
  const found = await pollUntil(async () => probe(), { timeout_ms, every_ms })
  if (found === null) throw new Error(`expected ${what} within ${timeout_ms} ms, got nothing`)
  return found
}

/** The same for what holds or does not. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  timeout_ms = COMES_MS_MAX,
): Promise<void> {
  await eventually(what, async () => ((await holds()) ? true : null), timeout_ms)
}
