/** What the panel provokes: on the market simulator through its proxy, and on the desk itself. */
import { DESK_CONTROL_PATH, MARKET_PROXY_PATH } from '../../discord/page-api.ts'

const TIMEOUT_MS = 8_000

const PROVOCATIONS = {
  shockDown: { path: `${MARKET_PROXY_PATH}/provoke/shock`, body: { pct: -1, seconds: 10 } },
  shockUp: { path: `${MARKET_PROXY_PATH}/provoke/shock`, body: { pct: 1, seconds: 10 } },
  rejectOrders: { path: `${MARKET_PROXY_PATH}/provoke/reject`, body: { orders: 3 } },
  muteStreams: { path: `${MARKET_PROXY_PATH}/provoke/mute`, body: { streams: ['stock', 'option'], seconds: 45 } },
  brokerOutage: { path: `${MARKET_PROXY_PATH}/provoke/outage`, body: { seconds: 20, streams: true } },
  calmMarket: { path: `${MARKET_PROXY_PATH}/provoke/calm`, body: {} },
  discordOutage: { path: `${DESK_CONTROL_PATH}/outage`, body: { seconds: 20 } },
  endDiscordOutage: { path: `${DESK_CONTROL_PATH}/outage`, body: { seconds: 0 } },
  killWorker: { path: `${DESK_CONTROL_PATH}/kill-worker`, body: {} },
} as const
export type ProvocationName = keyof typeof PROVOCATIONS

/** Asks for it; resolves to null, or to why it was not done, for the person. */
export async function provoke(name: ProvocationName): Promise<string | null> {
  const { path, body } = PROVOCATIONS[name]
  try {
    const answer = await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    if (answer.ok) return null
    // Looked into below, member by member.
    const said = (await answer.json().catch(() => null)) as { message?: unknown } | null
    return typeof said?.message === 'string'
      ? sentence(said.message)
      : `It was not done: the server answered ${answer.status}.`
  } catch {
    return 'It was not done: the server does not answer.'
  }
}

const sentence = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1)
