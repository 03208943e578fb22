import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { backtestSchema } from '../../src/backtest/document.ts'
import { whatIfSchema } from '../../src/backtest/what-if-document.ts'
import { offered } from '../../src/discord/choice.ts'
import { brokenReply } from '../../src/discord/reply.ts'
import { progressReply, studyProgress } from '../../src/discord/study/progress-embed.ts'
import { resultEmbeds } from '../../src/discord/study/result-embed.ts'
import { armedReply, controlledReply, limitedReply, pendingReply } from '../../src/discord/views/campaign-reply.ts'
import {
  documentFields,
  measuredEmbed,
  periodEmbed,
  periodFooter,
  reportEmbed,
} from '../../src/discord/views/report-embed.ts'
import { verdictEmbed } from '../../src/discord/views/verdict-embed.ts'
import { embed } from '../../src/feed/embed.ts'
import { asDayReport } from '../../src/report/day/day-document.ts'
import { periodDocumentSchema } from '../../src/report/day/period-schema.ts'
import { dayDocumentSchema } from '../../src/report/day/schema.ts'
import { actorSchema } from '../../src/session/actor.ts'
import { planSchema } from '../../src/session/events.ts'
import { type StudyJob, studyJobSchema } from '../../src/study/spec.ts'
import { assess } from '../../src/validation/assessment.ts'
import { campaignsOf } from '../../src/validation/verdict/campaigns.ts'
import { problemsOf } from '../support/message-limits.ts'
import { acceptedOf, arbitraryOf } from '../support/schema-arbitrary.ts'
import { ASKED } from '../validation/assessed-days.ts'
import { madeDays } from '../validation/verdict-days.ts'

const NONE: readonly string[] = []
/** Longest name of a member. */
const name = fc.string({ minLength: 1, maxLength: 32, unit: 'grapheme' }).map((text) => text.slice(0, 32))
const actors = fc.tuple(arbitraryOf(actorSchema), name).map(([actor, shown]) => ({ ...actor, name: shown }))
const jobs: fc.Arbitrary<StudyJob> = fc
  .tuple(acceptedOf(studyJobSchema), actors)
  .map(([job, actor]) => ({ ...job, actor }))
const images = fc
  .constantFrom([], ['a.png'], ['a.png', 'b.png', 'c.png'])
  .map((files) =>
    files.map((file) => ({ file, title: 'Equity of the best variants', png: new Uint8Array(), alt: 'x' })),
  )

describe('an embed', () => {
  it('prop_embed_within_limits: two in a message stay inside them, whatever goes in', () => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('', ' ', '*'.repeat(9_000), '🟢'.repeat(700)),
    )
    const parts = fc.record({
      colour: fc.constant(0),
      title: text,
      description: text,
      fields: fc.array(fc.record({ name: text, value: text, inline: fc.boolean() }), { maxLength: 40 }),
      footer: text,
      at_ms: fc.double(),
    })
    fc.assert(
      fc.property(parts, parts, (one, other) => {
        expect(problemsOf([embed(one), embed(other)])).toEqual(NONE)
      }),
    )
  })
})

describe("what studies say stays inside Discord's limits, whatever the numbers", () => {
  it('prop_progress_within_limits: while one waits, runs and ends', () => {
    const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constant('*'.repeat(9_000)))
    const whole = fc.maxSafeNat()
    const running = fc.record({
      state: fc.constant('running' as const),
      done: whole,
      total: fc.option(whole, { nil: null }),
      started_ms: whole,
      attempt: fc.nat(9),
      seen_ms: whole,
      worker: text,
    })
    const run = fc.oneof(
      running,
      fc.constant(null),
      fc.record({ state: fc.constant('done' as const), took_ms: whole }),
      fc.record({ state: fc.constantFrom('refused' as const, 'failed' as const), message: text }),
      fc.record({ state: fc.constant('cancelled' as const), by: name }),
    )
    fc.assert(
      fc.property(jobs, run, fc.option(actors, { nil: null }), whole, fc.nat(500), (job, state, by, now_ms, ahead) => {
        const record = { job, run: state, message: null, posted: null, cancelledBy: by } as never
        const reply = studyProgress(record, { ahead, now_ms, resultUrl: 'https://discord.com/channels/1/2/3' })
        expect(problemsOf(reply.embeds)).toEqual(NONE)
        expect(problemsOf(progressReply(job, ahead).embeds)).toEqual(NONE)
        const ids = (reply.buttons?.components ?? []).map((button) => ('custom_id' in button ? button.custom_id : ''))
        expect(ids.filter((id) => id.length === 0 || id.length > 100)).toEqual(NONE)
      }),
    )
  })

  it('prop_result_within_limits: a tear sheet, a what-if, an audit', () => {
    const audits = z.object({
      published: z.object({ perDay: z.number() }),
      resettled: z.object({ perDay: z.number() }),
      summary: z.array(z.string()),
    })
    const kinds = [
      ['backtest', arbitraryOf(backtestSchema)],
      ['what_if', arbitraryOf(whatIfSchema)],
      ['audit', arbitraryOf(audits)],
    ] as const
    for (const [kind, documents] of kinds) {
      fc.assert(
        fc.property(documents as fc.Arbitrary<unknown>, jobs, images, (document, job, shown) => {
          const study = { ...job, spec: { ...job.spec, kind } } as StudyJob
          expect(problemsOf(resultEmbeds(document, study, shown))).toEqual(NONE)
        }),
      )
    }
  })
})

