/** What a campaign was registered with, in its arming's post. Pure. */
import { baselineFrom } from '../../report/baseline-words.ts'
import { money, percent } from '../../report/format.ts'
import type { EventOf } from '../../session/events.ts'
import type { Registration } from '../../session/registration.ts'
import { line, plain } from '../embed.ts'

const CHANGES_SHOWN_MAX = 5

/** None where nothing was registered. */
export function registeredFields({ registered }: EventOf<'campaign_armed'>): readonly ReturnType<typeof line>[] {
  if (registered === undefined) return []
  const { registration, number, from, tried, changed, isNew } = registered
  if (!isNew) {
    return [line('The verdict', `The same configuration as before: it goes on under the registration of ${from}.`)]
  }
  const begins =
    number === 1
      ? []
      : [
          `Another configuration: the verdict begins anew, as campaign ${number}.`,
          ...changed.slice(0, CHANGES_SHOWN_MAX).map((change) => `• ${plain(change)}`),
          ...(changed.length > CHANGES_SHOWN_MAX ? [`• and ${changed.length - CHANGES_SHOWN_MAX} more`] : []),
        ]
  const runs = tried.unknown ?? `${tried.runs} recorded backtest${tried.runs === 1 ? '' : 's'}`
  return [line('Fixed for the verdict, before any result', [...begins, ...fixedLines(registration, runs)].join('\n'))]
}

/** What every later word is held to. `runs`: where the variants were tried. */
export function fixedLines(registration: Registration, runs: string): readonly string[] {
  const { targetDailyCents, resettledDailyCents, floorCents, tailAllowanceCents, variants } = registration
  const baseline =
    resettledDailyCents === null
      ? ''
      : `, beside the re-settled ${money(resettledDailyCents)} (${plain(baselineFrom(registration))})`
  return [
    `Target ${money(targetDailyCents)} a day${baseline}`,
    `Wrong at most ${percent(registration.alphaConsistent * 100, 0)} of the time for each word, however often you look`,
    `Days count down to ${money(floorCents)}; ${money(tailAllowanceCents)} a day is allowed for beyond`,
    `Variants tried: ${variants} (${runs}); configuration \`${registration.configurationHash.slice(0, 12)}\``,
  ]
}
