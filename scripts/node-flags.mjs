/**
 * Prints the Node flags of one process of the desk (`worker`, `bot`, …), as `npm start` gives them; needs the build.
 */
import { NODE_FLAGS } from '../build/src/cli/supervisor/node-flags.js'

const name = process.argv[2] ?? ''
process.stdout.write((Object.hasOwn(NODE_FLAGS, name) ? NODE_FLAGS[name] : []).join(' '))
