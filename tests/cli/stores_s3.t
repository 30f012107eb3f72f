# A history whose data is in S3. The double checks every signature as Amazon does.

@store s3
$ mfctl ls RemoteFlow --fields id,status,user_tags
id	status	user_tags
1795232033402701	completed	second
1795231997852731	completed	

# an artifact, one of a foreach, a log, a card
$ mfctl show RemoteFlow/latest/start/1 --fields status,stdout_size,stderr_size,duration_ms
status	stdout_size	stderr_size	duration_ms
completed	105	0	2129

$ mfctl show RemoteFlow/latest/start/1 | sed -n '/^Artifacts/,$p'
Artifacts
NAME   TYPE                                 SIZE  SHA
size   int                                   5 B  d1772156242db3deb5c2a64c47ee43a303317468
note   metaflow.includefile.IncludedFile    36 B  53d49de215446beb75af4b04fff4330178b8cac3
items  list                                 20 B  b1ae1e45a8bb7fceeb97791d95fd34b8d802474a
blob   bytes                              2.9 KB  6fc3e847272becce1ffd5ae4318ed8d873debd53

$ mfctl cat RemoteFlow/latest/end/5/outs
[{'in': 0, 'cube': 0}, {'in': 1, 'cube': 1}]

$ mfctl cat RemoteFlow/latest/start/1/blob -o raw | md5sum
9bba75d01f1f1f09cde43160ce61b334  -

$ mfctl cat 'RemoteFlow/latest/work/*/out' -o ndjson
{"pathspec":"RemoteFlow/1795232033402701/work/3/out","name":"out","sha":"eab8a3390470c021165edb5d1fcdeb5055e2dd2d","type":"dict","value":{"in":1,"cube":1}}
{"pathspec":"RemoteFlow/1795232033402701/work/2/out","name":"out","sha":"91ac0082d65874235fa0663a6200760f36fd1572","type":"dict","value":{"in":0,"cube":0}}

$ mfctl cat RemoteFlow/latest/start/1/note
A note that is stored with the run.
\

$ mfctl logs RemoteFlow/latest/work
worked on 0
worked on 1

$ mfctl card list RemoteFlow/latest
pathspec	type	id	hash	attempt	created_at	reload_token
RemoteFlow/1795232033402701/start/1	blank	summary	d1158425f17546c7aa9b472112fb53c2	0	2026-11-21 03:33:58	final

$ mfctl card show RemoteFlow/latest/start/1
remote card

$ mfctl verify RemoteFlow
! 65 objects, 5.8 KB, 0 missing, 0 corrupt

