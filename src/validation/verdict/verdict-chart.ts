/**
 * What a verdict's chart shows: the bounds of the mean day closing in, and the levels that decide. Pure; draw it with
 * `drawBounds`.
 */
import type { BoundsChart } from '../../report/chart-bounds.ts'
import { money, several, sourceBadge } from '../../report/format.ts'
import type { Verdict } from './verdict.ts'

export function verdictChart({ word, campaign, registration, counts, path }: Verdict): BoundsChart {
  const { targetDailyCents, resettledDailyCents } = registration
  return {
    title: `${word} after ${several(counts.days, 'trading day')}`,
    subtitle: `${sourceBadge(campaign.source)} · ${registration.profile} · mean day between the lines`,
    points: path,
    levels: [
      { name: '$0', cents: 0, tone: 'muted' },
      ...(resettledDailyCents === null
        ? []
        : [
            {
              name: `re-settled ${money(resettledDailyCents)}`,
              cents: resettledDailyCents,
              tone: 'warning' as const,
            },
          ]),
      { name: `target ${money(targetDailyCents)}`, cents: targetDailyCents, tone: 'gain' },
    ],
  }
}
