/** What an operator holds back and ends, on the local page: each test goes on where the one before it ended. */
import { beforeAll, describe, expect, test } from 'vitest'
import { settled, shoot } from '../sim/page/browser.ts'
import { useDeskPage } from '../support/desk-page.ts'
import { hasNoBrowser } from '../support/page-visitor.ts'

const DAY_LIMIT = 'name:"loss limit of the day"'

describe.skipIf(hasNoBrowser)('holding back and ending, on the local page', () => {
  const pages = useDeskPage()

  beforeAll(async () => {
    const { olivia } = pages.current
    await olivia.types('/start 25k')
    await olivia.sees(/Session started: 25 ×/)
  })

  test('/pause holds entries back and says so once; /resume lifts it alone', async () => {
    const { olivia } = pages.current
    await olivia.types('/pause account:25k reason:"lunch"')
    await olivia.sees(/⏸️ Paused: 25k.*By Olivia: lunch/s)
    await olivia.types('/pause 25k')
    await olivia.sees(/25k is paused already/)
    expect(await olivia.post(/⏸️ Paused: 25k/).count()).toBe(1)
    await olivia.types('/why')
    await olivia.sees(/⏸️ Paused \(lunch\): nothing is opened/)
    await olivia.actsAs('Vera')
    await olivia.types('/resume 25k')
    await olivia.sees(/This needs an operator role/)
    await olivia.actsAs('Olivia')
    await olivia.types('/resume 25k')
    await olivia.sees(/▶️ Resumed: 25k/)
  })

  test('/limit lowers at once, raises with a second person, and refuses what is another configuration', async () => {
    const { olivia } = pages.current
    await olivia.types(`/limit account:25k ${DAY_LIMIT} value:1200`)
    await olivia.sees(/🔻 Limit lowered for Mon 23 Nov 2026.*\$1,500\.00 → \$1,200\.00/s)
    await olivia.types(`/limit account:25k ${DAY_LIMIT} value:99999`)
    await olivia.sees(/Expected \$1 to \$3,000 for the loss limit of the day, got \$99,999/)
    await olivia.types(`/limit account:25k ${DAY_LIMIT} value:2000 reason:"news"`)
    const asked = await olivia.sees(/Needs a second person: Raise a limit of 25k for Mon 23 Nov 2026/)
    await olivia.actsAs('Amir')
    await asked.getByRole('button', { name: 'Approve' }).click()
    await olivia.sees(/🔺 Limit raised for Mon 23 Nov 2026.*approved by Amir.*\$1,200\.00 → \$2,000\.00/s)
    await olivia.actsAs('Olivia')
    await olivia.types('/status')
    await olivia.sees(/Limits of today only.*\$2,000\.00, configured \$1,500\.00/s)
  })

  test('/report of a running day stands where the open position does, and is not judged', async () => {
    const { olivia } = pages.current
    await pages.enter()
    await olivia.sees(/all 25 filled/)
    const report = async () => {
      await olivia.types('/report')
      return olivia.post(/With the open position as it was at \d\d:\d\d:\d\d New York/).count()
    }
    // The first mark comes with the position's first prices.
    await expect.poll(report, { interval: 1_000 }).toBeGreaterThan(0)
    const shown = await olivia.post(/With the open position as it was/).innerText()
    expect(shown).toContain('so far')
    expect(shown).toContain('daily limit −\u2060$2,000.00')
    expect(shown).toContain('not judged yet')
    expect(shown).not.toMatch(/🔴|🟡|🟢/)
  })

  test('/stop says what closing costs, closes at once, and arms nothing any more', async () => {
    const { olivia, desk } = pages.current
    await olivia.types('/stop 25k')
    await olivia.sees(/Stopping.*Closing 25k now.*Estimated net P&L of the position/s)
    await olivia.sees(/Trade closed/)
    await olivia.sees(/Session over, Mon 23 Nov 2026.*none armed/s)
    expect(desk.sim.accounts[0]?.positions.size).toBe(0)
    await settled(olivia.page)
    await shoot(olivia.page, 'desk-stopped')
    await olivia.types('/pause 25k')
    await olivia.sees(/25k is not armed, so there is nothing to pause/)
  })
})
