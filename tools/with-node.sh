#!/bin/sh
# Runs a TypeScript file of this checkout with the pinned Node 24, installing the npm packages first where they are
# missing or older than the lock file. Needs nothing but Node 20 or newer and npm.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
node="$root/node_modules/node/bin/node"
stamp="$root/node_modules/.package-lock.json"
if [ ! -x "$node" ] || [ ! -e "$stamp" ] || [ "$root/package-lock.json" -nt "$stamp" ]; then
  echo "Installing the npm packages that Roost needs" >&2
  (cd "$root" && npm ci --no-audit --no-fund --loglevel=error >&2 && touch "$stamp")
fi
script=$1
shift
case "$script" in /*) ;; *) script="$root/$script" ;; esac
exec "$node" --disable-warning=ExperimentalWarning "$script" "$@"