$ mfctl export RemoteFlow/latest -d out && find out -type f | sort | head -12 && md5sum out/RemoteFlow/*/start/1/cards/*.html
out/RemoteFlow/1795232033402701/end/5/metadata.json
out/RemoteFlow/1795232033402701/end/5/note.txt
out/RemoteFlow/1795232033402701/end/5/outs.json
out/RemoteFlow/1795232033402701/end/5/size.json
out/RemoteFlow/1795232033402701/end/5/stderr.log
out/RemoteFlow/1795232033402701/end/5/stdout.log
out/RemoteFlow/1795232033402701/join/4/metadata.json
out/RemoteFlow/1795232033402701/join/4/note.txt
out/RemoteFlow/1795232033402701/join/4/outs.json
out/RemoteFlow/1795232033402701/join/4/size.json
out/RemoteFlow/1795232033402701/join/4/stderr.log
out/RemoteFlow/1795232033402701/join/4/stdout.log
40491eace511c4d77fc766a8b372dc20  out/RemoteFlow/1795232033402701/start/1/cards/blank-summary-d1158425f17546c7aa9b472112fb53c2.html
! exported 37 files, 1.1 MB to out

$ mfctl doctor
configuration
  ✓ ok       the environment wins over files, and sets METAFLOW_S3_ENDPOINT_URL
  ✓ ok       metadata provider: local, the default
history
  ✓ ok       $DIR/.metaflow holds 1 flow (nearest .metaflow at or above $DIR)
namespace
  ✓ ok       you are alice (the name of the login); your namespace is user:alice, and RemoteFlow has runs in it
datastore
  ✓ ok       new runs store their data in: local, the default
access
  ✓ ok       s3://mf-dev/metaflow is read as the environment (access key …0001), region us-east-1, at http://127.0.0.1:PORT (METAFLOW_S3_ENDPOINT_URL)
datastore
  ✓ ok       s3://mf-dev/metaflow can be listed
  ✓ ok       the data of the newest run, RemoteFlow/1795232033402701, is in s3://mf-dev/metaflow, and can be read
cache
  ✓ ok       $HOME/.cache/mfkit is made when there is something to keep
no problem

# the retried task: its first attempt
$ mfctl show RemoteFlow/latest/work/3 --attempt 0 --fields status,exception
status	exception
failed	{"type":"builtins.RuntimeError","message":"first attempt","stacktrace":"Traceback (most recent call last):\\n  File \\"/opt/metaflow/metaflow/task.py\\", line 938, in run_step\\n    self._exec_step_function(step_func, orig_step_func)\\n  File \\"/opt/metaflow/metaflow/task.py\\", line 147, in _exec_step_function\\n    raise raised_exception\\n  File \\"/opt/metaflow/metaflow/task.py\\", line 113, in _exec_step_function\\n    step_function()\\n  File \\"/tmp/mfcorpus/dev/remote_s3/remote.py\\", line 27, in work\\n    raise RuntimeError(\\"first attempt\\")\\nRuntimeError: first attempt\\n"}

# what that takes
$ store reset '{}'; mfctl --no-cache cat RemoteFlow/latest/end/5/outs; store counts
[{'in': 0, 'cube': 0}, {'in': 1, 'cube': 1}]
{"s3 GET object": 2}

# what is in force; the secret is not shown
$ mfctl config show | grep -i -e s3 -e aws
METAFLOW_S3_ENDPOINT_URL           http://127.0.0.1:PORT  environment

$ mfctl --no-cache --debug=http cat RemoteFlow/latest/end/5/size 2>&1 | sed 's/[0-9.]* ms/N ms/'
debug: http GET http://127.0.0.1:PORT/mf-dev/metaflow/RemoteFlow/1795232033402701/end/5/0.data.json 200 2.8 KB N ms
debug: http GET http://127.0.0.1:PORT/mf-dev/metaflow/RemoteFlow/data/d1/d1772156242db3deb5c2a64c47ee43a303317468 206 25 B N ms
2

# the bucket before the host's name
$ METAFLOW_DATATOOLS_CLIENT_PARAMS='{"config": {"s3": {"addressing_style": "virtual"}}}' METAFLOW_S3_ENDPOINT_URL=http://localhost:${STORE_URL##*:} mfctl --no-cache cat RemoteFlow/latest/end/5/size; store requests | grep -c 'path": "/metaflow/Rem'
2
1

# a temporary key
$ AWS_ACCESS_KEY_ID=ASIADOUBLE0000000002 AWS_SECRET_ACCESS_KEY=$(sed -n 2p $SECRETS) AWS_SESSION_TOKEN=$(sed -n 3p $SECRETS) mfctl --no-cache cat RemoteFlow/latest/end/5/size
2

# https
@store s3 --tls
$ mfctl --no-cache cat RemoteFlow/latest/end/5/size
2

$ unset AWS_CA_BUNDLE SSL_CERT_FILE; mfctl --no-cache cat RemoteFlow/latest/end/5/size 2>&1 | sed 's/problem: .*/problem: …/'
mfctl: RemoteFlow/1795232033402701/end/5/size: TLS: SSL certificate problem: …
hint: name the CA of the service with AWS_CA_BUNDLE

# code packages of Argo Workflows and Step Functions
@store s3 argo_foreach
$ mfctl ls
id	created_at	latest_run
ArgoForeachFlow	2026-11-21 09:49:13	ArgoForeachFlow/argo-argoforeachflow-k9jnh

$ mfctl code list ArgoForeachFlow/latest | head -3
path	size	mode	mtime	kind
argoflow.py	799	0644	2019-12-03 08:00:00	file

