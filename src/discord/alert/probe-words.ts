/** What the order of a drill proved: pure. Entry point: `probeWords`. */
import type { Denial } from '../../session/denial.ts'
import type { DrillProbe } from '../../session/desk-events.ts'

const said = (denial: Denial | null): string => {
  if (denial === null) return 'let it go'
  const { mode } = denial.numbers
  return `\`${denial.code}\`${mode === undefined ? '' : `, ${mode}`}`
}

/** Null: no engine tried one in time. It has to be the switch that refused it, and the engine's own mode after that. */
export function probeWords(probe: DrillProbe | null): { readonly ok: boolean; readonly proved: string } {
  if (probe === null) {
    const proved =
      'The engine has not tried an order in time, so nothing is proved of the guards: see the log of its worker.'
    return { ok: false, proved }
  }
  const { checked, sending, clientOrderId } = probe
  const ok = checked?.code === 'kill_switch' && sending?.code === 'mode_not_active'
  const answers = `the risk check said ${said(checked)}, and the last guard, at the moment of sending, ${said(sending)}`
  const proved = ok
    ? `An opening (\`${clientOrderId}\`) was refused twice: ${answers}. It never left the desk.`
    : `An opening (\`${clientOrderId}\`) was not refused as it must be: ${answers}. It was not sent all the same, being a drill. Do not rely on the kill switch: \`/stop\`, and look at the log.`
  return { ok, proved }
}
