/** Alpaca's JSON, in the shapes of its published API, with the fields the desk reads. */

export const ACCOUNT = {
  id: '904837e3-3b76-47ec-b432-046db621571b',
  account_number: 'PA3TEST00001',
  status: 'ACTIVE',
  account_blocked: false,
  trading_blocked: false,
  trade_suspended_by_user: false,
  equity: '25000.00',
  cash: '25000',
  options_buying_power: '24950.5',
  options_trading_level: 3,
}

const TIMES = {
  created_at: '2026-07-17T14:00:00.123456789Z',
  submitted_at: '2026-07-17T14:00:00.120456789Z',
  updated_at: '2026-07-17T14:00:01.5Z',
  filled_at: null,
  canceled_at: null,
  expired_at: null,
  failed_at: null,
}

export const SIMPLE_ORDER = {
  ...TIMES,
  id: '30a077fa-96f6-4f20-a052-4b921ee2f243',
  client_order_id: 'p4d-25k-20260717-open-1',
  asset_class: 'us_option',
  order_class: 'simple',
  order_type: 'limit',
  type: 'limit',
  time_in_force: 'day',
  symbol: 'SPY260717P00747000',
  side: 'sell',
  position_intent: 'sell_to_open',
  qty: '25',
  filled_qty: '10',
  filled_avg_price: '1.205',
  limit_price: '1.2',
  notional: null,
  legs: null,
  status: 'partially_filled',
}

const leg = (symbol: string, side: string, intent: string, filled: string | null) => ({
  ...TIMES,
  id: `leg-${symbol}`,
  client_order_id: `leg-of-${symbol}`,
  asset_class: 'us_option',
  order_class: 'mleg',
  type: '',
  time_in_force: 'day',
  symbol,
  side,
  position_intent: intent,
  qty: '25',
  ratio_qty: '1',
  filled_qty: filled === null ? '0' : '25',
  filled_avg_price: filled,
  limit_price: null,
  notional: null,
  legs: null,
  status: filled === null ? 'new' : 'filled',
})

/** A put spread sold to open for 1.2 − 0.35 = 0.85, with the signs Alpaca gives a credit. */
export function spreadOrder(purpose: 'open' | 'close', fills: readonly [string, string] | null) {
  const suffix = `_to_${purpose}`
  const [shortSide, longSide] = purpose === 'open' ? ['sell', 'buy'] : ['buy', 'sell']
  return {
    ...TIMES,
    id: '83f37e9f-6b1f-49ed-8fc6-3e6af716323f',
    client_order_id: `p4d-25k-20260717-${purpose}-1`,
    asset_class: '',
    order_class: 'mleg',
    order_type: 'limit',
    type: 'limit',
    time_in_force: 'day',
    symbol: '',
    side: '',
    qty: '25',
    filled_qty: fills === null ? '0' : '25',
    filled_avg_price: null as string | null,
    limit_price: purpose === 'open' ? '-0.85' : '0.4',
    notional: null,
    status: fills === null ? 'new' : 'filled',
    legs: [
      leg('SPY260717P00747000', shortSide, `${shortSide}${suffix}`, fills?.[0] ?? null),
      leg('SPY260717P00742000', longSide, `${longSide}${suffix}`, fills?.[1] ?? null),
    ],
  }
}

export const quote = (bp: number, ap: number, t = '2026-07-17T14:00:00.5Z') => ({
  bp,
  bs: 10,
  bx: 'V',
  ap,
  as: 10,
  ax: 'V',
  c: ['R'],
  t,
  z: 'B',
})

export const bar = (t: string, c = 747) => ({ t, o: 747, h: 748, l: 746, c, v: 1000, n: 10, vw: 747 })
