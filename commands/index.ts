/** Every command and every button, by name. A new one is added here, and registered with `phase4d register`. */

import { acknowledgeButton } from '../src/discord/alert/buttons.ts'
import { approveButton, denyButton } from '../src/discord/approval/buttons.ts'
import { startCancelButton, startConfirmButton } from '../src/discord/approval/start-confirm.ts'
import type { Handlers } from '../src/discord/handlers.ts'
import { reviewButton, reviewFormHandler, reviewOpenButton } from '../src/discord/review/handlers.ts'
import { reviewPageButton } from '../src/discord/review/list.ts'
import { audit } from './audit.ts'
import { backtest, studyCancel } from './backtest.ts'
import { config } from './config.ts'
import { pause, resume } from './control.ts'
import { drill } from './drill.ts'
import { health } from './health.ts'
import { helpCommand } from './help.ts'
import { limit } from './limit.ts'
import { report } from './report.ts'
import { review } from './review.ts'
import { start } from './start.ts'
import { status, statusRefresh } from './status.ts'
import { stop } from './stop.ts'
import { trade } from './trade.ts'
import { trades } from './trades.ts'
import { validate } from './validate.ts'
import { verdict } from './verdict.ts'
import { whatIf } from './what-if.ts'
import { why } from './why.ts'

const COMMANDS = [
  start,
  stop,
  pause,
  resume,
  limit,
  drill,
  status,
  why,
  trades,
  trade,
  report,
  review,
  verdict,
  validate,
  health,
  config,
  backtest,
  whatIf,
  audit,
]

export const HANDLERS: Handlers = {
  commands: [...COMMANDS, helpCommand(COMMANDS)],
  buttons: [
    approveButton,
    denyButton,
    acknowledgeButton,
    startConfirmButton,
    startCancelButton,
    statusRefresh,
    reviewButton,
    reviewOpenButton,
    reviewPageButton,
    studyCancel,
  ],
  modals: [reviewFormHandler],
}

export const DEFINITIONS = HANDLERS.commands.map((command) => command.definition)
