import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Block, type Inline, parseMarkdown } from '../../../src/sim/page/client/text/markdown.ts'
import { parseInline } from '../../../src/sim/page/client/text/markdown-inline.ts'

const text = (value: string): Inline => ({ type: 'text', text: value })

describe('inline markup', () => {
  it('reads emphasis, also nested', () => {
    expect(parseInline('a **b *c*** d')).toEqual([
      text('a '),
      { type: 'bold', children: [text('b '), { type: 'italic', children: [text('c')] }] },
      text(' d'),
    ])
    expect(parseInline('__u__ ~~s~~ ||x|| _i_')).toEqual([
      { type: 'underline', children: [text('u')] },
      text(' '),
      { type: 'strike', children: [text('s')] },
      text(' '),
      { type: 'spoiler', children: [text('x')] },
      text(' '),
      { type: 'italic', children: [text('i')] },
    ])
  })

  it('leaves names with underscores and lone stars alone', () => {
    expect(parseInline('put_spread and short_put')).toEqual([text('put_spread and short_put')])
    expect(parseInline('2 * 3 * 4')).toEqual([text('2 * 3 * 4')])
  })

  it('keeps markup inside code as text, and escapes', () => {
    expect(parseInline('`**a**` \\*b\\*')).toEqual([{ type: 'code', text: '**a**' }, text(' *b*')])
  })

  it('reads mentions, times and custom emoji', () => {
    expect(parseInline('<@1> <@!2> <@&3> <#4> </start now:5> <t:6:R> <t:7> <a:wave:8> @here')).toEqual([
      { type: 'user', id: '1' },
      text(' '),
      { type: 'user', id: '2' },
      text(' '),
      { type: 'role', id: '3' },
      text(' '),
      { type: 'channel', id: '4' },
      text(' '),
      { type: 'slash', name: 'start now', id: '5' },
      text(' '),
      { type: 'time', at_s: 6, style: 'R' },
      text(' '),
      { type: 'time', at_s: 7, style: 'f' },
      text(' '),
      { type: 'emoji', name: 'wave', id: '8', animated: true },
      text(' '),
      { type: 'everyone', text: '@here' },
    ])
  })

  it('links web addresses only', () => {
    expect(parseInline('[docs](https://example.org/a_(b)) http://x.test/p.')).toEqual([
      { type: 'link', href: 'https://example.org/a_(b)', children: [text('docs')] },
      text(' '),
      { type: 'link', href: 'http://x.test/p', children: [text('http://x.test/p')] },
      text('.'),
    ])
    expect(parseInline('[x](javascript:alert(1)) <script>')).toEqual([text('[x](javascript:alert(1)) <script>')])
  })

  it('prop_text_without_markup_characters_comes_out_as_it_went_in', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-gi-z0-9 .,!?$%()\n-]*$/), (source) => {
        expect(parseInline(source)).toEqual(source === '' ? [] : [text(source)])
      }),
    )
  })

  it('prop_any_mix_of_marks_is_read_without_an_error', () => {
    const piece = fc.constantFrom(
      '*',
      '**',
      '_',
      '__',
      '~~',
      '||',
      '`',
      '```',
      '<@1>',
      '[a](',
      'http://',
      '\n',
      '> ',
      'x',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 120 }), (pieces) => {
        expect(parseMarkdown(pieces.join(''))).toBeInstanceOf(Array)
      }),
    )
  })
})

describe('blocks', () => {
  const types = (source: string) => parseMarkdown(source).map((block) => block.type)

  it('reads headings, subtext, quotes, lists and code', () => {
    const source = '# One\n### Three\n-# small\n> q1\n> q2\n- a\n  - b\n- c\n1. x\n2. y\n```json\n{"a": 1}\n```\nend'
    expect(types(source)).toEqual(['heading', 'heading', 'subtext', 'quote', 'list', 'list', 'code', 'paragraph'])
    expect(parseMarkdown('- a\n  - b')).toEqual([
      {
        type: 'list',
        ordered: false,
        start: 1,
        items: [
          { depth: 0, children: [text('a')] },
          { depth: 1, children: [text('b')] },
        ],
      },
    ] satisfies Block[])
  })

  it('keeps line breaks and blank lines of a paragraph', () => {
    expect(parseMarkdown('a\n\nb')).toEqual([{ type: 'paragraph', children: [text('a\n\nb')] }])
    expect(parseMarkdown('a\n\n# H')[0]).toEqual({ type: 'paragraph', children: [text('a\n\n')] })
  })

  it('takes the rest of the message into a triple quote', () => {
    expect(parseMarkdown('>>> a\nb')).toEqual([
      { type: 'quote', children: [{ type: 'paragraph', children: [text('a\nb')] }] },
    ])
  })

  it('reads code fences on one line and with text around them', () => {
    expect(parseMarkdown('see ```x = 1``` ok')).toEqual([
      { type: 'paragraph', children: [text('see')] },
      { type: 'code', language: '', text: 'x = 1' },
      { type: 'paragraph', children: [text('ok')] },
    ])
    expect(types('```never closed')).toEqual(['paragraph'])
  })

  it('does not take a hashtag or a minus for markup', () => {
    expect(types('#desk\n-5 %\n*not a list*')).toEqual(['paragraph'])
  })
})
