#!/bin/sh
# Compare mfctl with Metaflow's own Python client on fresh runs: local ones, those of a metadata service, and those whose data
# is in S3, Azure or Google Cloud Storage: make check-peers.
#
#   tests/peers/run.sh
#
# Environment: MFCTL       the program (default build/mfctl)
#              PEERS_VENV  a virtual environment with metaflow, numpy, pandas, scikit-learn,
#                          pyarrow and metaflow-local-service; made when it is missing
#                          (default build/peers-venv)
#              PYTHON      what that is made from (default python3)
#              PEERS_ONLY  peers, service or stores: one part of the checks
#              SERVERS_PREFIX  where servers of object stores are, or are installed to
#                          (default build/servers); PEERS_MINIO=1: MinIO in the place of versitygw
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
case ${PEERS_ONLY:-stores} in *stores*)
    "$venv/bin/python" -c 'import boto3, azure.storage.blob, azure.identity, google.cloud.storage, google.auth' 2>/dev/null ||
        "$venv/bin/python" -m pip install --quiet boto3 azure-storage-blob azure-identity google-cloud-storage google-auth ;;
esac
PATH=$venv/bin:$PATH
export PATH
rc=0
for part in ${PEERS_ONLY:-peers service stores}; do
    "$venv/bin/python" "$here/$part.py" "$@" || rc=1
done
exit $rc
