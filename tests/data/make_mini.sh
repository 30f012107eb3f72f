#!/bin/sh
# Pack a compact part of the shared corpus of run histories for tests that
# must work without it: tests/data/corpus-mini.tar.xz. The histories are taken
# as they are, each with its oracle.json; they hold the absolute paths of where
# they were made (/tmp/mfcorpus/dev/<scenario>).
#
#   tests/data/make_mini.sh CORPUS     CORPUS: the unpacked dev/ directory
set -eu
[ $# -eq 1 ] || { echo "usage: make_mini.sh CORPUS" >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
scenarios="hello branch retry fail resume catch kill switch parallel tags events endpoints legacy damaged
    params nested foreach25 multi snapshot proto types"
# shellcheck disable=SC2086
tar -C "$1" --sort=name --owner=0 --group=0 --numeric-owner --exclude=__pycache__ \
    --transform='s,^,corpus-mini/,S' -cf - $scenarios | xz -9e > "$here/corpus-mini.tar.xz.new"
mv "$here/corpus-mini.tar.xz.new" "$here/corpus-mini.tar.xz"
ls -l "$here/corpus-mini.tar.xz"
