# Runs of which the datastore alone is at hand: here a copy of the history without its records.

$ cp -rp .metaflow store && find store -name _meta -type d -prune -exec rm -r {} + && mfctl --metadata datastore@store ls
id	created_at	latest_run
ForecastFlow	-	ForecastFlow/1795261419119408
NestedSweepFlow	-	NestedSweepFlow/1795261446668575
NightlyEtlFlow	-	NightlyEtlFlow/1795261414770309
ReportFlow	-	ReportFlow/1795261461974552
RouterFlow	-	RouterFlow/1795261451416581
TrainFlow	-	TrainFlow/1795261450367307

$ mfctl --metadata datastore@store ls TrainFlow --limit 5
id	created_at	user_name	user_tags	status	duration_ms
1795261450367307	2026-11-21 11:44:10			completed	7306
1795261441127560	2026-11-21 11:44:01			completed	8736
1795261429828576	2026-11-21 11:43:49			completed	10467
1795261425688054	2026-11-21 11:43:45			unknown	
1795261418041307	2026-11-21 11:43:38			completed	6767

$ mfctl --metadata datastore@store show TrainFlow/latest
TrainFlow/1795261450367307
status         ✓ completed
because        task end/7 ended well, yesterday
started        2026-11-21 11:44:10
duration       7.3s
\
Steps
STEP       STATUS       TASK STATES  STARTED              DURATION
end        ✓ completed  1 completed  2026-11-21 11:44:17       0ms
evaluate   ✓ completed  1 completed  2026-11-21 11:44:16       0ms
train      ✓ completed  1 completed  2026-11-21 11:44:12      3.6s
features   ✓ completed  1 completed  2026-11-21 11:44:11       0ms
behaviour  ✓ completed  1 completed  2026-11-21 11:44:11       0ms
numeric    ✓ completed  1 completed  2026-11-21 11:44:11       0ms
start      ✓ completed  1 completed  2026-11-21 11:44:10       0ms

$ mfctl --metadata datastore@store show TrainFlow/latest-failed/train/5 | sed '/^Exception/,/^Artifacts/d'
TrainFlow/1795261407264317/train/5
status         ✗ failed
because        attempt 1 failed, yesterday
created        2026-11-21 11:43:28
duration       0ms
attempts       0 1
foreach        -
parents        TrainFlow/1795261407264317/features/4
stdout         0 B
stderr         6.5 KB
\
NAME           TYPE                                  SIZE  SHA
y              numpy.ndarray                        552 B  ade6c59286666bef916a86ad89323233dbf15e48
x              numpy.ndarray                      25.2 KB  d45d61d6d6ea5d78fb7fc63cdac4799be6dc02ea
train_rows     numpy.ndarray                       2.6 KB  593de8fe04af39441fa3501a212866d2b197b7ac
n_rows         int                                   15 B  8bdd32b65d69b94aa4caa6999b90331329906f4e
model          dict                                  69 B  0fe9c37d03492b2528073d7000895b448d783925
losses         list                                   5 B  c5cf38908fc549f499ade5b17ce221ff0ced377f
learning_rate  float                                 21 B  831f2f40375340ed83be1318181fd475a1beb289
epochs         int                                    5 B  617e9f805daf4f32ffea8c50efd853ef2075fce5
customers      metaflow.includefile.IncludedFile   7.1 KB  541d6df37f6fd37a7b4ce9f755efa153d2fd726a
columns        list                                  51 B  f40c0b599a05a56aa249f4f7523f45205db035b0

$ mfctl --metadata datastore@store cat TrainFlow/latest/end/7/_task_ok && mfctl --metadata datastore@store logs TrainFlow/latest/evaluate
True
accuracy 0.825  precision 0.760  recall 0.704

$ mfctl --metadata datastore@store verify TrainFlow/latest
! 47 objects, 53.6 KB, 0 missing, 0 corrupt

# what nobody knows is said, and not made up
$ mfctl --metadata datastore@store ls TrainFlow --limit 1 -o json
[{"id":"1795261450367307","pathspec":"TrainFlow/1795261450367307","created_at":"2026-11-21T11:44:10.367Z","ts_epoch":1795261450367,"user_name":null,"tags":[],"user_tags":[],"system_tags":[],"status":"completed","status_reason":{"code":"end_completed","text":"task end/7 ended well, yesterday","at":"2026-11-21T11:44:17.673Z","evidence":"TrainFlow/1795261450367307/end/7"},"finished":true,"successful":true,"finished_at":"2026-11-21T11:44:17.673Z","duration_ms":7306,"origin_pathspec":null,"end_task":"TrainFlow/1795261450367307/end/7","code":null,"trigger":null,"graph_endpoints":["start","end"]}]

