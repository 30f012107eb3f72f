#!/bin/sh
# Make the bundled demo history again: tests/data/demo.tar.xz and
# tests/data/demo-oracle.json.xz.
#
#   tests/data/demo/make_demo.sh
#
# Runs the flows of tests/data/demo/flows with the real Metaflow below
# /tmp/mfkit-demo (local histories hold absolute paths) and asks the Python
# client about them. Takes about four minutes.
#
# Environment: PYTHON  the interpreter a virtual environment is made from
#                      (default python3)
#              VENV    the environment to use; made when it is missing
#                      (default /tmp/mfkit-demo/venv)
set -eu
here=$(cd "$(dirname "$0")" && pwd)
top=/tmp/mfkit-demo
venv=${VENV:-$top/venv}
mkdir -p "$top"
if [ ! -x "$venv/bin/python" ]; then
    "${PYTHON:-python3}" -m venv "$venv"
fi
"$venv/bin/python" -c 'import metaflow, numpy' 2>/dev/null ||
    "$venv/bin/python" -m pip install --quiet metaflow numpy
rm -rf "$top/demo" "$top/cache" "$top"/*.log
PATH=$venv/bin:$PATH "$venv/bin/python" "$here/make_demo.py" "$top"
find "$top/demo" -name __pycache__ -prune -exec rm -rf {} +
tar -C "$top" --sort=name --owner=0 --group=0 --numeric-owner -cf - demo | xz -9e > "$top/demo.tar.xz"
xz -9e -c "$top/oracle.json" > "$top/demo-oracle.json.xz"
mv "$top/demo.tar.xz" "$top/demo-oracle.json.xz" "$here/.."
ls -l "$here/../demo.tar.xz" "$here/../demo-oracle.json.xz"
