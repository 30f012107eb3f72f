# A history whose data is in Google Cloud Storage. Every request has to bring a token that was handed out for a signed one.

@store gs
$ mfctl ls RemoteFlow --fields id,status,user_tags
id	status	user_tags
1795250592596270	completed	second
1795250586044719	completed	

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
RemoteFlow/1795250592596270/start/1	blank	summary	53064996c86d441f993c539a960369cd	0	2026-11-21 08:43:13	final

$ mfctl card show RemoteFlow/latest/start/1
remote card

$ mfctl verify RemoteFlow
! 65 objects, 5.8 KB, 0 missing, 0 corrupt

$ mfctl export RemoteFlow/latest -d out && find out -type f | wc -l
38
! exported 37 files, 1.1 MB to out

$ mfctl doctor
configuration
  ✓ ok       all settings are defaults: no file and no variable sets any
  ✓ ok       metadata provider: local, the default
history
  ✓ ok       $DIR/.metaflow holds 1 flow (nearest .metaflow at or above $DIR)
namespace
  ✓ ok       you are alice (the name of the login); your namespace is user:alice, and RemoteFlow has runs in it
datastore
  ✓ ok       new runs store their data in: local, the default
access
  ✓ ok       gs://mf-dev/metaflow is read as service account double@test.iam.gserviceaccount.com of $DOUBLE/service-account.json, at http://127.0.0.1:PORT (STORAGE_EMULATOR_HOST)
datastore
  ✓ ok       gs://mf-dev/metaflow can be listed
  ✓ ok       the data of the newest run, RemoteFlow/1795250592596270, is in gs://mf-dev/metaflow, and can be read
cache
  ✓ ok       $HOME/.cache/mfkit is made when there is something to keep
no problem

$ mfctl config show | grep -i -e google -e gs
= 1

$ mfctl --no-cache --debug=http cat RemoteFlow/latest/end/5/size 2>&1 | sed 's/[0-9.]* ms/N ms/'
debug: http POST http://127.0.0.1:PORT/token 200 86 B N ms
debug: http GET http://127.0.0.1:PORT/storage/v1/b/mf-dev/o/metaflow%2FRemoteFlow%2F1795250592596270%2Fend%2F5%2F0.data.json?alt=media 200 2.8 KB N ms
debug: http GET http://127.0.0.1:PORT/storage/v1/b/mf-dev/o/metaflow%2FRemoteFlow%2Fdata%2Fd1%2Fd1772156242db3deb5c2a64c47ee43a303317468?alt=media 206 25 B N ms
2

# a program asks for one token, and not for each object
$ store reset '{}'; mfctl --no-cache cat 'RemoteFlow/latest/work/*/out' >/dev/null; store counts
{"tokens POST /token": 1, "gs GET object": 4}

