# A history whose data is in Azure Blob Storage. The double checks signatures, the clock, and tokens as Azure does.

@store azure
$ mfctl ls RemoteFlow --fields id,status,user_tags
id	status	user_tags
1795231964500615	completed	second
1795231937800606	completed	

$ mfctl show RemoteFlow/latest/start/1 --fields status,stdout_size,stderr_size
status	stdout_size	stderr_size
completed	105	0

$ mfctl cat RemoteFlow/latest/end/5/outs
[{'in': 0, 'cube': 0}, {'in': 1, 'cube': 1}]

$ mfctl cat RemoteFlow/latest/start/1/blob -o raw | md5sum
9bba75d01f1f1f09cde43160ce61b334  -

$ mfctl cat RemoteFlow/latest/start/1/note
A note that is stored with the run.
\

$ mfctl logs RemoteFlow/latest/work
worked on 0
worked on 1

$ mfctl card list RemoteFlow/latest
pathspec	type	id	hash	attempt	created_at	reload_token
RemoteFlow/1795231964500615/start/1	blank	summary	c858b84c6c104e65ba08df8b40caf7ba	0	2026-11-21 03:32:49	final

$ mfctl card show RemoteFlow/latest/start/1
remote card

$ mfctl verify RemoteFlow
! 65 objects, 5.9 KB, 0 missing, 0 corrupt

$ mfctl export RemoteFlow/latest -d out && find out -type f | wc -l
38
! exported 37 files, 1.1 MB to out

$ mfctl doctor
configuration
  ✓ ok       the environment wins over files, and sets METAFLOW_AZURE_STORAGE_BLOB_SERVICE_ENDPOINT
  ✓ ok       metadata provider: local, the default
history
  ✓ ok       $DIR/.metaflow holds 1 flow (nearest .metaflow at or above $DIR)
namespace
  ✓ ok       you are alice (the name of the login); your namespace is user:alice, and RemoteFlow has runs in it
datastore
  ✓ ok       new runs store their data in: local, the default
access
  ✓ ok       azure://mf-dev/metaflow is read as AZURE_STORAGE_KEY, at http://127.0.0.1:PORT/doubleaccount (METAFLOW_AZURE_STORAGE_BLOB_SERVICE_ENDPOINT)
datastore
  ✓ ok       azure://mf-dev/metaflow can be listed
  ✓ ok       the data of the newest run, RemoteFlow/1795231964500615, is in azure://mf-dev/metaflow, and can be read
cache
  ✓ ok       $HOME/.cache/mfkit is made when there is something to keep
no problem

$ mfctl config show | grep -i azure
METAFLOW_AZURE_STORAGE_BLOB_SERVICE_ENDPOINT http://127.0.0.1:PORT/doubleaccount  environment

$ mfctl --no-cache --debug=http cat RemoteFlow/latest/end/5/size 2>&1 | sed 's/[0-9.]* ms/N ms/'
debug: http GET http://127.0.0.1:PORT/doubleaccount/mf-dev/metaflow/RemoteFlow/1795231964500615/end/5/0.data.json 200 2.8 KB N ms
debug: http GET http://127.0.0.1:PORT/doubleaccount/mf-dev/metaflow/RemoteFlow/data/d1/d1772156242db3deb5c2a64c47ee43a303317468 206 25 B N ms
2

# a connection string; a shared access signature, which is a secret of its own
$ unset AZURE_STORAGE_KEY AZURE_STORAGE_ACCOUNT METAFLOW_AZURE_STORAGE_BLOB_SERVICE_ENDPOINT; AZURE_STORAGE_CONNECTION_STRING="DefaultEndpointsProtocol=http;AccountName=doubleaccount;AccountKey=$(grep ==$ $SECRETS | grep -v d0uble);BlobEndpoint=$STORE_URL" mfctl --no-cache cat RemoteFlow/latest/end/5/size
2