$ mfctl --metadata datastore@store doctor | sed -n '/^history/,/^namespace/p'
history
  ✓ ok       store holds 6 flows (as --metadata says)
  · note     the store has the data of the newest run, ReportFlow/1795261461974552, but not its metadata: what it shows is made from the data
             hint: its records are where it was run, in a .metaflow directory or a metadata service: read them there for tags and users
namespace

$ mfctl --metadata datastore@store tag add TrainFlow/latest good
! mfctl: TrainFlow/1795261450367307: tags cannot be changed here: a datastore has no place for them
! hint: tags are kept by the metadata service, or by the .metaflow directory, that the run was recorded in
= 1

# what is not there
$ mfctl --metadata datastore@store ls data
! mfctl: ls: flow “data” not found
= 3

$ mfctl --metadata datastore@store show TrainFlow/1
! mfctl: TrainFlow: run “TrainFlow/1” not found
! hint: mfctl ls TrainFlow lists what is there
= 3

$ mfctl --metadata datastore@nowhere ls
! mfctl: nowhere: cannot open the datastore: No such file or directory
! hint: --metadata datastore@ROOT takes a directory that holds the flows' directories, s3://…, gs://… or azure://container/…
= 3

$ mfctl --metadata datastore@ ls
! mfctl: datastore@: no datastore is named
! hint: it is datastore@DIR, datastore@s3://…, datastore@gs://… or datastore@azure://container/…
= 2

# a task that has packed its metadata, as containers do: an archive of its own .metaflow
$ pack() { tar -czf "$1.tgz" .metaflow/TrainFlow/$2/_meta .metaflow/TrainFlow/$2/_parameters/_meta .metaflow/TrainFlow/$2/_parameters/0/_meta .metaflow/TrainFlow/$2/$3/_meta .metaflow/TrainFlow/$2/$4/_meta && k=$(sha1sum < "$1.tgz" | cut -c1-40) && p=$(echo $k | cut -c1-2) && mkdir -p store/TrainFlow/data/$p && cp "$1.tgz" store/TrainFlow/data/$p/$k && printf '"%s"' $k > store/TrainFlow/$2/$4/0.local_metadata; }; pack a 1795261450367307 start start/1 && mfctl --metadata datastore@store ls TrainFlow --limit 2
id	created_at	user_name	user_tags	status	duration_ms
1795261450367307	2026-11-21 11:44:10	alice	release,v1.4	completed	7306
1795261441127560	2026-11-21 11:44:01			completed	8736

$ mfctl --metadata datastore@store show TrainFlow/latest/start/1 --fields id,status,runtime_name,tags,duration_ms && mfctl show TrainFlow/latest/start/1 --fields id,status,runtime_name,tags,duration_ms
id	status	runtime_name	tags	duration_ms
1	completed	dev	metaflow_version:2.19.39,python_version:3.11.7,release,runtime:dev,user:alice,v1.4	9
id	status	runtime_name	tags	duration_ms
1	completed	dev	metaflow_version:2.19.39,python_version:3.11.7,release,runtime:dev,user:alice,v1.4	10

# one that is damaged is told of, and what else there is shown
$ printf '"no key"' > store/TrainFlow/1795261450367307/start/1/0.local_metadata; mfctl --metadata datastore@store show TrainFlow/latest/start/1 --fields id,status,runtime_name; mfctl --metadata datastore@store show TrainFlow/latest/start/1 | grep local_metadata
id	status	runtime_name
1	completed	
local_metadata           {"$error":{"code":"corrupt","message":"the packed metadata has no valid key"}}

@store s3 argo_foreach
# in a bucket, and what it costs: two requests for the names of the runs; of each run one for its keys, three for its end, and two for its time
# where its name does not tell that
$ mfctl --metadata datastore@s3://mf-argo-foreach/metaflow ls ArgoForeachFlow
id	created_at	user_name	user_tags	status	duration_ms
argo-argoforeachflow-k9jnh	2026-11-21 09:49:13			completed	32499

$ mfctl --metadata datastore@s3://mf-argo-foreach/metaflow --stats ls ArgoForeachFlow 2>&1 >/dev/null | grep -o 'requests [0-9]*'
requests 8

$ mfctl --metadata datastore@s3://mf-argo-foreach/metaflow show ArgoForeachFlow/latest
ArgoForeachFlow/argo-argoforeachflow-k9jnh
status         ✓ completed
because        task end/t-d6be698f ended well, yesterday
started        2026-11-21 09:49:13
duration       32.4s
script         argoflow.py
\
Steps
STEP   STATUS       TASK STATES  STARTED              DURATION
end    ✓ completed  1 completed  2026-11-21 09:49:43      2.1s
join   ✓ completed  1 completed  2026-11-21 09:49:35      2.4s
work   ✓ completed  3 completed  2026-11-21 09:49:22      5.0s
start  ✓ completed  1 completed  2026-11-21 09:49:14      2.5s

