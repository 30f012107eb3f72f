#!/bin/sh
# Compare mfctl with Metaflow's own Python client on fresh runs, local ones and those of a metadata service: make check-peers.
#
#   tests/peers/run.sh
#
# Environment: MFCTL       the program (default build/mfctl)
#              PEERS_VENV  a virtual environment with metaflow, numpy, pandas, scikit-learn,
#                          pyarrow and metaflow-local-service; made when it is missing
#                          (default build/peers-venv)
#              PYTHON      what that is made from (default python3)
#              PEERS_ONLY  peers or service: one half of the checks
set -eu
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
venv=${PEERS_VENV:-$top/build/peers-venv}
MFCTL=${MFCTL:-$top/build/mfctl}
case $MFCTL in /*) ;; *) MFCTL=$PWD/$MFCTL ;; esac
export MFCTL
[ -x "$MFCTL" ] || { echo "run.sh: $MFCTL: no such program (make it first, or set MFCTL)" >&2; exit 2; }
if [ ! -x "$venv/bin/python" ]; then
    mkdir -p "$(dirname "$venv")"
    "${PYTHON:-python3}" -m venv "$venv"
fi
"$venv/bin/python" -c 'import metaflow, numpy, pandas, sklearn, pyarrow' 2>/dev/null ||
    "$venv/bin/python" -m pip install --quiet metaflow numpy pandas scikit-learn pyarrow
# its checks are skipped without it
"$venv/bin/python" -c 'import metaflow_local_service' 2>/dev/null ||
    "$venv/bin/python" -m pip install --quiet metaflow-local-service || true
PATH=$venv/bin:$PATH
export PATH
rc=0
for half in ${PEERS_ONLY:-peers service}; do
    "$venv/bin/python" "$here/$half.py" "$@" || rc=1
done
exit $rc
