/** What a good day does not have. */
import type { JournalEvent } from '../../src/session/events.ts'
import { at } from './desk-samples.ts'

/** Events that a good day does not have. */
export const BAD_EVENTS: readonly JournalEvent[] = [
  { type: 'session_refused', code: 'options_level', message: 'Level 3 is needed for put_spread, the account has 1.' },
  { type: 'session_resumed', worker: 'worker-2', epoch: 4, handedOver: false },
  {
    type: 'order_refused',
    clientOrderId: 'p4d-25k-20260717-open-1',
    purpose: 'open',
    code: '40310000',
    message: 'insufficient options buying power',
  },
  { type: 'entry_abandoned', tradeId: '2026-07-17-1', reason: 'the price moved away', attempts: 3 },
  { type: 'risk_breach', limit: 'max_daily_loss', pnlCents: -150_200, limitCents: 150_000, at_ms: at('11:00:00') },
  {
    type: 'engine_alert',
    code: 'quotes_stale',
    message: 'No quote of the position for 60 s; closing at market.',
    critical: true,
  },
  {
    type: 'preflight_reported',
    open_ms: at('09:30'),
    passed: 20,
    warned: 1,
    failed: 1,
    problems: [
      { name: 'Options level', failed: true, found: 'level 1', advice: 'Ask the broker for level 3.' },
      { name: 'Clock', failed: false, found: '1.2 s off', advice: 'Synchronise it.' },
    ],
    notChecked: ['Buying power'],
  },
  { type: 'campaign_disarmed', actor: { id: '1', name: 'olivia', via: 'discord' }, campaignId: 'c1' },
]
