/**
 * Loaded before a program (`--import`, with `--expose-gc`): what its heap really holds at most, buffers included, is written to
 * the file HEAP_PEAK_FILE when it ends. Looked at after full collections, every so often and whenever something is printed,
 * which is when all of a result is there.
 */
import { writeFileSync } from 'node:fs'

const EVERY_MS = 100
let peak = 0

function look() {
  globalThis.gc()
  const { heapUsed, external } = process.memoryUsage()
  peak = Math.max(peak, heapUsed + external)
}

const write = process.stdout.write.bind(process.stdout)
let printed = 0
process.stdout.write = (...args) => {
  // Long results come in many pieces: the first ones tell.
  if (printed < 20) look()
  printed += 1
  return write(...args)
}
setInterval(look, EVERY_MS).unref()
process.on('exit', () => {
  look()
  writeFileSync(process.env.HEAP_PEAK_FILE, String(peak))
})
