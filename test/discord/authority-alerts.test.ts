import { describe, expect, test } from 'vitest'
import { DAILY_MS, OPEN_ALERTS_MAX, REPEATS } from '../../src/approval/alerts.ts'
import { postKey } from '../../src/feed/post-key.ts'
import { DAY_MS } from '../../src/time/units.ts'
import { ALERT, AMIR, OLIVIA, REQUEST, useAuthorityBench } from '../support/authority-bench.ts'
import { ACCOUNT_ID } from '../support/desk-samples.ts'

const bench = useAuthorityBench()

describe('an alert that nobody acknowledges', () => {
  test('is repeated ever later, once each whoever looks, as a post of its own, in the end once a day', async () => {
    const desk = bench.current
    const [alertNo] = await desk.arm(ALERT)
    const last = { feedNo: alertNo ?? 0 }
    desk.posted.set(last.feedNo, desk.now_ms)
    for (const [index, wait_ms] of [...REPEATS, DAILY_MS, DAILY_MS, DAILY_MS].entries()) {
      desk.now_ms += wait_ms - 1
      await desk.made().pass()
      expect(await desk.eventsOf('alert_repeated')).toHaveLength(index)
      desk.now_ms += 1
      // Two bots look at once, and one was started anew.
      await Promise.all([desk.made().pass(), desk.made().pass()])
      await desk.made().pass()
      const repeats = await desk.eventsOf('alert_repeated')
      expect(repeats).toHaveLength(index + 1)
      expect(repeats.at(-1)).toMatchObject({
        alertNo,
        number: index + 1,
        of: REPEATS.length,
        title: '🚨 Engine silent · 25k',
      })
      last.feedNo += 1
      desk.posted.set(last.feedNo, desk.now_ms)
    }
    await desk.made().acknowledge(postKey(ACCOUNT_ID, alertNo ?? 0), AMIR)
    desk.now_ms += DAILY_MS
    await desk.made().pass()
    expect(await desk.eventsOf('alert_repeated')).toHaveLength(REPEATS.length + 3)
  })

  test('waits for its post: an outage of the channel repeats nothing in a burst', async () => {
    const desk = bench.current
    const [alertNo] = await desk.arm(ALERT)
    desk.now_ms += 3600_000
    await desk.made().pass()
    expect(await desk.eventsOf('alert_repeated')).toEqual([])
    desk.posted.set(alertNo ?? 0, desk.now_ms)
    desk.now_ms += (REPEATS[0] ?? 0) + 1
    await desk.made().pass()
    desk.now_ms += 3600_000
    // The repetition itself is not desk.posted yet.
    await desk.made().pass()
    expect(await desk.eventsOf('alert_repeated')).toHaveLength(1)
  })

  test('acknowledged from any of its posts, it and its repetitions say so, also after a bot died before editing', async () => {
    const desk = bench.current
    const [alertNo = 0] = await desk.arm(ALERT)
    desk.posted.set(alertNo ?? 0, desk.now_ms)
    desk.now_ms += REPEATS[0] ?? 0
    await desk.made().pass()
    desk.posted.set((alertNo ?? 0) + 1, desk.now_ms)
    const failing = desk.made({ editor: () => Promise.reject(new Error('killed')) })
    desk.now_ms += 5_000
    expect(await failing.acknowledge(postKey(ACCOUNT_ID, alertNo ?? 0), AMIR)).toMatchObject({ isFirst: true })
    expect(await desk.made().acknowledge(postKey(ACCOUNT_ID, alertNo ?? 0), OLIVIA)).toMatchObject({
      isFirst: false,
      alert: { acknowledged: { actor: AMIR } },
    })
    expect(desk.edits).toEqual(['☑️ Engine silent · 25k', '☑️ Nobody has acknowledged #1 · 25k'])
    await desk.made().pass()
    expect(desk.edits).toHaveLength(2)
    desk.now_ms += 3600_000
    await desk.made().pass()
    expect(await desk.eventsOf('alert_repeated')).toHaveLength(1)
    expect(await desk.eventsOf('alert_acknowledged')).toMatchObject([{ after_ms: (REPEATS[0] ?? 0) + 5_000 }])
  })

  test('a button of something else, or of nothing, acknowledges nothing', async () => {
    const desk = bench.current
    await desk.arm(ALERT, REQUEST)
    for (const key of [postKey(ACCOUNT_ID, 2), postKey(ACCOUNT_ID, 99), postKey('other', 1), '', 'x:y']) {
      expect(await desk.made().acknowledge(key, AMIR)).toMatchObject({ code: 'stale_command' })
    }
    expect(await desk.eventsOf('alert_acknowledged')).toEqual([])
  })
})

describe('an alert that nobody acknowledged for days', () => {
  const shown = async (): Promise<readonly number[]> =>
    ((await bench.current.reader.status(ACCOUNT_ID))?.openAlerts ?? []).map(({ alertNo }) => alertNo)

  test('is open for everybody who looks, whichever bot looks, until somebody takes it; then it is gone', async () => {
    const desk = bench.current
    await desk.arm(ALERT)
    await desk.made().pass()
    expect((await desk.reader.status(ACCOUNT_ID))?.openAlerts).toEqual([
      { alertNo: 1, title: '🚨 Engine silent · 25k', age_ms: 0 },
    ])
    for (const date of ['2030-01-02', '2030-01-03', '2030-01-04', '2030-01-05']) await desk.armOn(date, [ALERT])
    desk.now_ms += 9 * DAY_MS
    await desk.made().pass()
    expect(await shown()).toEqual([1, 2, 3, 4, 5])
    // Its own day is read no more, and this bot has not looked at anything yet.
    expect(await desk.made().acknowledge(postKey(ACCOUNT_ID, 1), AMIR)).toMatchObject({ isFirst: true })
    const bot = desk.made()
    await bot.acknowledge(postKey(ACCOUNT_ID, 3), AMIR)
    expect(await shown()).toContain(2)
  })

  test('is taken out by its acknowledgement, and by nothing else', async () => {
    const desk = bench.current
    await desk.arm(ALERT, ALERT, { ...ALERT, code: 'drill' })
    const bot = desk.made()
    await bot.pass()
    expect(await shown()).toEqual([1, 2])
    await bot.acknowledge(postKey(ACCOUNT_ID, 1), AMIR)
    await bot.pass()
    expect(await shown()).toEqual([2])
    await desk.made().pass()
    expect(await shown()).toEqual([2])
  })

  test('is kept among the oldest; that there are more is said once a day', async () => {
    const desk = bench.current
    await desk.arm(...Array.from({ length: OPEN_ALERTS_MAX + 2 }, () => ALERT))
    await desk.made().pass()
    await desk.made().pass()
    expect(await shown()).toEqual(Array.from({ length: OPEN_ALERTS_MAX }, (_, index) => index + 1))
    const said = (await desk.eventsOf('engine_alert')).filter(
      (event) => 'code' in event && event.code === 'alerts_unattended',
    )
    expect(said).toMatchObject([{ message: expect.stringContaining('102 alerts wait'), critical: false }])
  })
})