$ mfctl code show ArgoForeachFlow/latest | head -5
from metaflow import FlowSpec, Parameter, step
\
\
class ArgoForeachFlow(FlowSpec):
    """A scheduled flow: parameters, one foreach, a join."""

$ mfctl export ArgoForeachFlow/latest --only code -d out && find out -type f | head -2
out/ArgoForeachFlow/argo-argoforeachflow-k9jnh/code/argoflow.py
out/RemoteFlow/1795232033402701/end/5/note.txt
! exported 1 file, 799 B to out

$ mfctl verify ArgoForeachFlow
! 37 objects, 1.5 MB, 0 missing, 0 corrupt

@store s3 sfn_linear
$ mfctl show SfnLinearFlow/latest --fields status,duration_ms
status	duration_ms
completed	16854

$ mfctl code show SfnLinearFlow/latest | head -3
from metaflow import FlowSpec, Parameter, step
\
\

# ---- what goes wrong ----
@store s3
$ AWS_ACCESS_KEY_ID=AKIANOBODY mfctl --no-cache cat RemoteFlow/latest/end/5/size
! mfctl: RemoteFlow/1795232033402701/end/5/size: http://127.0.0.1:PORT does not know the credentials of the environment (InvalidAccessKeyId)
! hint: are they for this endpoint (METAFLOW_S3_ENDPOINT_URL)?
= 4

$ AWS_SECRET_ACCESS_KEY=another mfctl --no-cache cat RemoteFlow/latest/end/5/size
! mfctl: RemoteFlow/1795232033402701/end/5/size: the secret key of the environment is not the one that http://127.0.0.1:PORT knows
! hint: set it again: AWS_SECRET_ACCESS_KEY, or aws configure
= 4

$ AWS_ACCESS_KEY_ID=ASIADOUBLE0000000003 AWS_SECRET_ACCESS_KEY=$(sed -n 4p $SECRETS) AWS_SESSION_TOKEN=$(sed -n 5p $SECRETS) mfctl --no-cache cat RemoteFlow/latest/end/5/size
! mfctl: RemoteFlow/1795232033402701/end/5/size: the credentials of the environment have expired
! hint: renew them (aws sso login, a new session token), then try again
= 4

$ AWS_ACCESS_KEY_ID= AWS_SECRET_ACCESS_KEY= mfctl --no-cache cat RemoteFlow/latest/end/5/size
! mfctl: RemoteFlow/1795232033402701/end/5/size: no AWS credentials have been found
! hint: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE; `aws configure` or `aws configure sso` make a profile
= 4

$ MFCTL_S3_ANONYMOUS=1 mfctl --no-cache cat RemoteFlow/latest/end/5/size
! mfctl: RemoteFlow/1795232033402701/end/5/size: access is denied to nobody (anonymous): Access Denied
! hint: credentials are found as botocore finds them: the environment, ~/.aws, the machine's role
= 4

$ METAFLOW_S3_ENDPOINT_URL=http://127.0.0.1:1 mfctl --no-cache --timeout 5s cat RemoteFlow/latest/end/5/size 2>&1 | sed 's/after [0-9.]* *s/after N s/'
mfctl: RemoteFlow/1795232033402701/end/5/size: connection refused
hint: the endpoint is named by METAFLOW_S3_ENDPOINT_URL: is it right, and reachable?

$ METAFLOW_S3_ENDPOINT_URL=s3.example.org mfctl --no-cache cat RemoteFlow/latest/end/5/size
! mfctl: RemoteFlow/1795232033402701/end/5/size: the S3 endpoint “s3.example.org” (METAFLOW_S3_ENDPOINT_URL) is no URL
! hint: it begins with http:// or https://
= 2

$ mfctl --no-cache --datastore-root s3://no-such-bucket/metaflow cat RemoteFlow/latest/end/5/size
! mfctl: RemoteFlow/1795232033402701/end/5/size: the bucket “no-such-bucket” does not exist at http://127.0.0.1:PORT
! hint: is this the right endpoint (METAFLOW_S3_ENDPOINT_URL)? Buckets are named by METAFLOW_DATASTORE_SYSROOT_S3 and by records
= 3

