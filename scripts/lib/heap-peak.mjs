/**
 * Loaded before a program (`--import`, with `--expose-gc`): what its heap really holds, buffers included, is written to
 * the file HEAP_PEAK_FILE when it ends: at most, and when its result was printed, which is when all of a result is
 * there. Looked at after full collections.
 */
import { writeFileSync } from 'node:fs'

const EVERY_MS = 250
let peak = 0
let printing = 0

function look() {
  // What the first collection freed of buffers is only counted once the next begins.
  globalThis.gc()
  globalThis.gc()
  const { heapUsed, external } = process.memoryUsage()
  peak = Math.max(peak, heapUsed + external)
  return heapUsed + external
}

const write = process.stdout.write.bind(process.stdout)
process.stdout.write = (...args) => {
  // A long result comes in many pieces: the first tells.
  if (printing === 0) printing = look()
  return write(...args)
}
setInterval(look, EVERY_MS).unref()
process.on('exit', () => writeFileSync(process.env.HEAP_PEAK_FILE, JSON.stringify({ peak, printing })))