describe("answers stay inside Discord's limits, whatever the numbers", () => {
  it('prop_campaign_within_limits: to /start, /pause, /resume, /limit and to what takes long', () => {
    const messages = fc.oneof(fc.string(), fc.constant('*'.repeat(9_000)))
    fc.assert(
      fc.property(messages, arbitraryOf(planSchema), arbitraryOf(actorSchema), (message, plan, actor) => {
        const done = { ok: true, accountId: 'a', message, plan } as const
        const replies = [
          armedReply(done, actor, '1'.repeat(20)),
          controlledReply('pause', done, actor),
          controlledReply('resume', done, actor),
          limitedReply(done, actor),
          brokenReply(message),
          ...(['start', 'stop', 'pause', 'resume', 'limit'] as const).map(pendingReply),
        ]
        for (const { embeds } of replies) expect(problemsOf(embeds)).toEqual(NONE)
      }),
    )
  })

  it('prop_period_within_limits: a week, a month or any range of days, with its pictures', () => {
    const pictures = fc.constantFrom([], ['P&L by day'], ['P&L by day', 'Slippage against the estimate'])
    fc.assert(
      fc.property(arbitraryOf(periodDocumentSchema), pictures, (period, titles) => {
        const first = periodEmbed(period, titles.length === 0 ? null : 'equity.png')
        const below = titles.map((title) => embed({ colour: 0, title, footer: periodFooter(period), image: 'a.png' }))
        expect(problemsOf([first, measuredEmbed(period, first, below.length), ...below])).toEqual(NONE)
      }),
    )
  })

  it('prop_day_within_limits: the report of a day', () => {
    fc.assert(
      fc.property(arbitraryOf(dayDocumentSchema), fc.constantFrom(null, 'day.png'), (document, image) => {
        expect(problemsOf([reportEmbed(asDayReport(document), image, documentFields(document))])).toEqual(NONE)
      }),
    )
  })

  it('prop_verdict_within_limits: a verdict, whatever came of its days', () => {
    const days = fc.array(fc.option(fc.maxSafeInteger(), { nil: null }), { minLength: 1, maxLength: 40 })
    fc.assert(
      fc.property(days, fc.constantFrom('PAPER' as const, 'SIM' as const), (amounts, kind) => {
        const made = madeDays(amounts, { source: { kind, label: '*'.repeat(400) } })
        const [campaign] = campaignsOf(made, () => made.map(({ date }) => date))
        if (campaign === undefined) throw new Error('expected a campaign')
        const assessment = assess(campaign, { ...ASKED, optionFeed: 'opra', uniform: () => 0.5 })
        expect(problemsOf([verdictEmbed(assessment, 'equity.png')])).toEqual(NONE)
      }),
      { numRuns: 15 },
    )
  })

  it('prop_choices_within_limits: what an autocompletion offers, and no value is cut', () => {
    const text = fc.oneof(fc.string({ maxLength: 130, unit: 'grapheme' }), fc.constantFrom('', ' ', 'x'.repeat(101)))
    fc.assert(
      fc.property(fc.array(fc.record({ name: text, value: text }), { maxLength: 60 }), (choices) => {
        const shown = offered(choices)
        expect(shown.length).toBeLessThanOrEqual(25)
        for (const { name: label, value } of shown) {
          expect(label.trim()).not.toBe('')
          expect(label.length).toBeLessThanOrEqual(100)
          expect(String(value).length).toBeGreaterThan(0)
          expect(String(value).length).toBeLessThanOrEqual(100)
          expect(choices.map((choice) => choice.value)).toContain(value)
        }
      }),
    )
  })
})