$ unset AZURE_STORAGE_KEY; AZURE_STORAGE_SAS_TOKEN=$(store sas '{"container": "mf-dev"}' | tr -d '"') mfctl --no-cache --debug=http cat RemoteFlow/latest/end/5/size 2>&1 | sed 's/[0-9.]* ms/N ms/; s/se=[^&]*/se=TIME/'
debug: http GET http://127.0.0.1:PORT/doubleaccount/mf-dev/metaflow/RemoteFlow/1795231964500615/end/5/0.data.json?sv=2021-12-02&sr=c&sp=rl&se=TIME&sig=*** 200 2.8 KB N ms
debug: http GET http://127.0.0.1:PORT/doubleaccount/mf-dev/metaflow/RemoteFlow/data/d1/d1772156242db3deb5c2a64c47ee43a303317468?sv=2021-12-02&sr=c&sp=rl&se=TIME&sig=*** 206 25 B N ms
2

$ unset AZURE_STORAGE_KEY; AZURE_STORAGE_SAS_TOKEN=$(store sas '{"container": "mf-dev", "permissions": "r"}' | tr -d '"') mfctl --no-cache logs RemoteFlow/latest/work
! mfctl: azure://mf-dev/metaflow: access is denied to AZURE_STORAGE_SAS_TOKEN: AuthorizationPermissionMismatch
! hint: has the signature expired? It needs read and list (sp=rl) on the container
! mfctl: 2 logs could not be read in all
= 6

$ unset AZURE_STORAGE_KEY; AZURE_STORAGE_SAS_TOKEN=$(store sas '{"container": "other"}' | tr -d '"') mfctl --no-cache cat RemoteFlow/latest/end/5/size
! mfctl: RemoteFlow/1795231964500615/end/5/size: access is denied to AZURE_STORAGE_SAS_TOKEN: AuthenticationFailed
! hint: has the signature expired? It needs read and list (sp=rl) on the container
= 4

$ unset AZURE_STORAGE_KEY; AZURE_STORAGE_SAS_TOKEN=$(store sas '{"container": "mf-dev", "seconds": -60}' | tr -d '"') mfctl --no-cache cat RemoteFlow/latest/end/5/size 2>&1 | sed 's/20[-0-9T:.]*Z/TIME/'
mfctl: RemoteFlow/1795231964500615/end/5/size: AZURE_STORAGE_SAS_TOKEN: the shared access signature has ended at TIME
hint: make another one, in the portal or with `az storage container generate-sas`

# tokens: App Service, a machine
$ unset AZURE_STORAGE_KEY; IDENTITY_ENDPOINT=$TOKENS_URL/msi/token IDENTITY_HEADER=d0uble-identity-header mfctl --no-cache cat RemoteFlow/latest/end/5/size
2

$ unset AZURE_STORAGE_KEY; IDENTITY_ENDPOINT=$TOKENS_URL/msi/token IDENTITY_HEADER=wrong mfctl --no-cache cat RemoteFlow/latest/end/5/size
! mfctl: RemoteFlow/1795231964500615/end/5/size: managed identity: status 400: X-IDENTITY-HEADER is missing or ***
! hint: check that the identity is assigned here, and AZURE_CLIENT_ID if it is set
= 4

$ unset AZURE_STORAGE_KEY; AZURE_TENANT_ID=double AZURE_CLIENT_ID=client AZURE_FEDERATED_TOKEN_FILE=$HOME/nothing mfctl --no-cache cat RemoteFlow/latest/end/5/size
! mfctl: RemoteFlow/1795231964500615/end/5/size: workload identity: cannot open: No such file or directory
! hint: AZURE_FEDERATED_TOKEN_FILE is written by the cluster's workload identity
= 2

$ unset AZURE_STORAGE_KEY; AZURE_POD_IDENTITY_AUTHORITY_HOST=$TOKENS_URL mfctl --no-cache doctor | sed -n '/^access/,/^datastore/p'
access
  ✓ ok       azure://mf-dev/metaflow is read as managed identity, at http://127.0.0.1:PORT/doubleaccount (METAFLOW_AZURE_STORAGE_BLOB_SERVICE_ENDPOINT)
datastore

# https
@store azure --tls
$ mfctl --no-cache cat RemoteFlow/latest/end/5/size
2

