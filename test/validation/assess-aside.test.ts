import { expect, test } from 'vitest'
import { type AssessmentQuestion, answerQuestion, assessAside } from '../../src/validation/assess-aside.ts'
import { assessmentDocument } from '../../src/validation/assessment.ts'
import { ASKED } from './assessed-days.ts'
import { madeDays } from './verdict-days.ts'

/** Days that leave everything open: the most that is to be worked out. */
function questionOf(days: number): AssessmentQuestion {
  const values = Array.from({ length: days }, (_, day) => ((day * 7919) % 401) * 1000 - 195_000)
  return {
    campaign: {
      ...{ accountId: 'PA1', source: { kind: 'PAPER', label: 'PA1' }, number: 1 },
      ...{ days: madeDays(values), stoppedSessions: 0 },
    },
    options: ASKED,
  }
}

test('years of days are judged beside the process, to the same figures', async () => {
  const question = questionOf(480)
  let turns = 0
  const timer = setInterval(() => {
    turns += 1
  }, 1)
  const aside = await assessAside(question)
  clearInterval(timer)
  expect(turns).toBeGreaterThan(0)
  expect(assessmentDocument(aside)).toEqual(assessmentDocument(answerQuestion(question)))
})

test('what cannot be judged fails for the one who asks', async () => {
  const question = questionOf(100)
  const [first] = question.campaign.days
  if (first === undefined) throw new Error('expected a day')
  const broken = { ...first, plan: { ...first.plan, maxLossPerTradeCents: 0 } }
  const days = [broken, ...question.campaign.days.slice(1)]
  await expect(assessAside({ ...question, campaign: { ...question.campaign, days } })).rejects.toThrow()
})
