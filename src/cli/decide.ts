/**
 * `decide`: the rules as a filter, one JSON object a line in, one out, in order.
 *
 * Entry point: `runDecide`. A malformed line answers with an error of its own and the run goes on; blank lines are
 * ignored.
 */
import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'
import { linesOf } from '../replay/lines.ts'
import { decide } from '../strategy/decide.ts'
import { evaluateExit } from '../strategy/exits.ts'
import type { ProfileName, StrategyConfig } from '../strategy/types.ts'
import { parseLine, printable } from './decide-line.ts'

interface DecideOptions {
  readonly input: Readable
  readonly output: Writable
  /** The configured numbers of a profile; `width` is used where a line gives none. */
  readonly strategyFor: (profile: ProfileName) => Pick<StrategyConfig, 'profile' | 'limits' | 'width'>
}

/** The answer to one line, as it is printed. */
function answerLine(line: string, strategyFor: DecideOptions['strategyFor']): Record<string, unknown> {
  const parsed = parseLine(line)
  if (parsed.kind === 'bad') return { error: { code: 'bad_input', ...parsed.error } }
  const { profile, limits, width } = strategyFor(parsed.profile)
  const config = { profile, limits, structure: parsed.structure, width: parsed.width ?? width }
  if (parsed.kind === 'entry') return printable(decide(parsed.input, config))
  return { ...evaluateExit(parsed.input, config) }
}

/** Answers every line of `input` on `output`; the exit status, 0. */
export async function runDecide({ input, output, strategyFor }: DecideOptions): Promise<number> {
  input.setEncoding('utf8')
  for await (const lines of linesOf(input)) {
    for (const line of lines) {
      if (line.trim() === '') continue
      const answer = `${JSON.stringify(answerLine(line, strategyFor))}\n`
      if (!output.write(answer)) await once(output, 'drain')
    }
  }
  return 0
}
