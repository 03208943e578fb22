/** What a drill's post says of the switch it set. */
import { describe, expect, test } from 'vitest'
import { COLOURS } from '../../src/feed/embed.ts'
import { render } from '../../src/feed/render/index.ts'
import type { EventOf } from '../../src/session/events.ts'
import { entryOf } from '../support/desk-samples.ts'

const step = (name: string, ok: boolean) => ({ name, ok, proved: `${name} proved`, took_ms: 1_234 })
const ENDED: EventOf<'drill_ended'> = {
  type: 'drill_ended',
  drillId: 'd1',
  actor: { id: 'u1', name: 'Olivia', via: 'discord' },
  steps: [step('Kill switch set', true), step('Switch put back', true)],
}

function posted(over: Partial<EventOf<'drill_ended'>>) {
  const post = render(entryOf({ ...ENDED, ...over }, 12), { nowWall_ms: 1_000_100, document: null })
  if (post === null) throw new Error('expected a post')
  return post
}

describe('the post of a drill', () => {
  test.each([
    ['restored', 'Everything is as it was before.'],
    ['kept', 'The switch was left as it is, because somebody or something else set it meanwhile'],
    ['unknown', 'The switch may still be off'],
    [undefined, '`/status` shows how the switch stands.'],
  ] as const)('whose switch is %s says so, and only then that all is as it was', (left, words) => {
    const { embed } = posted(left === undefined ? {} : { left })
    expect(embed.description).toContain(`By **Olivia**. ${words}`)
    expect(embed.description?.includes('Everything is as it was')).toBe(left === 'restored')
    expect(embed.description?.includes('/status')).toBe(left !== 'restored')
  })

  test('that left the switch off, or to somebody else, says how it is set back', () => {
    for (const left of ['kept', 'unknown'] as const) expect(posted({ left }).embed.description).toContain('`/resume`')
  })

  test('with a failed step counts it, names it and what it took, and is not passed over in silence', () => {
    const failed = posted({ left: 'unknown', steps: [step('Kill switch set', true), step('Switch put back', false)] })
    expect(failed).toMatchObject({
      tier: 'normal',
      embed: {
        title: expect.stringContaining('🧯 Drill: 1 of 2 steps failed'),
        color: COLOURS.loss,
        fields: [{ name: '✅ Kill switch set · 1.23 s' }, { name: '❌ Switch put back · 1.23 s' }],
      },
    })
    expect(posted({ left: 'restored' })).toMatchObject({ tier: 'silent', embed: { color: COLOURS.gain } })
  })
})
