/**
 * `/backtest source:alpaca` as people ask for it on the page: read from the market simulator's past, over the real
 * client.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { OLIVIA } from '../../src/sim/discord/fixtures.ts'
import { ChatUser, textOf } from '../support/chat-user.ts'
import { cleanUp, cleanUps, ready, startUp } from '../support/up-desk.ts'

afterEach(cleanUp)

test('a backtest over Alpaca’s history runs on the page’s own market; made-up days are never kept beside Alpaca’s', {
  timeout: 240_000,
}, async () => {
  const up = startUp({ args: ['--speed', '1'] })
  await ready(up)
  const page = up.output().match(/http:\/\/localhost:\d+/)?.[0] ?? ''
  const olivia = await ChatUser.connect(page, OLIVIA.id)
  cleanUps.push(() => olivia.close())
  await olivia.slash('backtest', { source: 'alpaca', fills: 'mid', from: '2026-11-09', to: '2026-11-13' })
  const isResult = (text: string): boolean => /Backtest: [+−].* in 5 days/.test(text.replaceAll('\u2060', ''))
  const done = await olivia.waitFor((message) => isResult(textOf(message)), { timeout_ms: 200_000 })
  expect(textOf(done)).toContain('simulated one-minute bars (iex), trades without quotes')
  expect(done.attachments.map(({ filename }) => filename)).toContainEqual(expect.stringMatching(/\.json$/))
  expect(existsSync(join(up.dataDir, 'cache', 'alpaca'))).toBe(false)
})
