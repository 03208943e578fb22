import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { Alert } from '../../src/approval/alerts.ts'
import type { Approval } from '../../src/approval/approvals.ts'
import { confirmReply } from '../../src/discord/approval/start-confirm.ts'
import { buttonRow } from '../../src/discord/button-row.ts'
import type { Desk } from '../../src/discord/desk.ts'
import {
  askedReply,
  costEmbed,
  pendingReply,
  stoppedReply,
  unansweredReply,
} from '../../src/discord/views/campaign-reply.ts'
import { notStartedReply } from '../../src/discord/views/confirm-reply.ts'
import { brokenFeedPost } from '../../src/feed/fallback.ts'
import { acknowledgedPost, decidedPost } from '../../src/feed/remade.ts'
import { render } from '../../src/feed/render/index.ts'
import { actorSchema } from '../../src/session/actor.ts'
import { DESK_EVENTS } from '../../src/session/desk-events.ts'
import { journalEntrySchema, planSchema } from '../../src/session/events.ts'
import { problemsOf } from '../support/message-limits.ts'
import { arbitraryOf } from '../support/schema-arbitrary.ts'
import { STATUS } from '../support/view-samples.ts'

const [requested, decided, applied, , , acknowledged] = DESK_EVENTS
const entries = arbitraryOf(journalEntrySchema)
const NONE: readonly string[] = []

/** What Discord holds a row of buttons to. */
function buttonProblems(buttons: readonly { readonly id: string; readonly label: string; readonly look: 'primary' }[]) {
  const { components } = buttonRow(buttons)
  const ids = components.map((button) => ('custom_id' in button ? button.custom_id : ''))
  const labels = components.map((button) => ('label' in button ? (button.label ?? '') : ''))
  return [
    ...(components.length > 5 ? ['more than 5 buttons'] : []),
    ...(new Set(ids).size < ids.length ? ['ids are not unique'] : []),
    ...ids.filter((id) => id.length === 0 || id.length > 100),
    ...labels.filter((label) => label.length === 0 || label.length > 80),
  ]
}

describe("inside Discord's limits, whatever the texts and numbers", () => {
  it('prop_decided_within_limits: a request, and its card once decided', () => {
    fc.assert(
      fc.property(
        entries,
        arbitraryOf(requested),
        arbitraryOf(decided),
        fc.option(arbitraryOf(applied), { nil: null }),
        fc.maxSafeNat(),
        (entry, request, decision, done, at_wall_ms) => {
          const card = { ...entry, feedNo: 7, event: request }
          const post = render(card, { nowWall_ms: at_wall_ms, document: null })
          expect(problemsOf(post === null ? [] : [post.embed])).toEqual(NONE)
          expect(buttonProblems((post?.buttons ?? []) as never)).toEqual(NONE)
          expect(post?.buttons).toHaveLength(2)
          const approval: Approval = { entry: card, request, decided: { ...decision, at_wall_ms }, applied: done }
          const made = decidedPost(approval, at_wall_ms)
          expect(problemsOf(made === null ? [] : [made.embed])).toEqual(NONE)
          expect(made?.buttons).toBeUndefined()
        },
      ),
    )
  })

  it('prop_acknowledged_within_limits: any post, once somebody took it', () => {
    fc.assert(
      fc.property(entries, entries, arbitraryOf(acknowledged), fc.maxSafeNat(), (entry, shown, taken, posted_ms) => {
        const alert: Alert = { entry, alertNo: 1, acknowledged: taken, repeats: [] }
        const made = acknowledgedPost(alert, shown, posted_ms)
        expect(problemsOf(made === null ? [] : [made.embed])).toEqual(NONE)
      }),
    )
  })

  it('prop_confirm_within_limits: the question before a start, and the answers of others', () => {
    const desk = { later: { at: () => undefined } } as unknown as Desk
    const snowflake = fc.bigInt({ min: 1n, max: 2n ** 64n - 1n }).map(String)
    fc.assert(
      fc.property(
        fc.string({ maxLength: 5_000 }),
        arbitraryOf(planSchema),
        arbitraryOf(actorSchema),
        snowflake,
        snowflake,
        fc.maxSafeNat(),
        (message, plan, named, actorId, id, asked_wall_ms) => {
          const actor = { ...named, id: actorId }
          const answer = { ok: true, accountId: 'a', message, plan, isAsking: true } as const
          const wish = { profile: '25k', structure: 'put_spread', id, actor, asked_wall_ms } as const
          const reply = confirmReply(answer, wish, desk)
          expect(problemsOf(reply.embeds)).toEqual(NONE)
          const ids = (reply.buttons?.components ?? []).map((button) => ('custom_id' in button ? button.custom_id : ''))
          expect(ids).toHaveLength(2)
          expect(ids.filter((custom) => custom.length > 100)).toEqual([])
          expect(problemsOf(askedReply(answer, actor).embeds)).toEqual(NONE)
          expect(problemsOf(notStartedReply('Not started', message, actor).embeds)).toEqual(NONE)
        },
      ),
    )
  })

  it('what nobody answers, and a feed that is broken, whatever the account is called', () => {
    for (const reply of [pendingReply('resume'), unansweredReply('resume')])
      expect(problemsOf(reply.embeds)).toEqual(NONE)
    expect(problemsOf([brokenFeedPost('`*a'.repeat(500), Number.MAX_SAFE_INTEGER).embed])).toEqual(NONE)
  })

  it('prop_stopped_within_limits: what closing costs', () => {
    const price = fc.option(fc.double({ noNaN: true }), { nil: null })
    const cents = fc.option(arbitraryOf(z.int()), { nil: null })
    fc.assert(
      fc.property(price, price, cents, cents, fc.nat(), (mid, close, spreadCents, netPnlCents, contracts) => {
        const cost = { mid, close, spreadCents, netPnlCents, contracts }
        const answer = { ok: true, accountId: 'a', message: 'Stopping.', plan: null } as const
        const actor = { id: '1', name: 'Olivia', via: 'discord' } as const
        expect(problemsOf(stoppedReply(answer, actor, [{ account: STATUS, cost }]).embeds)).toEqual(NONE)
        expect(problemsOf(costEmbed([{ account: STATUS, cost }], actor))).toEqual(NONE)
      }),
    )
  })
})