# the metadata server instead of a file
$ unset GOOGLE_APPLICATION_CREDENTIALS; GCE_METADATA_HOST=${TOKENS_URL#http://} mfctl --no-cache doctor | sed -n '/^access/,/^datastore/p'
access
  ✓ ok       gs://mf-dev/metaflow is read as Google's metadata server, at http://127.0.0.1:PORT (STORAGE_EMULATOR_HOST)
datastore

# https
@store gs --tls
$ mfctl --no-cache cat RemoteFlow/latest/end/5/size
2

# ---- what goes wrong ----
@store gs
$ GOOGLE_APPLICATION_CREDENTIALS=/nonexistent/file.json mfctl --no-cache cat RemoteFlow/latest/end/5/size
! mfctl: RemoteFlow/1795250592596270/end/5/size: GOOGLE_APPLICATION_CREDENTIALS: cannot open: No such file or directory
! hint: set it to a file of credentials in JSON, or unset it and run `gcloud auth application-default login`
= 2

$ sed 's/double@/nobody@/' $GOOGLE_APPLICATION_CREDENTIALS > $HOME/other.json; GOOGLE_APPLICATION_CREDENTIALS=$HOME/other.json mfctl --no-cache cat RemoteFlow/latest/end/5/size; rm $HOME/other.json
! mfctl: RemoteFlow/1795250592596270/end/5/size: service account nobody@test.iam.gserviceaccount.com of $HOME/other.json: status 400: invalid_grant: Invalid grant: account not found
! hint: the key may have been deleted, or this machine's clock be wrong; a new key is made in the console, or run `gcloud auth application-default login`

$ unset GOOGLE_APPLICATION_CREDENTIALS; NO_GCE_CHECK=true mfctl --no-cache cat RemoteFlow/latest/end/5/size
! mfctl: RemoteFlow/1795250592596270/end/5/size: access is denied to nobody (anonymous): Anonymous caller does not have storage.objects.get access to the Google Cloud Storage object. Permission 'storage.objects.get' denied on resource (or it may not exist).
! hint: gcloud auth application-default login renews a token
= 4

$ mfctl --no-cache --datastore-root gs://no-such-bucket/metaflow cat RemoteFlow/latest/end/5/size
! mfctl: RemoteFlow/1795250592596270/end/5/size: the bucket “no-such-bucket” does not exist at http://127.0.0.1:PORT
! hint: it is named by METAFLOW_DATASTORE_SYSROOT_GS and by records; STORAGE_EMULATOR_HOST names the server
= 3

$ mfctl --no-cache --datastore-root gs://no-such-bucket/metaflow logs RemoteFlow/latest/work
! mfctl: gs://no-such-bucket/metaflow: the bucket “no-such-bucket” does not exist at http://127.0.0.1:PORT
! hint: it is named by METAFLOW_DATASTORE_SYSROOT_GS and by records; STORAGE_EMULATOR_HOST names the server
! mfctl: 2 logs could not be read in all
= 6

$ store put '{"kind": "gs", "bucket": "mf-dev", "key": "metaflow/RemoteFlow/data/d1/d1772156242db3deb5c2a64c47ee43a303317468", "text": null}'

$ mfctl --no-cache cat RemoteFlow/latest/end/5/size
! mfctl: RemoteFlow/1795250592596270/end/5/size: blob d1772156242db3deb5c2a64c47ee43a303317468 is missing from the datastore
= 3

@store gs --deny 'RemoteFlow/data/'
$ mfctl --no-cache cat RemoteFlow/latest/end/5/size
! mfctl: RemoteFlow/1795250592596270/end/5/size: access is denied to service account double@test.iam.gserviceaccount.com of $DOUBLE/service-account.json: double@test.iam.gserviceaccount.com does not have storage.objects.get access to the Google Cloud Storage object. Permission 'storage.objects.get' denied on resource (or it may not exist).
! hint: reading needs storage.objects.get and .list: the role Storage Object Viewer on the bucket
= 4

@store gs --deny-list
$ mfctl --no-cache logs RemoteFlow/latest/work
! mfctl: gs://mf-dev/metaflow: access is denied to service account double@test.iam.gserviceaccount.com of $DOUBLE/service-account.json: double@test.iam.gserviceaccount.com does not have storage.objects.list access to the Google Cloud Storage object. Permission 'storage.objects.list' denied on resource (or it may not exist).
! hint: reading needs storage.objects.get and .list: the role Storage Object Viewer on the bucket
! mfctl: 2 logs could not be read in all
= 6

@store gs --requester-pays mf-dev
$ mfctl --no-cache cat RemoteFlow/latest/end/5/size
! mfctl: RemoteFlow/1795250592596270/end/5/size: the requester pays for this bucket, and no project is known that does
! hint: set GOOGLE_CLOUD_QUOTA_PROJECT
= 4

$ GOOGLE_CLOUD_QUOTA_PROJECT=payer mfctl --no-cache cat RemoteFlow/latest/end/5/size
2

# an emulator that asks for nothing
@store gs --anonymous gs
$ unset GOOGLE_APPLICATION_CREDENTIALS; NO_GCE_CHECK=true mfctl --no-cache doctor | sed -n '/^access/,/^datastore/p'
access
  ✓ ok       gs://mf-dev/metaflow is read as nobody (anonymous), at http://127.0.0.1:PORT (STORAGE_EMULATOR_HOST)
datastore
