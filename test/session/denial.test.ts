import { expect, test } from 'vitest'
import { DENIALS } from '../../src/session/denial.ts'

test('docs/refusals.md lists every denial as the catalogue has it (vitest -u writes it anew)', async () => {
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
  ].join('\n')
  await expect(page).toMatchFileSnapshot('../../docs/refusals.md')
})
