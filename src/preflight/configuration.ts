/** A configuration that cannot be used, as lines of a preflight. Entry point: `configurationLines`. Pure. */
import { type CheckId, type CheckLine, fail } from './line.ts'

/** Which check a variable belongs to: the first that matches. */
const VARIABLES: readonly (readonly [RegExp, CheckId])[] = [
  [/^ALPACA_(API|SECRET)_KEY/, 'keys'],
  [/^ALPACA_\w+_URL/, 'paper_host'],
  [/^SIM_CLOCK_URL/, 'paper_host'],
  [/^REDIS_URL/, 'redis_access'],
  [/^DISCORD_TOKEN/, 'discord_token'],
  [/^DISCORD_GUILD_ID/, 'discord_guild'],
  [/^DISCORD_CHANNEL_ID/, 'discord_channel'],
  [/^DISCORD_ALERT_ROLE_IDS/, 'discord_paging'],
  [/^DISCORD_\w+_ROLE_IDS/, 'discord_roles'],
]

/** One line a check; `problems` begin with the variable's name, and say what was expected. */
export function configurationLines(problems: readonly string[]): readonly CheckLine[] {
  const byCheck = new Map<CheckId, string[]>()
  for (const problem of problems) {
    const id = VARIABLES.find(([pattern]) => pattern.test(problem))?.[1] ?? 'configuration'
    byCheck.set(id, [...(byCheck.get(id) ?? []), problem])
  }
  const advice = 'Correct it in .env or the environment (.env.example explains each); nothing else is checked before.'
  return [...byCheck].map(([id, found]) => fail(id, found.join('; '), advice, { problems: found.length }))
}
