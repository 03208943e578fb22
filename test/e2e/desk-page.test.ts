/** The desk on the local page, one day told in order: each test goes on where the one before it ended. */
import { describe, expect, test } from 'vitest'
import { settled, shoot } from '../sim/page/browser.ts'
import { useDeskPage } from '../support/desk-page.ts'
import { hasNoBrowser } from '../support/page-visitor.ts'

describe.skipIf(hasNoBrowser)('the desk on the local page', () => {
  const pages = useDeskPage({ hasCards: true })

  test('/start tells what may be lost and what is to be proved', async () => {
    const { olivia } = pages.current
    await olivia.types('/start 25k')
    await olivia.sees(/25k started.*Preflight 25k: /s)
    await olivia.sees(/Session started: 25 ×.*True max loss/s)
    // The live card is pinned.
    await olivia.sees(/25k · .*🟢 orders · 🟢 stock/s)
  })

  test('/drill proves switch, alert and acknowledgement, and says so', async () => {
    const { olivia } = pages.current
    await olivia.types('/drill 25k')
    const alert = await olivia.sees(/This is a drill by Olivia/)
    await alert.getByRole('button', { name: 'Acknowledge' }).click()
    const passed = await olivia.sees(/🧯 Drill passed/)
    await passed.getByText('Everything is as it was before').waitFor()
    await olivia.sees(/✅ Alert posted/)
  })

  test('a price shock with refused orders is a breach: the alert calls operators, and keeps who acknowledged it', async () => {
    const { olivia, desk } = pages.current
    await pages.enter()
    await olivia.sees(/all 25 filled/)
    await olivia.setsSpeed(10)
    await olivia.provokes('Reject orders')
    await olivia.provokes('Shock −1 %')
    const breach = await olivia.sees(/🛑 Breach of the daily loss limit/)
    await olivia.sees(/Closed: 25 × SPY/)
    await breach.getByRole('button', { name: 'Acknowledge' }).click()
    const settledAlert = await olivia.sees(/☑️ Breach of the daily loss limit/)
    await settledAlert.getByText('By Olivia').waitFor()
    await settled(olivia.page)
    await shoot(olivia.page, 'desk-breach')
    expect(desk.sim.accounts[0]?.positions.size).toBe(0)
  })

  test('resuming after it takes two persons: not whoever asked, not a viewer', async () => {
    const { olivia } = pages.current
    await olivia.types('/resume account:25k reason:"the shock is over"')
    const asked = () => olivia.post(/Needs a second person: Resume 25k/)
    await olivia.sees(/Needs a second person: Resume 25k/)
    await asked().getByRole('button', { name: 'Approve' }).click()
    await olivia.sees(/This needs an approver role/)
    await olivia.actsAs('Vera')
    await asked().getByRole('button', { name: 'Deny' }).click()
    await olivia.sees(/an operator or approver role/)
    await olivia.actsAs('Amir')
    await asked().getByRole('button', { name: 'Approve' }).click()
    const approved = await olivia.sees(/Approved: Resume 25k/)
    expect(await approved.getByRole('button', { name: 'Approve' }).count()).toBe(0)
    await olivia.sees(/Resumed: 25k.*approved by Amir/s)
    await settled(olivia.page)
    await shoot(olivia.page, 'desk-approved')
    await olivia.actsAs('Olivia')
  })

  test('a Discord outage keeps nothing from being done or told: its posts come when it ends', async () => {
    const { olivia, desk, chat } = pages.current
    await olivia.provokes('Discord outage')
    await expect.poll(() => chat.sim.world.outage.isOn).toBe(true)
    await desk.control('HALTED')
    expect(await olivia.post(/Halted: 25k/).count()).toBe(0)
    await olivia.page.getByRole('button', { name: 'End all' }).click()
    await olivia.sees(/Halted: 25k/)
  })
})
