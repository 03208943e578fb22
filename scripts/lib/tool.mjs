/** Runs one of the project's own TypeScript tools after installing and compiling what is missing. */
import { join } from 'node:path'
import { ready } from './ready.mjs'

/** `name`: what it is called in errors; `file`: below the project's root. */
export async function runTool(name, file) {
  await ready(name)
  const { ROOT, run } = await import('./project.mjs')
  try {
    const args = ['--import', 'tsx', join(ROOT, file), ...process.argv.slice(2)]
    process.exitCode = await run(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'] })
  } catch (error) {
    process.stderr.write(`${name}: ${error.message}\n`)
    process.exitCode = 1
  }
}
