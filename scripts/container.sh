#!/bin/sh
# Becomes one process of the desk: `container.sh worker`, with the Node flags that npm start gives it. A container's
# entry point; the project must be built.
cd "$(dirname "$0")/.." || exit 1
flags=$(node scripts/node-flags.mjs "$1") || exit 1
# shellcheck disable=SC2086 # several flags
exec node $flags build/src/cli/main.js "$@"
