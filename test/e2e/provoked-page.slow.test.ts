/**
 * What the page's market panel provokes that neither the guided tour nor `desk-page` does: a broker that does not
 * answer, and a price shock while the quotes are mute.
 */
import { beforeAll, describe, expect, test } from 'vitest'
import { useDeskPage } from '../support/desk-page.ts'
import { hasNoBrowser } from '../support/page-visitor.ts'

describe.skipIf(hasNoBrowser)('the market panel', () => {
  const pages = useDeskPage()

  beforeAll(async () => {
    const { olivia } = pages.current
    await olivia.types('/start 25k')
    await olivia.sees(/Session started: 25 ×/)
    await pages.enter()
    await olivia.sees(/all 25 filled/)
  })

  test('takes the broker away: the channel is told so, and that it is back', async () => {
    const { olivia } = pages.current
    await olivia.provokes('Broker outage')
    await olivia.sees(/Broker unreachable.*The broker has not answered for \d+ s/s)
    await olivia.sees(/Broker back.*The broker answers again, after \d+ s/s)
  })

  test('mutes the quotes: the stop fires all the same, as the broker is asked instead', async () => {
    const { olivia, desk } = pages.current
    await olivia.setsSpeed(10)
    await olivia.provokes('Mute quotes')
    const state = olivia.page.getByRole('button', { name: 'Mute quotes', pressed: true })
    await state.waitFor()
    await olivia.sees(/Stream mute.*asked for instead/s)
    await olivia.provokes('Shock −1 %')
    await olivia.sees(/Closed: 25 × SPY/)
    expect(await state.count()).toBe(1)
    expect(desk.sim.accounts[0]?.positions.size).toBe(0)
  })
})
