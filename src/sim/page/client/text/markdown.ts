/**
 * The part of Discord's message markup that the page draws, as data: nothing here makes HTML, so untrusted text can
 * only ever become text.
 *
 * Entry point: `parseMarkdown`.
 * 1. Every character of the source that is not markup comes out again, in order.
 * 2. Work is bounded: nesting stops at `NESTING_MAX`, deeper markup stays plain text.
 */
import { type Inline, parseInline } from './markdown-inline.ts'

export type { Inline } from './markdown-inline.ts'

export type Block =
  | { readonly type: 'paragraph'; readonly children: readonly Inline[] }
  | { readonly type: 'heading'; readonly level: 1 | 2 | 3; readonly children: readonly Inline[] }
  | { readonly type: 'subtext'; readonly children: readonly Inline[] }
  | { readonly type: 'quote'; readonly children: readonly Block[] }
  | { readonly type: 'list'; readonly ordered: boolean; readonly start: number; readonly items: readonly ListItem[] }
  | { readonly type: 'code'; readonly language: string; readonly text: string }

export interface ListItem {
  /** 0 for the outermost list. */
  readonly depth: number
  readonly children: readonly Inline[]
}

const NESTING_MAX = 8
const LIST_DEPTH_MAX = 5
const HEADING = /^(#{1,3})\s+(\S.*)$/
const SUBTEXT = /^-#\s+(\S.*)$/
const QUOTE = /^>\s(.*)$/
const QUOTE_REST = /^>>>\s(.*)$/
const BULLET = /^(\s*)[-*]\s+(\S.*)$/
const NUMBER = /^(\s*)(\d{1,9})\.\s+(\S.*)$/

/** Blocks of `source`; paragraphs keep their line breaks as `\n` in the text. */
export function parseMarkdown(source: string, nesting = 0): readonly Block[] {
  const lines = source.replace(/\r\n?/g, '\n').split('\n')
  const blocks: Block[] = []
  let plain: string[] = []
  const flush = () => {
    if (plain.length === 0) return
    blocks.push({ type: 'paragraph', children: parseInline(paragraphText(plain)) })
    plain = []
  }
  let at = 0
  while (at < lines.length) {
    const found = nesting < NESTING_MAX ? blockAt(lines, at, nesting) : null
    if (found === null) {
      plain.push(lines[at] ?? '')
      at += 1
      continue
    }
    if (found.before !== '') plain.push(found.before)
    flush()
    blocks.push(found.block)
    at = found.next
    if (found.after !== '') lines.splice(at, 0, found.after)
  }
  flush()
  return blocks
}

interface Found {
  readonly block: Block
  readonly next: number
  /** Text that stood on the block's first or last line but is not part of it. */
  readonly before: string
  readonly after: string
}

function blockAt(lines: readonly string[], at: number, nesting: number): Found | null {
  const line = lines[at] ?? ''
  const alone = (block: Block, next = at + 1): Found => ({ block, next, before: '', after: '' })
  if (line.includes('```')) return fenceAt(lines, at)
  const heading = HEADING.exec(line)
  if (heading) {
    // The pattern takes one to three of them.
    const level = (heading[1] ?? '#').length as 1 | 2 | 3
    return alone({ type: 'heading', level, children: parseInline(heading[2] ?? '') })
  }
  const subtext = SUBTEXT.exec(line)
  if (subtext) return alone({ type: 'subtext', children: parseInline(subtext[1] ?? '') })
  const rest = QUOTE_REST.exec(line)
  if (rest) {
    const inside = [rest[1] ?? '', ...lines.slice(at + 1)].join('\n')
    return alone({ type: 'quote', children: parseMarkdown(inside, nesting + 1) }, lines.length)
  }
  if (QUOTE.test(line)) {
    const [inside, next] = takeWhile(lines, at, (l) => QUOTE.exec(l)?.[1])
    return alone({ type: 'quote', children: parseMarkdown(inside.join('\n'), nesting + 1) }, next)
  }
  return listAt(lines, at)
}

function listAt(lines: readonly string[], at: number): Found | null {
  const first = lines[at] ?? ''
  const ordered = NUMBER.test(first)
  if (!ordered && !BULLET.test(first)) return null
  const start = Number(NUMBER.exec(first)?.[2] ?? 1)
  const [items, next] = takeWhile(lines, at, (line): ListItem | undefined => {
    const numbered = NUMBER.exec(line)
    const match = numbered ?? BULLET.exec(line)
    if (!match) return undefined
    const depth = Math.min(LIST_DEPTH_MAX, Math.floor((match[1] ?? '').length / 2))
    if (depth === 0 && (numbered !== null) !== ordered) return undefined
    return { depth, children: parseInline(match[match.length - 1] ?? '') }
  })
  return { block: { type: 'list', ordered, start, items }, next, before: '', after: '' }
}

/** A fenced code block; null when the fence is never closed or is only inline. */
function fenceAt(lines: readonly string[], at: number): Found | null {
  const source = lines.slice(at).join('\n')
  const match = /^([^`]*)```(?:([A-Za-z0-9_+\-.]+)\n)?([\s\S]*?)```/.exec(source)
  if (!match || (match[1] ?? '').includes('\n')) return null
  const text = (match[3] ?? '').replace(/^\n/, '').replace(/\n$/, '')
  if (text === '') return null
  const used = match[0].split('\n').length
  const lastLine = source.split('\n')[used - 1] ?? ''
  const lastUsed = match[0].split('\n')[used - 1] ?? ''
  const block: Block = { type: 'code', language: match[2] ?? '', text }
  return {
    block,
    next: at + used,
    before: (match[1] ?? '').trimEnd(),
    after: lastLine.slice(lastUsed.length).trimStart(),
  }
}

function takeWhile<T>(lines: readonly string[], from: number, pick: (line: string) => T | undefined): [T[], number] {
  const taken: T[] = []
  let at = from
  while (at < lines.length) {
    const value = pick(lines[at] ?? '')
    if (value === undefined) break
    taken.push(value)
    at += 1
  }
  return [taken, at]
}

/** A last blank line would not be drawn by `white-space: pre-wrap`; doubled, it is. */
function paragraphText(lines: readonly string[]): string {
  const text = lines.join('\n')
  return lines.at(-1) === '' ? `${text}\n` : text
}
