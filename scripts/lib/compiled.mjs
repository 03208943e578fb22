/** Runs a compiled program of the project in this very process: signals, exit status and output are its own. */
import { ready } from './ready.mjs'

/** `name`: what it is called in errors; `file`: below `build/src/`. */
export async function runCompiled(name, file) {
  await ready(name)
  const main = new URL(`../../build/src/${file}`, import.meta.url)
  process.argv[1] = main.pathname
  await import(main.href)
}
