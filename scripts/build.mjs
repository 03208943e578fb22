/** Compiles what is needed to run, as `npm start` would: for images. */
import { ensureBuilt } from './lib/build.mjs'

await ensureBuilt()
