import { expect, test } from 'vitest'
import { DENIALS } from '../../src/session/denial.ts'
import { REFUSALS } from '../../src/session/refusal.ts'

test('docs/refusals.md lists every denial and refusal as the catalogues have them (vitest -u writes it anew)', async () => {
  const rows = Object.entries(DENIALS).map(
    ([code, { guards, means, whatToDo }]) => `| \`${code}\` | ${guards} | ${means} | ${whatToDo} |`,
  )
  const page = [
    '# Orders that the desk does not send',
    '',
    'Right before an order leaves, the risk checks of `src/session/risk.ts` look at it once more. What they deny is',
    'posted with its code and the numbers that decided. This table is made from `src/session/denial.ts`.',
    '',
    '| code | guards | what it means | what to do |',
    '|---|---|---|---|',
    ...rows,
    '',
    '# Commands that the desk does not do',
    '',
    'The code stands under the answer in the channel, in the terminal, and in the journal, with the numbers that decided.',
    'This table is made from `src/session/refusal.ts`.',
    '',
    '| code | what it means | what to do |',
    '|---|---|---|',
    ...Object.entries(REFUSALS).map(([code, { means, whatToDo }]) => `| \`${code}\` | ${means} | ${whatToDo} |`),
    '',
  ].join('\n')
  await expect(page).toMatchFileSnapshot('../../docs/refusals.md')
})
