/**
 * Text in chunks → lines. Unlike `readline` it ends a line at a line feed only: JSON may hold other separators inside.
 * Entry point: `linesOf`.
 */

/** The longest line that is accepted, and what to throw for one that is longer. */
interface LineLimit {
  readonly charsMax: number
  readonly error: () => Error
}

/** The lines of a text, in batches as the chunks come, without their line feeds. */
export async function* linesOf(chunks: AsyncIterable<string>, limit?: LineLimit): AsyncGenerator<string[]> {
  let rest = ''
  for await (const chunk of chunks) {
    const lines = chunk.split('\n')
    lines[0] = rest + (lines[0] ?? '')
    rest = lines.pop() ?? ''
    if (limit !== undefined && rest.length > limit.charsMax) throw limit.error()
    if (lines.length > 0) yield lines
  }
  if (rest !== '') yield [rest]
}
