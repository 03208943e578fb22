/** Every command and every button, by name. A new one is added here, and registered with `phase4d register`. */
import type { Handlers } from '../src/discord/handlers.ts'
import { pause, resume } from './control.ts'
import { report } from './report.ts'
import { start } from './start.ts'
import { status, statusRefresh } from './status.ts'
import { stop } from './stop.ts'
import { validate } from './validate.ts'

export const HANDLERS: Handlers = {
  commands: [start, stop, pause, resume, status, report, validate],
  buttons: [statusRefresh],
  modals: [],
}

export const DEFINITIONS = HANDLERS.commands.map((command) => command.definition)
