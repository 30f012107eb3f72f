#!/bin/sh
# Unpack the bundled demo history: DIR/demo with .metaflow, the flow sources and
# oracle.json (the answers of the Python client).
# Does nothing where the same archive is already unpacked.
#
#   tests/tools/unpack_demo.sh DIR
set -eu
[ $# -eq 1 ] || { echo "usage: unpack_demo.sh DIR" >&2; exit 2; }
data=$(cd "$(dirname "$0")/../data" && pwd)
mkdir -p "$1"
stamp=$(cksum "$data/demo.tar.xz" "$data/demo-oracle.json.xz" | cut -d' ' -f1,2 | tr '\n' ' ')
[ "$(cat "$1/.unpacked" 2>/dev/null)" = "$stamp" ] && exit 0
rm -rf "$1/demo" "$1/.unpacked"
xz -dc "$data/demo.tar.xz" | tar -xf - -C "$1"
xz -dc "$data/demo-oracle.json.xz" > "$1/demo/oracle.json"
printf '%s' "$stamp" > "$1/.unpacked"