# ---- what goes wrong ----
@store azure
$ AZURE_STORAGE_KEY=YW5vdGhlcg== mfctl --no-cache cat RemoteFlow/latest/end/5/size
! mfctl: RemoteFlow/1795231964500615/end/5/size: access is denied to AZURE_STORAGE_KEY: AuthenticationFailed
! hint: is the key that of this account (METAFLOW_AZURE_STORAGE_BLOB_SERVICE_ENDPOINT)?
= 4

$ AZURE_STORAGE_KEY=no-base64! mfctl --no-cache cat RemoteFlow/latest/end/5/size
! mfctl: RemoteFlow/1795231964500615/end/5/size: AZURE_STORAGE_KEY: the account's key is not base64
! hint: copy it whole, with the “=” at its end
= 2

$ AZURE_STORAGE_ACCOUNT=another mfctl --no-cache cat RemoteFlow/latest/end/5/size
! mfctl: RemoteFlow/1795231964500615/end/5/size: access is denied to AZURE_STORAGE_KEY: AuthenticationFailed
! hint: is the key that of this account (METAFLOW_AZURE_STORAGE_BLOB_SERVICE_ENDPOINT)?
= 4

$ METAFLOW_AZURE_STORAGE_BLOB_SERVICE_ENDPOINT= AZURE_STORAGE_ACCOUNT= AZURE_STORAGE_KEY= mfctl --no-cache cat RemoteFlow/latest/end/5/size
! mfctl: RemoteFlow/1795231964500615/end/5/size: the data is in Azure, and no setting says in which storage account
! hint: METAFLOW_AZURE_STORAGE_BLOB_SERVICE_ENDPOINT=https://ACCOUNT.blob.core.windows.net
= 2

$ mfctl --no-cache --datastore-root azure://no-such-container/metaflow cat RemoteFlow/latest/end/5/size
! mfctl: RemoteFlow/1795231964500615/end/5/size: the container “no-such-container” does not exist at http://127.0.0.1:PORT/doubleaccount
! hint: is this the right account (METAFLOW_AZURE_STORAGE_BLOB_SERVICE_ENDPOINT)? The container is named by METAFLOW_DATASTORE_SYSROOT_AZURE and by records
= 3

$ store put '{"kind": "azure", "bucket": "mf-dev", "key": "metaflow/RemoteFlow/data/d1/d1772156242db3deb5c2a64c47ee43a303317468", "text": null}'

$ mfctl --no-cache cat RemoteFlow/latest/end/5/size
! mfctl: RemoteFlow/1795231964500615/end/5/size: blob d1772156242db3deb5c2a64c47ee43a303317468 is missing from the datastore
= 3

@store azure --deny 'RemoteFlow/data/'
$ mfctl --no-cache cat RemoteFlow/latest/end/5/size
! mfctl: RemoteFlow/1795231964500615/end/5/size: access is denied to AZURE_STORAGE_KEY: AuthorizationPermissionMismatch
! hint: is the key that of this account (METAFLOW_AZURE_STORAGE_BLOB_SERVICE_ENDPOINT)?
= 4

@store azure --deny-list
$ mfctl --no-cache logs RemoteFlow/latest/work
! mfctl: azure://mf-dev/metaflow: access is denied to AZURE_STORAGE_KEY: AuthorizationPermissionMismatch
! hint: is the key that of this account (METAFLOW_AZURE_STORAGE_BLOB_SERVICE_ENDPOINT)?
! mfctl: 2 logs could not be read in all
= 6

@store azure --archived 'RemoteFlow/data/'
$ mfctl --no-cache cat RemoteFlow/latest/end/5/size
! mfctl: RemoteFlow/1795231964500615/end/5/size: the blob is in the archive tier and cannot be read now
! hint: rehydrate it (az storage blob set-tier --tier Hot), which takes hours, and try again
= 1

# a clock that is an hour off
@store azure --skew -3600
$ mfctl --no-cache cat RemoteFlow/latest/end/5/size; store requests | grep -o '"status": [0-9]*'
2
"status": 403
"status": 200
"status": 206

$ mfctl --no-cache verify RemoteFlow
! 65 objects, 5.9 KB, 0 missing, 0 corrupt
