/**
 * Whatever a bot of this file's tests says over the wire is held against Discord's published description after each
 * test, and no library may have warned of a deprecated call. Import it once at the top of what starts a simulator; the
 * checks register themselves. Entry points: `tapped`, `deprecations`, `takeViolations`.
 *
 * 1. The tap is the outermost layer: what is checked is what the client sent and got, failures that a test provokes
 *    too.
 * 2. Where the description is not there, that part is skipped, and said once a file.
 */
import type { Middleware } from '../../src/sim/discord/rest/route.ts'
import { hearDeprecations } from './deprecations.ts'
import { type DiscordSpec, type Exchange, loadDiscordSpec, recording, SPEC_ABSENT } from './discord-spec.ts'

export const deprecations = hearDeprecations()

const exchanges: Exchange[] = []
const SHOWN_MAX = 10

let spec: DiscordSpec | null | undefined

/**
 * Benchmarks start bots too, and measure nothing else beside them; the environment of a test is its children's, too.
 */
const isTest = '__vitest_worker__' in globalThis

if (isTest) {
  const { afterEach, expect } = await import('vitest')
  afterEach(() => {
    // What a bot uses must outlive the library's next version.
    expect(deprecations.take()).toEqual([])
    expect(takeViolations()).toEqual([])
  })
}

/** The layers of a simulator's REST side with the tap around them. */
export function tapped(middleware: readonly Middleware[]): readonly Middleware[] {
  return isTest ? [recording(exchanges), ...middleware] : middleware
}

/** What was wrong with the exchanges since the last call, each once. */
export function takeViolations(): readonly string[] {
  const heard = exchanges.splice(0)
  if (heard.length === 0) return []
  if (spec === undefined) {
    spec = loadDiscordSpec()
    if (spec === null)
      process.stderr.write(`What goes over the wire is not held against its description ${SPEC_ABSENT}\n`)
  }
  const known = spec
  if (known === null) return []
  return [...new Set(heard.flatMap((exchange) => known.violations(exchange)))].slice(0, SHOWN_MAX)
}
