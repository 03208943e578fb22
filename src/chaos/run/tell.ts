/** A day as a person reads it, mostly one with a violation: what, the last steps before it, and how to see it again. */
import { type DayOptions, runDay } from '../day.ts'
import type { Violation } from '../invariants/violation.ts'

export type Say = (line: string) => void

/** Runs the day once more with its trace; the same options give the same day. */
export async function tellDay(
  again: () => DayOptions,
  { command, lines, first }: { readonly command: string; readonly lines: number; readonly first: Violation | null },
  say: Say,
): Promise<void> {
  const trace: string[] = []
  const { violation } = await runDay({ ...again(), trace: (line) => void trace.push(line) })
  for (const line of trace.slice(-lines)) say(line)
  if (violation === null && first === null) say('\nNo invariant was violated.')
  else if (violation === null)
    say('\nThis run passed: the day depends on something beside its seed. That is a bug of the simulator.')
  else say(`\nVIOLATION of ${violation.invariant}: ${violation.message}`)
  say(`Again: npm run chaos -- ${command}`)
}
