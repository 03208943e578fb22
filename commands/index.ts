/** Every command and every button, by name. A new one is added here, and registered with `phase4d register`. */
import type { Handlers } from '../src/discord/handlers.ts'
import { reviewButton, reviewFormHandler, reviewOpenButton } from '../src/discord/review/handlers.ts'
import { config } from './config.ts'
import { pause, resume } from './control.ts'
import { health } from './health.ts'
import { helpCommand } from './help.ts'
import { report } from './report.ts'
import { review } from './review.ts'
import { start } from './start.ts'
import { status, statusRefresh } from './status.ts'
import { stop } from './stop.ts'
import { trade } from './trade.ts'
import { trades } from './trades.ts'
import { validate } from './validate.ts'
import { verdict } from './verdict.ts'
import { why } from './why.ts'

const COMMANDS = [
  start,
  stop,
  pause,
  resume,
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
]

export const HANDLERS: Handlers = {
  commands: [...COMMANDS, helpCommand(COMMANDS)],
  buttons: [statusRefresh, reviewButton, reviewOpenButton],
  modals: [reviewFormHandler],
}

export const DEFINITIONS = HANDLERS.commands.map((command) => command.definition)