$ mfctl --metadata datastore@s3://mf-argo-foreach/metaflow cat 'ArgoForeachFlow/latest/work/*/res' -o ndjson
{"pathspec":"ArgoForeachFlow/argo-argoforeachflow-k9jnh/work/t-33f56b9b/res","name":"res","sha":"9cd561dd58dfe704c98e803a7c2a644fb9a5fdc5","type":"str","value":"birchbirch"}
{"pathspec":"ArgoForeachFlow/argo-argoforeachflow-k9jnh/work/t-767c95a7/res","name":"res","sha":"e68e43a44bcce31f669356713c3dd48e4d4f0e83","type":"str","value":"cedarcedar"}
{"pathspec":"ArgoForeachFlow/argo-argoforeachflow-k9jnh/work/t-96015f5e/res","name":"res","sha":"7e622966414f177787eeff28a999ff52af3c0cde","type":"str","value":"ashash"}

$ mfctl --metadata datastore@s3://mf-argo-foreach/metaflow show ArgoForeachFlow/latest/work/@1 --fields id,index,foreach_path,parent_tasks,code
id	index	foreach_path	parent_tasks	code
t-33f56b9b	1	[{"step":"work","index":1,"value":"birch","variable":"items","num_splits":3}]	ArgoForeachFlow/argo-argoforeachflow-k9jnh/start/t-20f950cd	{"sha":"bf99fe617d2733a3b0291601e020bf2d024503a9","location":"s3://mf-argo-foreach/metaflow/ArgoForeachFlow/data/bf/bf99fe617d2733a3b0291601e020bf2d024503a9","ds_type":"s3","script_name":"argoflow.py","info":{"platform":"Linux","username":"alice","runtime":"dev","environment_type":"local","use_r":false,"python_version":"3.11.7 (main, May  9 2026, 07:35:25) [GCC 12.2.0]","python_version_code":"3.11.7","metaflow_version":"2.19.39","script":"argoflow.py","ext_info":[{},{}]},"flowspec_lines":33}

# what the store refuses is no fact; what it puts off is asked for again
$ store fault '{"match": "data.json", "status": 403, "code": "AccessDenied"}'; mfctl --metadata datastore@s3://mf-argo-foreach/metaflow ls ArgoForeachFlow
id	created_at	user_name	user_tags	status	duration_ms
argo-argoforeachflow-k9jnh	2026-11-21 09:49:13			{"$error":{"code":"not_allowed","message":"access is denied to the environment: Access Denied"}}	{"$error":{"code":"not_allowed","message":"access is denied to the environment: Access Denied"}}
! mfctl: ArgoForeachFlow/argo-argoforeachflow-k9jnh: status: access is denied to the environment: Access Denied
! hint: reading needs s3:GetObject; without s3:ListBucket a missing object is refused like this too
! mfctl: ArgoForeachFlow/argo-argoforeachflow-k9jnh: duration_ms: access is denied to the environment: Access Denied
! hint: reading needs s3:GetObject; without s3:ListBucket a missing object is refused like this too
= 6

$ store reset '{}'; store fault '{"match": "data.json", "times": 2, "status": 503, "code": "SlowDown"}'; mfctl --metadata datastore@s3://mf-argo-foreach/metaflow ls ArgoForeachFlow
id	created_at	user_name	user_tags	status	duration_ms
argo-argoforeachflow-k9jnh	2026-11-21 09:49:13			completed	32499

$ mfctl --metadata datastore@s3://mf-nope/metaflow ls
! mfctl: s3://mf-nope/metaflow: the bucket “mf-nope” does not exist at http://127.0.0.1:PORT
! hint: is this the right endpoint (METAFLOW_S3_ENDPOINT_URL)? Buckets are named by METAFLOW_DATASTORE_SYSROOT_S3 and by records
= 3

$ mfctl --metadata datastore@s3://mf-argo-foreach/metaflow --offline ls
! mfctl: s3://mf-argo-foreach/metaflow: nothing is sent with --offline
! hint: run it without --offline
= 5

@store azure
$ mfctl --metadata datastore@azure://mf-dev/metaflow ls RemoteFlow && mfctl --metadata datastore@azure://mf-dev/metaflow cat RemoteFlow/latest/start/1/note
id	created_at	user_name	user_tags	status	duration_ms
1795231964500615	2026-11-21 03:32:44			completed	15826
1795231937800606	2026-11-21 03:32:17			completed	20200
A note that is stored with the run.
\

@store gs
$ mfctl --metadata datastore@gs://mf-dev/metaflow ls RemoteFlow && mfctl --metadata datastore@gs://mf-dev/metaflow logs RemoteFlow/latest/work
id	created_at	user_name	user_tags	status	duration_ms
1795250592596270	2026-11-21 08:43:12			completed	5196
1795250586044719	2026-11-21 08:43:06			completed	5792
worked on 0
worked on 1