$ mfctl --offline --no-cache cat RemoteFlow/latest/end/5/size
! mfctl: RemoteFlow/1795232033402701/end/5/size: nothing is sent with --offline
! hint: run it without --offline
= 5

# objects that are not there
$ store put '{"kind": "s3", "bucket": "mf-dev", "key": "metaflow/RemoteFlow/data/d1/d1772156242db3deb5c2a64c47ee43a303317468", "text": null}'

$ mfctl --no-cache cat RemoteFlow/latest/end/5/size
! mfctl: RemoteFlow/1795232033402701/end/5/size: blob d1772156242db3deb5c2a64c47ee43a303317468 is missing from the datastore
= 3

$ mfctl --no-cache verify RemoteFlow/latest
missing  d1772156242db3deb5c2a64c47ee43a303317468  s3://mf-dev/metaflow/RemoteFlow/data/d1/d1772156242db3deb5c2a64c47ee43a303317468  needed by RemoteFlow/1795232033402701/_parameters/0/size (+6 more)
! 38 objects, 5.3 KB, 1 missing, 0 corrupt
= 7

@store s3 --deny 'RemoteFlow/data/'
$ mfctl --no-cache cat RemoteFlow/latest/end/5/size
! mfctl: RemoteFlow/1795232033402701/end/5/size: access is denied to the environment: Access Denied
! hint: reading needs s3:GetObject; without s3:ListBucket a missing object is refused like this too
= 4

$ mfctl doctor | sed -n '/^access/,$p'
access
  ✓ ok       s3://mf-dev/metaflow is read as the environment (access key …0001), region us-east-1, at http://127.0.0.1:PORT (METAFLOW_S3_ENDPOINT_URL)
datastore
  ✓ ok       s3://mf-dev/metaflow can be listed
access
  ✗ problem  the data of the newest run: access is denied to the environment: Access Denied
             hint: reading needs s3:GetObject; without s3:ListBucket a missing object is refused like this too
cache
  ✓ ok       $HOME/.cache/mfkit is made when there is something to keep
1 problem

@store s3 --deny-list
$ mfctl --no-cache logs RemoteFlow/latest/work
! mfctl: s3://mf-dev/metaflow: access is denied to the environment: Access Denied
! hint: listing needs s3:ListBucket on the bucket
! mfctl: 2 logs could not be read in all
= 6

@store s3 --archived 'RemoteFlow/data/'
$ mfctl --no-cache cat RemoteFlow/latest/end/5/size
! mfctl: RemoteFlow/1795232033402701/end/5/size: the object is archived (S3 Glacier) and cannot be read now
! hint: restore it (aws s3api restore-object), which takes minutes to hours, and try again
= 1

# a bucket of another region: found by what the store says, both ways
@store s3 --bucket-region mf-dev=eu-north-1
$ mfctl --no-cache cat RemoteFlow/latest/end/5/size; store requests | grep -o '"status": [0-9]*'
2
"status": 400
"status": 200
"status": 206

@store s3 --bucket-region mf-dev=eu-north-1 --redirect mf-dev
$ mfctl --no-cache cat RemoteFlow/latest/end/5/size; store requests | grep -o '"status": [0-9]*'
2
"status": 301
"status": 200
"status": 206

# all at once
$ mfctl --no-cache verify RemoteFlow
! 65 objects, 5.8 KB, 0 missing, 0 corrupt

# a clock that is an hour off
@store s3 --skew 3600
$ mfctl --no-cache cat RemoteFlow/latest/end/5/size; store requests | grep -o '"status": [0-9]*'
2
"status": 403
"status": 200
"status": 206

$ mfctl --no-cache verify RemoteFlow
! 65 objects, 5.8 KB, 0 missing, 0 corrupt

