/** The plan of a day in figures: what is to be earned, what stops the desk, and what it can lose at the very worst. */

import { money, percent, shareOf, signedMoney, structureName } from '../../report/format.ts'
import type { Plan } from '../../session/events.ts'
import { type Field, figure } from '../embed.ts'

/** `−$1,000.00`, and below it `4.0 % of account`. */
function ofAccount(cents: number, plan: Plan): string {
  const share = shareOf(Math.abs(cents), plan.equityCents)
  return share === null ? signedMoney(cents) : `${signedMoney(cents)}\n${percent(share)} of account`
}

export function planTitle(plan: Plan): string {
  const width = plan.structure === 'put_spread' ? plan.width : null
  return `${plan.contracts} × SPY 0DTE ${structureName(plan.structure, width)}`
}

export function planFields(plan: Plan): Field[] {
  return [
    figure('Target a day', ofAccount(plan.targetDailyCents, plan)),
    figure('Stop a trade', ofAccount(-plan.maxLossPerTradeCents, plan)),
    figure('Limit a day', ofAccount(-plan.maxDailyLossCents, plan)),
    figure(
      'True max loss',
      plan.trueMaxLossCents === null ? 'not bounded by a hedge' : ofAccount(-plan.trueMaxLossCents, plan),
    ),
    figure('Equity', money(plan.equityCents)),
    figure('Buying power', `${money(plan.optionsBuyingPowerCents)}\nlevel ${plan.optionsLevel}`),
  ]
}

/** One honest sentence: the stop is an order, the true maximum is the structure's. */
export function riskSentence(plan: Plan): string {
  const stop = money(plan.maxLossPerTradeCents)
  if (plan.trueMaxLossCents === null) {
    return `The ${stop} stop is an order to close, not a guarantee: no hedge bounds the loss of a short put.`
  }
  const share = shareOf(plan.trueMaxLossCents, plan.equityCents)
  const percentage = share === null ? '' : ` (${percent(share)} of the account)`
  return `The ${stop} stop is an order to close, not a guarantee: at worst the position loses ${money(plan.trueMaxLossCents)}${percentage}.`
}
