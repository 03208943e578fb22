/** `/validate`: the worker checks broker and store, the bot checks Discord, and one embed shows both. */
import { DISCORD_CHECKS } from '../../preflight/checks/index.ts'
import { type CheckLine, fail, type PreflightReport, pass, reportOf } from '../../preflight/line.ts'
import { withDiscord, withLines } from '../../preflight/report.ts'
import type { CommandResult } from '../../queue/jobs.ts'
import type { ProfileName } from '../../strategy/types.ts'
import type { Desk, Request } from '../desk.ts'
import type { Reply } from '../reply.ts'
import { preflightEmbed } from './preflight-embed.ts'

/** `wait_ms`: how long worker and Discord may take, side by side. */
export async function validateReply(
  profile: ProfileName | null,
  desk: Desk,
  request: Request,
  wait_ms: number,
): Promise<Reply> {
  const report = await wholePreflight(profile, desk, request, wait_ms)
  return { embeds: [preflightEmbed(report, request.actor)] }
}

/** What a whole preflight asks. */
type PreflightDesk = Pick<Desk, 'commands' | 'checkDiscord' | 'wall'>

/** The worker's part and Discord's, within `wait_ms`; who does not answer is a check that failed. */
export async function wholePreflight(
  profile: ProfileName | null,
  desk: PreflightDesk,
  { id, actor }: Pick<Request, 'id' | 'actor'>,
  wait_ms: number,
): Promise<PreflightReport> {
  const job = { kind: 'validate', id, actor, requestedAt_ms: desk.wall.now_ms(), profile } as const
  const [answer, discord] = await Promise.all([desk.commands.submit(job, wait_ms), checkDiscord(desk, wait_ms)])
  return withDiscord(workersReport(answer, profile, wait_ms), discord, DISCORD_CHECKS)
}

/** The worker's part of a preflight that went with something else, and Discord's. */
export async function completedPreflight(
  workers: PreflightReport,
  desk: Pick<Desk, 'checkDiscord' | 'wall'>,
  wait_ms: number,
): Promise<PreflightReport> {
  const answered = withLines(workers, [pass('worker', 'a worker answered')], ['worker'])
  return withDiscord(answered, await checkDiscord(desk, wait_ms), DISCORD_CHECKS)
}

async function checkDiscord(desk: Pick<Desk, 'checkDiscord' | 'wall'>, wait_ms: number): Promise<readonly CheckLine[]> {
  const timer = new AbortController()
  const late = desk.wall
    .sleep(wait_ms, timer.signal)
    .then(() => [
      fail(
        'discord_token',
        `Discord has not answered within ${wait_ms / 1000} s`,
        'Look at discordstatus.com; trading does not depend on it.',
      ),
    ])
  try {
    return await Promise.race([desk.checkDiscord(), late])
  } finally {
    timer.abort()
  }
}

function workersReport(
  answer: CommandResult | 'pending',
  profile: ProfileName | null,
  wait_ms: number,
): PreflightReport {
  if (answer !== 'pending' && answer.ok && answer.preflight !== undefined) {
    return withLines(answer.preflight, [pass('worker', 'a worker answered')], ['worker'])
  }
  return reportOf(
    { account: profile ?? '25k', source: null },
    [silence(answer, wait_ms)],
    ['worker', 'broker_access', 'redis_access'],
  )
}

function silence(answer: CommandResult | 'pending', wait_ms: number): CheckLine {
  if (answer === 'pending') {
    const advice =
      'Start a worker (npm start, or npm run -s phase4d -- worker), or look at its log; nothing is traded without.'
    return fail('worker', `no worker has answered within ${wait_ms / 1000} s`, advice)
  }
  if (answer.ok) {
    return fail(
      'worker',
      'an older worker answered, which knows no preflight',
      'Restart the worker with the version of the bot.',
    )
  }
  const { code, message } = answer.refusal
  if (code === 'store_unreachable') {
    return fail(
      'redis_access',
      'does not answer',
      'Start Redis, or correct REDIS_URL. Nothing is opened while it is away.',
    )
  }
  return fail('worker', message, "See the worker's log, then repeat.")
}
