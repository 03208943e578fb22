/**
 * Inline markup of a message: emphasis, code, links, mentions, timestamps, custom emoji.
 *
 * Entry point: `parseInline`. Each rule is tried at each place, first match wins; what no rule takes is text.
 */
export type Inline =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'bold' | 'italic' | 'underline' | 'strike' | 'spoiler'; readonly children: readonly Inline[] }
  | { readonly type: 'code'; readonly text: string }
  | { readonly type: 'link'; readonly href: string; readonly children: readonly Inline[] }
  | { readonly type: 'user' | 'role' | 'channel'; readonly id: string }
  | { readonly type: 'everyone'; readonly text: string }
  | { readonly type: 'slash'; readonly name: string; readonly id: string }
  | { readonly type: 'time'; readonly at_s: number; readonly style: string }
  | { readonly type: 'emoji'; readonly name: string; readonly id: string; readonly animated: boolean }

type Rule = readonly [RegExp, (match: RegExpExecArray, depth: number) => Inline | null]
type Emphasis = 'bold' | 'italic' | 'underline' | 'strike' | 'spoiler'

const DEPTH_MAX = 8

const emphasis =
  (type: Emphasis) =>
  (match: RegExpExecArray, depth: number): Inline | null =>
    depth >= DEPTH_MAX ? null : { type, children: parseInline(match[1] ?? '', depth + 1) }

const RULES: readonly Rule[] = [
  [/\\([^A-Za-z0-9\s])/y, (m) => ({ type: 'text', text: m[1] ?? '' })],
  [/``([^`]|[^`][\s\S]*?[^`])``(?!`)/y, (m) => ({ type: 'code', text: (m[1] ?? '').trim() })],
  [/`([^`]+)`/y, (m) => ({ type: 'code', text: m[1] ?? '' })],
  [/<@!?(\d{1,20})>/y, (m) => ({ type: 'user', id: m[1] ?? '' })],
  [/<@&(\d{1,20})>/y, (m) => ({ type: 'role', id: m[1] ?? '' })],
  [/<#(\d{1,20})>/y, (m) => ({ type: 'channel', id: m[1] ?? '' })],
  [/<\/([\p{L}\p{N}_' -]{1,100}):(\d{1,20})>/uy, (m) => ({ type: 'slash', name: m[1] ?? '', id: m[2] ?? '' })],
  [/<t:(-?\d{1,13})(?::([tTdDfFsSR]))?>/y, (m) => ({ type: 'time', at_s: Number(m[1]), style: m[2] ?? 'f' })],
  [
    /<(a?):(\w{2,32}):(\d{1,20})>/y,
    (m) => ({ type: 'emoji', name: m[2] ?? '', id: m[3] ?? '', animated: m[1] === 'a' }),
  ],
  [/@(everyone|here)\b/y, (m) => ({ type: 'everyone', text: m[0] })],
  [/<(https?:\/\/[^\s<>]+)>/y, (m) => link(m[1] ?? '', [{ type: 'text', text: m[1] ?? '' }])],
  [
    /\[([^\]\n]{1,400})\]\((https?:\/\/[^\s()<>]*(?:\([^\s()<>]*\)[^\s()<>]*)*)(?:\s+"[^"\n]*")?\)/y,
    (m, depth) => (depth >= DEPTH_MAX ? null : link(m[2] ?? '', parseInline(m[1] ?? '', depth + 1))),
  ],
  [/https?:\/\/[^\s<>]*[^\s<>.,:;"'\])]/y, (m) => link(m[0], [{ type: 'text', text: m[0] }])],
  [/\*\*((?:\\[\s\S]|[^\\])+?)\*\*(?!\*)/y, emphasis('bold')],
  [/__((?:\\[\s\S]|[^\\])+?)__(?!_)/y, emphasis('underline')],
  [/~~((?:\\[\s\S]|[^\\])+?)~~/y, emphasis('strike')],
  [/\|\|((?:\\[\s\S]|[^\\])+?)\|\|/y, emphasis('spoiler')],
  [/\*(?![\s*])((?:\*\*|\\[\s\S]|[^*\\])*?(?:\*\*|\\[\s\S]|[^*\s\\]))\*(?!\*)/y, emphasis('italic')],
  [/\b_((?:__|\\[\s\S]|[^_\\])+?)_\b/y, emphasis('italic')],
]

export function parseInline(source: string, depth = 0): readonly Inline[] {
  const out: Inline[] = []
  let text = ''
  let at = 0
  while (at < source.length) {
    const found = matchAt(source, at, depth)
    if (found === null) {
      text += source[at]
      at += 1
      continue
    }
    const [node, next] = found
    at = next
    if (node.type === 'text') {
      text += node.text
      continue
    }
    if (text !== '') out.push({ type: 'text', text })
    text = ''
    out.push(node)
  }
  if (text !== '') out.push({ type: 'text', text })
  return out
}

const MARKUP_STARTS = new Set('\\`<@[h*_~|')

function matchAt(source: string, at: number, depth: number): [Inline, number] | null {
  if (!MARKUP_STARTS.has(source[at] ?? '')) return null
  for (const [pattern, make] of RULES) {
    pattern.lastIndex = at
    const match = pattern.exec(source)
    if (!match) continue
    // Making the node may parse its inside with the same patterns, so the end is taken first.
    const next = at + match[0].length
    const node = make(match, depth)
    if (node !== null) return [node, next]
  }
  return null
}

/** Only web addresses become links; anything else stays what it said. */
function link(href: string, children: readonly Inline[]): Inline | null {
  try {
    const url = new URL(href)
    return url.protocol === 'https:' || url.protocol === 'http:' ? { type: 'link', href: url.href, children } : null
  } catch {
    return null
  }
}
