/**
 * `/config`: the limits that bind an account's campaign, fixed from `/start` to `/stop`. Shows no secret: it has none.
 */
import type { APIEmbed } from 'discord.js'
import { COLOURS, embed, type Field, line, plain } from '../../feed/embed.ts'
import { decimal, money, percent, price, sourceBadge, structureName, withDayNames } from '../../report/format.ts'
import type { ConfigView } from '../../report/views.ts'
import { limitValue, modeWords } from '../../report/words.ts'
import { DAY_LIMIT_ENTRIES, DAY_LIMITS, type DayLimitValues } from '../../session/day-limits.ts'
import { CLOSES_PER_MINUTE_MAX, OPENS_PER_DAY_MAX, OPENS_PER_MINUTE_MAX, PRICE_BAND } from '../../session/risk.ts'
import type { ProfileName } from '../../strategy/types.ts'
import { accountFor, notStarted } from '../accounts.ts'
import type { Desk } from '../desk.ts'
import { type Reply, refusalReply } from '../reply.ts'

export async function configReply(profile: ProfileName | null, { reader }: Pick<Desk, 'reader'>): Promise<Reply> {
  const account = await accountFor(profile, reader)
  const view = account === null ? null : await reader.config(account.accountId)
  return view === null ? refusalReply(notStarted(profile)) : { embeds: [configEmbed(view)] }
}

const dollars = (value: number): string => money(value * 100)

function entryField({ strategy }: ConfigView): Field {
  const { limits } = strategy
  return line(
    'Entry',
    [
      `open + ${limits.entryAfterOpenMin} min to close − ${limits.entryBeforeCloseMin} min, at most ${limits.maxDailyTrades} a day, from ${limits.barsMin} one-minute bars on`,
      `volatility estimate at most ${decimal(limits.vixMax, 1)} · day's range at most ${percent(limits.rangeModeratePct, 1)} (extreme above ${percent(limits.rangeExtremePct, 1)}) · SPY quote at most ${limits.quoteAgeMax_s} s old`,
      `premium ${price(limits.premiumMin)} to ${price(limits.premiumMax)} · bid/ask at most ${price(limits.spreadMax)}`,
    ].join('\n'),
  )
}

function exitField({ strategy }: ConfigView): Field {
  const { limits, profile } = strategy
  return line(
    'Exit',
    `stop at a loss of ${dollars(profile.maxLossPerTrade)} · target at ${percent(limits.profitTargetShare * 100, 0)} of the net premium · end of session at close − ${limits.sessionEndBeforeCloseMin} min · daily limit ${dollars(profile.maxDailyLoss)}`,
  )
}

function costsField({ strategy: { profile } }: ConfigView): Field {
  return line(
    'Costs, assumed',
    `commission ${dollars(profile.commissionPerContract)} a contract and leg · bid/ask ${percent(profile.bidAskCostPct, 1)} and slippage ${percent(profile.slippagePct, 1)} of the gross premium`,
  )
}

function engineField({ engine }: ConfigView): Field {
  return line(
    'Engine',
    [
      `entry order re-priced after ${engine.entryWait_s} s, ${engine.entryAttemptsMax} attempts, at most ${price(engine.entryCollar)} below the decision`,
      `close re-priced after ${engine.exitWait_s} s, ${engine.exitLimitAttempts} limit orders, then market orders`,
      `position without a quote for ${engine.positionQuoteAgeMax_s} s: closed at market`,
    ].join('\n'),
  )
}

/** The same for every account: no configuration loosens them. */
function guardsField(): Field {
  return line(
    'Order guards, fixed',
    `at most ${OPENS_PER_DAY_MAX} opening orders a day and ${OPENS_PER_MINUTE_MAX} a minute, ${CLOSES_PER_MINUTE_MAX} closing orders a minute · an opening's limit at most ${price(PRICE_BAND)} from the position's mid`,
  )
}

const dayLimitWords = (values: DayLimitValues): string =>
  DAY_LIMITS.flatMap((limit) => {
    const value = values[limit]
    return value === undefined ? [] : [`${DAY_LIMIT_ENTRIES[limit].name} ${limitValue(limit, value)}`]
  }).join(' · ')

export function configEmbed(view: ConfigView): APIEmbed {
  const { plan, strategy, armed, armedBy, source, mode, modeBy, modeReason, dayLimits } = view
  const { profile } = strategy
  const width = strategy.structure === 'put_spread' ? strategy.width : null
  const worst = plan.trueMaxLossCents === null ? 'not bounded by a hedge' : money(-plan.trueMaxLossCents)
  const state = armed ? `Armed by ${plain(armedBy)}` : 'Not armed: the next `/start` reads the configuration anew'
  return embed({
    colour: mode === 'ACTIVE' ? COLOURS.plan : COLOURS.warning,
    title: `⚙️ ${plan.profile}: ${plan.contracts} × ${structureName(strategy.structure, width)}`,
    description: [
      `${state}. Fixed from \`/start\` to \`/stop\`; configuration \`${plan.configHash.slice(0, 12)}\`.`,
      ...(dayLimits === undefined ? [] : [`🔸 For today only: ${dayLimitWords(dayLimits)}.`]),
      ...(mode === 'ACTIVE'
        ? []
        : [`**${modeWords(mode)}** since ${plain(modeBy)}: ${plain(withDayNames(modeReason))}`]),
    ].join('\n'),
    fields: [
      line(
        'Account',
        `target ${dollars(profile.targetDailyPnl)} a day · true max loss ${worst} · equity ${money(plan.equityCents)} at the start, ${dollars(profile.accountEquity)} in the profile`,
      ),
      entryField(view),
      exitField(view),
      costsField(view),
      engineField(view),
      guardsField(),
    ],
    footer: `${sourceBadge(source)} · ${plan.profile} · times are New York's`,
  })
}
