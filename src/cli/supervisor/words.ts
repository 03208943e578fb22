/** What the supervisor calls its parts, and what it says when one is lost. */

const TITLES: Readonly<Record<string, string>> = { market: 'market simulator', chat: 'chat simulator' }

export function titleOf(name: string): string {
  return TITLES[name] ?? name
}

export const CHAT_LOST =
  'Its messages, threads and buttons were in its memory and are lost; trading goes on, later posts follow in the empty channel, and /status and /report show the day.'
export const MARKET_LOST =
  'Its account, with whatever was open, existed in its memory alone: nothing can be closed, and nothing is left open. Start again for a new market.'

/** Begins what the command line says of bad input. */
const SAID_BY = 'phase4d: '

/** What a process that ended with bad input said, from the last lines of its log. */
export function inputProblem(title: string, logTail: readonly string[]): string {
  const said = logTail.join('\n')
  const start = said.lastIndexOf(SAID_BY)
  return start < 0 ? `the ${title} refused its input:\n${said}` : said.slice(start + SAID_BY.length)
}
