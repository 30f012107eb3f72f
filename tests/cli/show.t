# One object in full.
$ mfctl show TrainFlow
TrainFlow
created        2026-11-21 11:43:08
latest run     TrainFlow/1795261450367307
successful     TrainFlow/1795261450367307
\
Runs
RUN               STATUS       STARTED              DURATION  USER   TAGS
1795261450367307  ✓ completed  2026-11-21 11:44:10      7.3s  alice  release v1.4
1795261441127560  ✓ completed  2026-11-21 11:44:01      8.7s  bob    -
1795261429828576  ✓ completed  2026-11-21 11:43:49     10.4s  alice  team:growth
1795261425688054  ? unknown    2026-11-21 11:43:45         -  alice  -
1795261418041307  ✓ completed  2026-11-21 11:43:38      6.7s  bob    -
1795261409547943  ✓ completed  2026-11-21 11:43:29      7.9s  alice  experiment reviewed team:growth
1795261407264317  ✗ failed     2026-11-21 11:43:27      1.9s  bob    Läuft aus dem Ruder do not repeat experiment
1795261399039399  ✓ completed  2026-11-21 11:43:19      7.8s  bob    -
1795261393781486  ✓ completed  2026-11-21 11:43:13      4.7s  alice  baseline
1795261388222273  ✓ completed  2026-11-21 11:43:08      5.1s  alice  -
$ mfctl TrainFlow/1795261393781486
TrainFlow/1795261393781486
status         ✓ completed
because        task end/7 ended well, yesterday
started        2026-11-21 11:43:13
duration       4.7s
user           alice
tags           baseline
system tags    metaflow_version:2.19.39 python_version:3.11.7 runtime:dev user:alice
\
Steps
STEP       STATUS       TASK STATES  STARTED              DURATION
end        ✓ completed  1 completed  2026-11-21 11:43:18     304ms
evaluate   ✓ completed  1 completed  2026-11-21 11:43:17     283ms
train      ✓ completed  1 completed  2026-11-21 11:43:15      1.9s
features   ✓ completed  1 completed  2026-11-21 11:43:14     289ms
behaviour  ✓ completed  1 completed  2026-11-21 11:43:14     585ms
numeric    ✓ completed  1 completed  2026-11-21 11:43:14     287ms
start      ✓ completed  1 completed  2026-11-21 11:43:13     297ms
$ mfctl show TrainFlow/1795261407264317
TrainFlow/1795261407264317
status         ✗ failed
because        task train/5 failed, yesterday
started        2026-11-21 11:43:27
duration       1.9s
user           bob
tags           Läuft aus dem Ruder do not repeat experiment
system tags    metaflow_version:2.19.39 python_version:3.11.7 runtime:dev user:bob
\
Steps
STEP       STATUS       TASK STATES  STARTED              DURATION
train      ✗ failed     1 failed     2026-11-21 11:43:28     556ms
features   ✓ completed  1 completed  2026-11-21 11:43:28     240ms
behaviour  ✓ completed  1 completed  2026-11-21 11:43:27     590ms
numeric    ✓ completed  1 completed  2026-11-21 11:43:27     293ms
start      ✓ completed  1 completed  2026-11-21 11:43:27     275ms
$ mfctl show TrainFlow/1795261425688054
TrainFlow/1795261425688054
status         ? unknown
because        neither ended nor failed, and no process of this machine works on it; last sign of life, yesterday
started        2026-11-21 11:43:45
user           alice
system tags    metaflow_version:2.19.39 python_version:3.11.7 runtime:dev user:alice
\
Steps
STEP       STATUS       TASK STATES  STARTED              DURATION
train      ? unknown    1 unknown    2026-11-21 11:43:47         -
features   ✓ completed  1 completed  2026-11-21 11:43:46     386ms
behaviour  ✓ completed  1 completed  2026-11-21 11:43:46     626ms
numeric    ✓ completed  1 completed  2026-11-21 11:43:46     329ms
start      ✓ completed  1 completed  2026-11-21 11:43:45     404ms
$ mfctl show NightlyEtlFlow/1795261413080806
NightlyEtlFlow/1795261413080806
status         ✓ completed
because        task end/8 ended well, yesterday
started        2026-11-21 11:43:33
duration       1.3s
user           bob
tags           nightly repaired
system tags    metaflow_version:2.19.39 python_version:3.11.7 runtime:dev user:bob
resumed from   NightlyEtlFlow/1795261405180928
\
Steps
STEP               STATUS       TASK STATES  STARTED              DURATION
end                ✓ completed  1 completed  2026-11-21 11:43:34     240ms
load               ✓ completed  1 completed  2026-11-21 11:43:33     868ms
validate           ✓ completed  1 completed  2026-11-21 11:43:33      56ms
start              ✓ completed  1 completed  2026-11-21 11:43:33      52ms
extract_orders     ✓ completed  1 completed  2026-11-21 11:43:33      67ms
extract_events     ✓ completed  1 completed  2026-11-21 11:43:33      58ms
combine            ✓ completed  1 completed  2026-11-21 11:43:33      71ms
extract_customers  ✓ completed  1 completed  2026-11-21 11:43:33      38ms
$ mfctl show TrainFlow/latest-failed -o json --fields id,status,status_reason,finished,successful,finished_at,end_task,origin_pathspec,code,trigger,graph_endpoints
{"id":"1795261407264317","status":"failed","status_reason":{"code":"task_failed","text":"task train/5 failed, yesterday","at":"2026-11-21T11:43:29.167Z","evidence":"TrainFlow/1795261407264317/train/5"},"finished":false,"successful":false,"finished_at":null,"end_task":null,"origin_pathspec":null,"code":null,"trigger":null,"graph_endpoints":["start","end"]}
$ mfctl show NightlyEtlFlow/1795261413080806 -o json --fields id,origin_pathspec,status,successful
{"id":"1795261413080806","origin_pathspec":"NightlyEtlFlow/1795261405180928","status":"completed","successful":true}
$ mfctl show TrainFlow/latest/start
TrainFlow/1795261450367307/start
status         ✓ completed
started        2026-11-21 11:44:10
duration       335ms
children       behaviour numeric
tasks          1 completed
\
Tasks
TASK  STATUS       FOREACH  ATTEMPTS  CREATED              DURATION
1     ✓ completed  -        0         2026-11-21 11:44:10      10ms
$ mfctl show TrainFlow/latest/start -o json --fields id,parent_steps,child_steps,n_tasks,task_counts,tasks
{"id":"start","parent_steps":[],"child_steps":["behaviour","numeric"],"n_tasks":1,"task_counts":{"completed":1},"tasks":["1"]}
$ mfctl show RouterFlow/latest -o json --fields steps | head -c 300
{"steps":[{"id":"end","pathspec":"RouterFlow/1795261451416581/end","created_at":"2026-11-21T11:44:12.183Z","ts_epoch":1795261452183,"finished_at":"2026-11-21T11:44:12.369Z","parent_steps":["publish"],"child_steps":[],"environment_info":null,"control_tasks":[],"origin_pathspec":null,"n_tasks":1,"task
\c
$ mfctl show NestedSweepFlow/latest/join -o json --fields id
! mfctl: NestedSweepFlow/1795261446668575: step “NestedSweepFlow/1795261446668575/join” not found
! hint: mfctl ls NestedSweepFlow/1795261446668575 lists what is there
! {"error":{"code":"not_found","message":"step \u201cNestedSweepFlow/1795261446668575/join\u201d not found","hint":"mfctl ls NestedSweepFlow/1795261446668575 lists what is there","where":"NestedSweepFlow/1795261446668575"}}
= 3
$ mfctl show TrainFlow/1795261407264317/train -o json --fields id,status
{"id":"train","status":"failed"}
$ mfctl show 'TrainFlow/1795261407264317/*/*' -o json --fields exception
! mfctl: TrainFlow/1795261407264317/*/*: 5 objects match; show takes one
! {"error":{"code":"usage","message":"5 objects match; show takes one","hint":null,"where":"TrainFlow/1795261407264317/*/*"}}
= 2
$ mfctl show TrainFlow/latest/start/1
TrainFlow/1795261450367307/start/1
status         ✓ completed
because        attempt 0 ended well, yesterday
created        2026-11-21 11:44:10
duration       10ms
attempts       0
foreach        -
runtime        dev
children       TrainFlow/1795261450367307/behaviour/3 TrainFlow/1795261450367307/numeric/2
stdout         122 B
stderr         0 B
\
Metadata
attempt                  0
attempt-done             0
attempt_ok               True
ds-root                  /tmp/mfkit-demo/demo/.metaflow
ds-type                  local
metaflow_version         2.19.39
origin-run-id            None
python_version           3.11.7
runtime                  dev
script-name              train_flow.py
user                     alice
\
Artifacts
NAME           TYPE                                 SIZE  SHA
y              numpy.ndarray                       552 B  ade6c59286666bef916a86ad89323233dbf15e48
train_rows     numpy.ndarray                      2.6 KB  593de8fe04af39441fa3501a212866d2b197b7ac
n_rows         int                                  15 B  8bdd32b65d69b94aa4caa6999b90331329906f4e
model          dict                                 69 B  0fe9c37d03492b2528073d7000895b448d783925
learning_rate  float                                21 B  160aafde2506b7aa8158885a0af0b9c4514a969e
epochs         int                                   5 B  7b2c219b4dd9cb15b275cd8ea3d5ea877b6ee632
customers      metaflow.includefile.IncludedFile  7.1 KB  541d6df37f6fd37a7b4ce9f755efa153d2fd726a
columns        list                                 51 B  f40c0b599a05a56aa249f4f7523f45205db035b0
$ mfctl show TrainFlow/latest/start/1 -o json --fields id,parent_tasks,child_tasks,runtime_name,stdout_size,cards,artifacts
{"id":"1","parent_tasks":[],"child_tasks":["TrainFlow/1795261450367307/behaviour/3","TrainFlow/1795261450367307/numeric/2"],"runtime_name":"dev","stdout_size":122,"cards":[],"artifacts":["columns","customers","epochs","learning_rate","model","n_rows","train_rows","y"]}
$ mfctl show TrainFlow/latest/start/1 --all -o json --fields artifacts
{"artifacts":["_configs_processed","_current_step","_exception","_foreach_num_splits","_foreach_stack","_foreach_var","_graph_info","_iteration_stack","_success","_task_ok","_transition","columns","customers","epochs","learning_rate","model","n_rows","name","train_rows","y"]}
$ mfctl show TrainFlow/latest/start/1 --attempt 0 -o json --fields id,current_attempt,attempts
{"id":"1","current_attempt":0,"attempts":[0]}
$ mfctl show TrainFlow/latest/start/1 --attempt 3 -o json --fields id,finished,artifacts,metadata
{"id":"1","finished":false,"artifacts":[],"metadata":[]}
$ mfctl show TrainFlow/latest/start/1/learning_rate
TrainFlow/1795261450367307/start/1/learning_rate
type           float
size           21 B
sha            160aafde2506b7aa8158885a0af0b9c4514a969e
encoding       pickle-v4
attempt        0
created        2026-11-21 11:44:10
store          local
location       :root:/tmp/mfkit-demo/demo/.metaflow
$ mfctl show TrainFlow/latest/start/1/learning_rate -o json
{"name":"learning_rate","pathspec":"TrainFlow/1795261450367307/start/1/learning_rate","sha":"160aafde2506b7aa8158885a0af0b9c4514a969e","size":21,"type":"float","content_type":"pickle-v4","ds_type":"local","location":":root:/tmp/mfkit-demo/demo/.metaflow","attempt":0,"created_at":"2026-11-21T11:44:10.717Z","ts_epoch":1795261450717,"finished_at":"2026-11-21T11:44:10.717Z"}
$ mfctl show TrainFlow/latest -o ndjson --fields id
{"id":"1795261450367307"}
$ mfctl show TrainFlow/latest -o csv --fields id
id
1795261450367307
$ mfctl show TrainFlow/latest -n user:nobody -o json
! mfctl: TrainFlow: flow “TrainFlow” has no run that “latest” names: 0 match “latest”
! {"error":{"code":"not_found","message":"flow \u201cTrainFlow\u201d has no run that \u201clatest\u201d names: 0 match \u201clatest\u201d","hint":null,"where":"TrainFlow"}}
= 3
$ mfctl show
! mfctl: show: a PATHSPEC is missing
! hint: usage: mfctl show PATHSPEC; mfctl show --help says more
= 2
$ mfctl show 'TrainFlow/*'
! mfctl: TrainFlow/*: 10 objects match; show takes one
= 2
$ mfctl show TrainFlo
! mfctl: show: flow “TrainFlo” not found
! hint: did you mean “TrainFlow”?
= 3
$ mfctl show TrainFlow/12 -o json
! mfctl: TrainFlow: run “TrainFlow/12” not found
! hint: mfctl ls TrainFlow lists what is there
! {"error":{"code":"not_found","message":"run \u201cTrainFlow/12\u201d not found","hint":"mfctl ls TrainFlow lists what is there","where":"TrainFlow"}}
= 3
$ mfctl show TrainFlow/latest/strat
! mfctl: TrainFlow/1795261450367307: step “TrainFlow/1795261450367307/strat” not found
! hint: did you mean “TrainFlow/1795261450367307/start”?
= 3
$ mfctl show TrainFlow/latest~99
! mfctl: TrainFlow: flow “TrainFlow” has no run that “latest~99” names: 10 match “latest”
= 3
$ mfctl show a/b/c/d/e/f
! mfctl: a/b/c/d/e/f: “a/b/c/d/e/f” is not a pathspec
! hint: it is Flow, Flow/run, Flow/run/step, Flow/run/step/task or Flow/run/step/task/artifact
= 2
$ mfctl show TrainFlow//x
! mfctl: TrainFlow//x: “TrainFlow//x” is not a pathspec
! hint: it is Flow, Flow/run, Flow/run/step, Flow/run/step/task or Flow/run/step/task/artifact
= 2
$ mfctl show ../etc
! mfctl: ../etc: “../etc” is not a pathspec
! hint: it is Flow, Flow/run, Flow/run/step, Flow/run/step/task or Flow/run/step/task/artifact
= 2
$ mfctl show TrainFlow/latest/
TrainFlow/1795261450367307
status         ✓ completed
because        task end/7 ended well, yesterday
started        2026-11-21 11:44:10
duration       7.3s
user           alice
tags           release v1.4
system tags    metaflow_version:2.19.39 python_version:3.11.7 runtime:dev user:alice
\
Steps
STEP       STATUS       TASK STATES  STARTED              DURATION
end        ✓ completed  1 completed  2026-11-21 11:44:17     265ms
evaluate   ✓ completed  1 completed  2026-11-21 11:44:16     263ms
train      ✓ completed  1 completed  2026-11-21 11:44:12      4.3s
features   ✓ completed  1 completed  2026-11-21 11:44:11     293ms
behaviour  ✓ completed  1 completed  2026-11-21 11:44:10     792ms
numeric    ✓ completed  1 completed  2026-11-21 11:44:10     376ms
start      ✓ completed  1 completed  2026-11-21 11:44:10     335ms
$ mfctl show TrainFlow%2Flatest
! mfctl: show: flow “TrainFlow%2Flatest” not found
= 3