@store s3 --requester-pays mf-dev
$ mfctl --no-cache cat RemoteFlow/latest/end/5/size
! mfctl: RemoteFlow/1795232033402701/end/5/size: access is denied to the environment: Access Denied
! hint: reading needs s3:GetObject; without s3:ListBucket a missing object is refused like this too
= 4

$ MFCTL_S3_REQUESTER_PAYS=1 mfctl --no-cache cat RemoteFlow/latest/end/5/size
2

# ---- where credentials come from ----
@store s3
$ unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY; AWS_EC2_METADATA_DISABLED=false AWS_EC2_METADATA_SERVICE_ENDPOINT=$TOKENS_URL mfctl --no-cache doctor | sed -n '/^access/,/^datastore/p'
access
  ✓ ok       s3://mf-dev/metaflow is read as instance metadata, role double-role (access key …0004), region us-east-1, at http://127.0.0.1:PORT (METAFLOW_S3_ENDPOINT_URL)
datastore

$ unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY; AWS_CONTAINER_CREDENTIALS_FULL_URI=$TOKENS_URL/container AWS_CONTAINER_AUTHORIZATION_TOKEN=d0uble-container-authorization mfctl --no-cache cat RemoteFlow/latest/end/5/size
2

$ printf d0uble.web.identity > $HOME/web; unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY; AWS_ENDPOINT_URL_STS=$TOKENS_URL AWS_WEB_IDENTITY_TOKEN_FILE=$HOME/web AWS_ROLE_ARN=arn:aws:iam::123456789012:role/reader mfctl --no-cache cat RemoteFlow/latest/end/5/size; rm $HOME/web
2

$ unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY; AWS_ENDPOINT_URL_STS=$TOKENS_URL AWS_WEB_IDENTITY_TOKEN_FILE=$HOME/web AWS_ROLE_ARN=arn:aws:iam::123456789012:role/reader mfctl --no-cache cat RemoteFlow/latest/end/5/size
! mfctl: RemoteFlow/1795232033402701/end/5/size: web identity of the environment, role arn:aws:iam::123456789012:role/reader: cannot open: No such file or directory
! hint: the file of a web identity token is put there by Kubernetes or the CI; its name is in AWS_WEB_IDENTITY_TOKEN_FILE or web_identity_token_file
= 2

$ mkdir $HOME/.aws; printf '[profile base]\naws_access_key_id = %s\naws_secret_access_key = %s\n[profile role]\nrole_arn = arn:aws:iam::123456789012:role/reader\nsource_profile = base\nregion = us-east-1\n[profile denied]\nrole_arn = arn:aws:iam::123456789012:role/denied\nsource_profile = base\nregion = us-east-1\n' $AWS_ACCESS_KEY_ID $AWS_SECRET_ACCESS_KEY > $HOME/.aws/config

$ unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY; AWS_ENDPOINT_URL_STS=$TOKENS_URL AWS_PROFILE=role mfctl --no-cache doctor | sed -n '/^access/,/^datastore/p'
access
  ✓ ok       s3://mf-dev/metaflow is read as profile “role” of $HOME/.aws/config, role arn:aws:iam::123456789012:role/reader (access key …0007), region us-east-1, at http://127.0.0.1:PORT (METAFLOW_S3_ENDPOINT_URL)
datastore

$ unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY; AWS_ENDPOINT_URL_STS=$TOKENS_URL AWS_PROFILE=denied mfctl --no-cache cat RemoteFlow/latest/end/5/size
! mfctl: RemoteFlow/1795232033402701/end/5/size: profile “denied” of $HOME/.aws/config, role arn:aws:iam::123456789012:role/denied: STS answers 403: AccessDenied: User: arn:aws:iam::123456789012:user/double is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::123456789012:role/denied
! hint: the role's trust policy must allow who asks; `aws sts get-caller-identity` with the source profile says who that is
= 4

$ unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY; AWS_PROFILE=nothing mfctl --no-cache cat RemoteFlow/latest/end/5/size; rm -r $HOME/.aws
! mfctl: RemoteFlow/1795232033402701/end/5/size: there is no AWS profile “nothing”
! hint: AWS_PROFILE names it; `aws configure list-profiles` lists those there are
