# A history behind a metadata service: everything that works on files works here.
@service --writable

# lists
$ mfctl ls
id	created_at	latest_run
ForecastFlow	2026-11-21 11:43:09	ForecastFlow/1795261419119408
NestedSweepFlow	2026-11-21 11:43:59	NestedSweepFlow/1795261446668575
NightlyEtlFlow	2026-11-21 11:43:16	NightlyEtlFlow/1795261414770309
ReportFlow	2026-11-21 11:44:18	ReportFlow/1795261461974552
RouterFlow	2026-11-21 11:43:08	RouterFlow/1795261451416581
TrainFlow	2026-11-21 11:43:08	TrainFlow/1795261450367307
$ mfctl ls TrainFlow
id	created_at	user_name	user_tags	status	duration_ms
1795261450367307	2026-11-21 11:44:10	alice	release,v1.4	completed	7309
1795261441127560	2026-11-21 11:44:01	bob		completed	8744
1795261429828576	2026-11-21 11:43:49	alice	team:growth	completed	10470
1795261425688054	2026-11-21 11:43:45	alice		failed	1311
1795261418041307	2026-11-21 11:43:38	bob		completed	6769
1795261409547943	2026-11-21 11:43:29	alice	experiment,reviewed,team:growth	completed	7988
1795261407264317	2026-11-21 11:43:27	bob	Läuft aus dem Ruder,do not repeat,experiment	failed	1736
1795261399039399	2026-11-21 11:43:19	bob		completed	7831
1795261393781486	2026-11-21 11:43:13	alice	baseline	completed	4757
1795261388222273	2026-11-21 11:43:08	alice		completed	5127
$ mfctl ls TrainFlow -o json --limit 1
[{"id":"1795261450367307","pathspec":"TrainFlow/1795261450367307","created_at":"2026-11-21T11:44:10.367Z","ts_epoch":1795261450367,"user_name":"alice","tags":["metaflow_version:2.19.39","python_version:3.11.7","release","runtime:dev","user:alice","v1.4"],"user_tags":["release","v1.4"],"system_tags":["metaflow_version:2.19.39","python_version:3.11.7","runtime:dev","user:alice"],"status":"completed","status_reason":{"code":"end_completed","text":"task end/7 ended well, yesterday","at":"2026-11-21T11:44:17.676Z","evidence":"TrainFlow/1795261450367307/end/7"},"finished":true,"successful":true,"finished_at":"2026-11-21T11:44:17.677Z","duration_ms":7309,"origin_pathspec":null,"end_task":"TrainFlow/1795261450367307/end/7","code":null,"trigger":null,"graph_endpoints":["start","end"]}]
$ mfctl ls TrainFlow --status failed -o name
TrainFlow/1795261425688054
TrainFlow/1795261407264317
$ mfctl ls NightlyEtlFlow --status failed,completed --fields id,status,status_reason -o ndjson
{"id":"1795261414770309","status":"failed","status_reason":{"code":"task_failed","text":"task load/7 failed, yesterday","at":"2026-11-21T11:43:38.546Z","evidence":"NightlyEtlFlow/1795261414770309/load/7"}}
{"id":"1795261413080806","status":"completed","status_reason":{"code":"end_completed","text":"task end/8 ended well, yesterday","at":"2026-11-21T11:43:34.381Z","evidence":"NightlyEtlFlow/1795261413080806/end/8"}}
{"id":"1795261405180928","status":"failed","status_reason":{"code":"task_failed","text":"task load/7 failed, yesterday","at":"2026-11-21T11:43:32.704Z","evidence":"NightlyEtlFlow/1795261405180928/load/7"}}
{"id":"1795261400910766","status":"completed","status_reason":{"code":"end_completed","text":"task end/8 ended well, yesterday","at":"2026-11-21T11:43:24.809Z","evidence":"NightlyEtlFlow/1795261400910766/end/8"}}
{"id":"1795261396270661","status":"completed","status_reason":{"code":"end_completed","text":"task end/8 ended well, yesterday","at":"2026-11-21T11:43:20.502Z","evidence":"NightlyEtlFlow/1795261396270661/end/8"}}
$ mfctl ls TrainFlow --tag team:growth -o name
TrainFlow/1795261429828576
TrainFlow/1795261409547943
$ mfctl ls TrainFlow --tag team:growth --tag experiment -o name
TrainFlow/1795261409547943
$ mfctl ls TrainFlow --user bob --since 2026-11-21T11:43:25Z -o name
TrainFlow/1795261441127560
TrainFlow/1795261418041307
TrainFlow/1795261407264317
$ mfctl ls TrainFlow --since 2026-11-21T11:43:40Z --until 2026-11-21T11:44:00Z -o name
TrainFlow/1795261429828576
TrainFlow/1795261425688054
$ mfctl ls TrainFlow --since 1h -o json
[]
$ mfctl ls TrainFlow --where 'duration > 8s and user = alice' --fields id,duration_ms
id	duration_ms
1795261429828576	10470
$ mfctl ls TrainFlow --sort -duration_ms --limit 2 --fields id,duration_ms
id	duration_ms
1795261429828576	10470
1795261441127560	8744
$ mfctl -n user:bob ls -o name
ForecastFlow
NestedSweepFlow
NightlyEtlFlow
ReportFlow
RouterFlow
TrainFlow
$ mfctl -n user:bob ls RouterFlow -o name
RouterFlow/1795261435965097
$ mfctl ls NightlyEtlFlow/latest-failed
id	created_at	finished_at	n_tasks	task_counts
load	2026-11-21 11:43:37	2026-11-21 11:43:38	1	{"failed":1}
validate	2026-11-21 11:43:37	2026-11-21 11:43:37	1	{"completed":1}
combine	2026-11-21 11:43:36	2026-11-21 11:43:37	1	{"completed":1}
extract_events	2026-11-21 11:43:35	2026-11-21 11:43:36	1	{"completed":1}
extract_customers	2026-11-21 11:43:35	2026-11-21 11:43:35	1	{"completed":1}
extract_orders	2026-11-21 11:43:35	2026-11-21 11:43:36	1	{"completed":1}
start	2026-11-21 11:43:34	2026-11-21 11:43:35	1	{"completed":1}
$ mfctl ls TrainFlow/latest/train
id	created_at	status	duration_ms	attempts	foreach_path
5	2026-11-21 11:44:12	completed	4034	0	[]
$ mfctl ls TrainFlow/latest/train/5 --fields name,type,size --limit 3
name	type	size
y	numpy.ndarray	552
x	numpy.ndarray	25754
weights	numpy.ndarray	212
$ mfctl ls TrainFlow/latest --all -o name
TrainFlow/1795261450367307/end
TrainFlow/1795261450367307/evaluate
TrainFlow/1795261450367307/train
TrainFlow/1795261450367307/features
TrainFlow/1795261450367307/behaviour
TrainFlow/1795261450367307/numeric
TrainFlow/1795261450367307/start
TrainFlow/1795261450367307/_parameters
$ mfctl ls NightlyEtlFlow/latest-failed -R
NightlyEtlFlow/1795261414770309/load	✗ failed
NightlyEtlFlow/1795261414770309/load/7	✗ failed
NightlyEtlFlow/1795261414770309/validate	✓ completed
NightlyEtlFlow/1795261414770309/validate/6	✓ completed
NightlyEtlFlow/1795261414770309/combine	✓ completed
NightlyEtlFlow/1795261414770309/combine/5	✓ completed
NightlyEtlFlow/1795261414770309/extract_events	✓ completed
NightlyEtlFlow/1795261414770309/extract_events/4	✓ completed
NightlyEtlFlow/1795261414770309/extract_customers	✓ completed
NightlyEtlFlow/1795261414770309/extract_customers/3	✓ completed
NightlyEtlFlow/1795261414770309/extract_orders	✓ completed
NightlyEtlFlow/1795261414770309/extract_orders/2	✓ completed
NightlyEtlFlow/1795261414770309/start	✓ completed
NightlyEtlFlow/1795261414770309/start/1	✓ completed
$ mfctl ls 'RouterFlow/*' --fields pathspec,n_tasks
pathspec	n_tasks
RouterFlow/1795261451416581/end	1
RouterFlow/1795261451416581/publish	1
RouterFlow/1795261451416581/archive	1
RouterFlow/1795261451416581/start	1
RouterFlow/1795261435965097/end	1
RouterFlow/1795261435965097/publish	1
RouterFlow/1795261435965097/refine	5
RouterFlow/1795261435965097/outline	1
RouterFlow/1795261435965097/start	1
RouterFlow/1795261388149977/end	1
RouterFlow/1795261388149977/publish	1
RouterFlow/1795261388149977/quick_draft	1
RouterFlow/1795261388149977/start	1

# one object
$ mfctl show TrainFlow/latest
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
features   ✓ completed  1 completed  2026-11-21 11:44:11     292ms
behaviour  ✓ completed  1 completed  2026-11-21 11:44:10     792ms
numeric    ✓ completed  1 completed  2026-11-21 11:44:10     375ms
start      ✓ completed  1 completed  2026-11-21 11:44:10     335ms
$ mfctl show TrainFlow/latest -o json --fields id,status,status_reason,finished,successful,end_task
{"id":"1795261450367307","status":"completed","status_reason":{"code":"end_completed","text":"task end/7 ended well, yesterday","at":"2026-11-21T11:44:17.676Z","evidence":"TrainFlow/1795261450367307/end/7"},"finished":true,"successful":true,"end_task":"TrainFlow/1795261450367307/end/7"}
$ mfctl show NightlyEtlFlow/latest-failed/load/7
NightlyEtlFlow/1795261414770309/load/7
status         ✗ failed
because        attempt 0 failed, yesterday
created        2026-11-21 11:43:37
duration       611ms
attempts       0
foreach        -
runtime        dev
parents        NightlyEtlFlow/1795261414770309/validate/6
stdout         300 B
stderr         7.6 KB
\
Exception
type           __main__.PartitionError
message        table warehouse has no partition for 2026-11-21\n  looked for:  warehouse://warehouse/2026-11-21.partition\n  newest seen: 2026-11-19 (complete, 48,211 rows)\n  the export job of the shop system has probably not finished
    Traceback (most recent call last):
      File "/tmp/mfkit-demo/demo/nightly_etl_flow.py", line 34, in open_partition
        with open(path) as f:
             ^^^^^^^^^^
    FileNotFoundError: [Errno 2] No such file or directory: 'warehouse/2026-11-21.partition'
    
    The above exception was the direct cause of the following exception:
    
    Traceback (most recent call last):
      File "/tmp/mfkit-demo/venv/lib/python3.11/site-packages/metaflow/task.py", line 938, in run_step
        self._exec_step_function(step_func, orig_step_func)
      File "/tmp/mfkit-demo/venv/lib/python3.11/site-packages/metaflow/task.py", line 147, in _exec_step_function
        raise raised_exception
      File "/tmp/mfkit-demo/venv/lib/python3.11/site-packages/metaflow/task.py", line 113, in _exec_step_function
        step_function()
      File "/tmp/mfkit-demo/demo/nightly_etl_flow.py", line 143, in load
        self.loaded = load_table(os.environ.get("DEMO_WAREHOUSE", "warehouse"), self.day)
                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      File "/tmp/mfkit-demo/demo/nightly_etl_flow.py", line 45, in load_table
        rows = open_partition(table, day)
               ^^^^^^^^^^^^^^^^^^^^^^^^^^
      File "/tmp/mfkit-demo/demo/nightly_etl_flow.py", line 37, in open_partition
        raise PartitionError(
    PartitionError: table warehouse has no partition for 2026-11-21
      looked for:  warehouse://warehouse/2026-11-21.partition
      newest seen: 2026-11-19 (complete, 48,211 rows)
      the export job of the shop system has probably not finished
\
Metadata
attempt                  0
attempt-done             0
attempt_ok               False
ds-root                  /tmp/mfkit-demo/demo/.metaflow
ds-type                  local
metaflow_version         2.19.39
origin-run-id            None
python_version           3.11.7
runtime                  dev
script-name              nightly_etl_flow.py
user                     bob
\
Artifacts
NAME       TYPE  SIZE  SHA
total      int    5 B  4e065d984c1d3d22ecbdd9f4ce1cba1ad901c113
strict     bool   4 B  2473d4676d5b2aba674167293142f8031ada401b
sources    dict  55 B  5dfa643a2cbc1b56f65ef831e3d423b9214069b1
sample     int    5 B  194108c8f41294e0338aaf3e15c9ec9614b94fad
rejected   list   5 B  c5cf38908fc549f499ade5b17ce221ff0ced377f
good_rows  int    5 B  4e065d984c1d3d22ecbdd9f4ce1cba1ad901c113
day        str   25 B  97c68a9da8474bde2400294a4fdc5d4d567ad8bd
counts     dict  52 B  711df90083274d52e6965fb823cfd2d905341185
batch      int    5 B  806c9dcfe1b6cf2a192ddf14a82ab616cc89b0f3
$ mfctl show NightlyEtlFlow/1795261405180928/load --fields n_tasks,task_counts -o json
{"n_tasks":1,"task_counts":{"failed":1}}
$ mfctl show ForecastFlow/latest/fit --fields n_tasks,task_counts,control_tasks -o json
{"n_tasks":40,"task_counts":{"completed":40},"control_tasks":[]}
$ mfctl show TrainFlow/1795261425688054 --fields status,status_reason -o json
{"status":"failed","status_reason":{"code":"heartbeat_expired","text":"task train/5 was killed or lost, and nothing of the run sends heartbeats; the last one, yesterday","at":"2026-11-21T11:43:47.000Z","evidence":"TrainFlow/1795261425688054/train/5"}}
$ mfctl show TrainFlow/latest~2 --fields pathspec
pathspec
TrainFlow/1795261429828576
$ mfctl show TrainFlow/latest-failed~1 --fields pathspec
pathspec
TrainFlow/1795261407264317
$ mfctl show TrainFlow/latest-running --fields pathspec
! mfctl: TrainFlow: flow “TrainFlow” has no run that “latest-running” names: 0 match “latest-running”
= 3
$ mfctl show NightlyEtlFlow/1795261413080806 --fields origin_pathspec,status
origin_pathspec	status
NightlyEtlFlow/1795261405180928	completed
$ mfctl show NightlyEtlFlow/1795261413080806/load/7 --fields origin_pathspec,current_attempt,attempts -o json
{"origin_pathspec":null,"current_attempt":0,"attempts":[0]}
$ mfctl show NightlyEtlFlow/1795261405180928/load/7 --attempt 0 --fields current_attempt,status,exception -o json
{"current_attempt":0,"status":"failed","exception":{"type":"__main__.PartitionError","message":"table warehouse has no partition for 2026-11-20\n  looked for:  warehouse://warehouse/2026-11-20.partition\n  newest seen: 2026-11-19 (complete, 48,211 rows)\n  the export job of the shop system has probably not finished","stacktrace":"Traceback (most recent call last):\n  File \"/tmp/mfkit-demo/demo/nightly_etl_flow.py\", line 34, in open_partition\n    with open(path) as f:\n         ^^^^^^^^^^\nFileNotFoundError: [Errno 2] No such file or directory: 'warehouse/2026-11-20.partition'\n\nThe above exception was the direct cause of the following exception:\n\nTraceback (most recent call last):\n  File \"/tmp/mfkit-demo/venv/lib/python3.11/site-packages/metaflow/task.py\", line 938, in run_step\n    self._exec_step_function(step_func, orig_step_func)\n  File \"/tmp/mfkit-demo/venv/lib/python3.11/site-packages/metaflow/task.py\", line 147, in _exec_step_function\n    raise raised_exception\n  File \"/tmp/mfkit-demo/venv/lib/python3.11/site-packages/metaflow/task.py\", line 113, in _exec_step_function\n    step_function()\n  File \"/tmp/mfkit-demo/demo/nightly_etl_flow.py\", line 143, in load\n    self.loaded = load_table(os.environ.get(\"DEMO_WAREHOUSE\", \"warehouse\"), self.day)\n                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/tmp/mfkit-demo/demo/nightly_etl_flow.py\", line 45, in load_table\n    rows = open_partition(table, day)\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/tmp/mfkit-demo/demo/nightly_etl_flow.py\", line 37, in open_partition\n    raise PartitionError(\nPartitionError: table warehouse has no partition for 2026-11-20\n  looked for:  warehouse://warehouse/2026-11-20.partition\n  newest seen: 2026-11-19 (complete, 48,211 rows)\n  the export job of the shop system has probably not finished\n"}}
$ mfctl show NestedSweepFlow/latest/fit/@l1=5 --fields pathspec,foreach_path -o json
{"pathspec":"NestedSweepFlow/1795261446668575/fit/8","foreach_path":[{"step":"model","index":1,"value":"lasso","variable":"models","num_splits":3},{"step":"fit","index":1,"value":"l1=5","variable":"grid","num_splits":2}]}
$ mfctl show NestedSweepFlow/latest/fit/@model:2,fit:0 --fields pathspec,parent_tasks,child_tasks -o json
{"pathspec":"NestedSweepFlow/1795261446668575/fit/9","parent_tasks":["NestedSweepFlow/1795261446668575/model/4"],"child_tasks":["NestedSweepFlow/1795261446668575/best_of_model/13"]}

# its graph and times
$ mfctl dag RouterFlow/latest
                                   ╭─────────╮
                                   │ ✓ start │ 200ms
                                   ╰────┬────╯
       ╭┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┼────────────────────────────────╮
       ┆ lane = fast                    ┆ lane = careful                 │ lane = archive
╭┄┄┄┄┄┄┴┄┄┄┄┄┄╮                    ╭┄┄┄┄┴┄┄┄┄╮                     ╭─────┴─────╮
┆ quick_draft ┆                    ┆ outline ┆                     │ ✓ archive │ 190ms
╰┄┄┄┄┄┄┬┄┄┄┄┄┄╯                    ╰┄┄┄┄┬┄┄┄┄╯                     ╰─────┬─────╯
       ┆                           ╭┄┄┄┄┴┄┄┄┄╮                           │
       ┆                           ┆ refine  ┆ ↺ verdict = again         │
       ┆                           ╰┄┄┄┄┬┄┄┄┄╯                           │
       ┆                                ┆ verdict = good                 │
       ╰┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┼────────────────────────────────╯
                                  ╭─────┴─────╮
                                  │ ✓ publish │ 188ms
                                  ╰─────┬─────╯
                                   ╭────┴────╮
                                   │ ✓ end   │ 185ms
                                   ╰─────────╯
$ mfctl dag RouterFlow/latest -o json | head -c 300
{"flow":"RouterFlow","run":"1795261451416581","start_step":"start","end_step":"end","nodes":[{"name":"start","type":"split-switch","line":19,"doc":"Look at the document and choose its lane.","decorators":[],"status":"completed","task_counts":{"completed":1},"started_at":"2026-11-21T11:44:11.434Z","f
\c
$ mfctl timeline RouterFlow/latest -o csv
step,n_tasks,n_attempts,status,queued_at,started_at,finished_at,duration_ms
start,1,1,completed,2026-11-21T11:44:11.434Z,2026-11-21T11:44:11.630Z,2026-11-21T11:44:11.634Z,4
archive,1,1,completed,2026-11-21T11:44:11.691Z,2026-11-21T11:44:11.878Z,2026-11-21T11:44:11.881Z,3
publish,1,1,completed,2026-11-21T11:44:11.938Z,2026-11-21T11:44:12.122Z,2026-11-21T11:44:12.126Z,4
end,1,1,completed,2026-11-21T11:44:12.184Z,2026-11-21T11:44:12.367Z,2026-11-21T11:44:12.369Z,2
$ mfctl timeline TrainFlow/latest --tasks
                                            0                                                           7.2s
✓ start/1                             10ms  ░░█
✓ numeric/2                            8ms     ░░░█
✓ behaviour/3                        305ms     ░░░░████
✓ features/4                           4ms             ░░█
✓ train/5                             4.0s                ░░░████████████████████████████████████
✓ evaluate/6                          28ms                                                       ░░█
✓ end/7                                3ms                                                               ░░█

# what is in the datastore
$ mfctl cat TrainFlow/latest/end/7/accuracy
0.825
$ mfctl cat TrainFlow/latest/end/7/metrics -o json
{"accuracy":0.825,"precision":0.76,"recall":0.7037,"confusion":[[47,6],[8,19]],"by_feature":{"tenure":-1.8118,"charges":0.4128,"usage":-0.2019,"calls":1.5649}}
$ mfctl cat 'RouterFlow/latest/*/*/lane' -o ndjson
{"pathspec":"RouterFlow/1795261451416581/end/4/lane","name":"lane","sha":"f98dab77ca35efd652ca50465de122175c64a877","type":"str","value":"archive"}
{"pathspec":"RouterFlow/1795261451416581/publish/3/lane","name":"lane","sha":"f98dab77ca35efd652ca50465de122175c64a877","type":"str","value":"archive"}
{"pathspec":"RouterFlow/1795261451416581/archive/2/lane","name":"lane","sha":"f98dab77ca35efd652ca50465de122175c64a877","type":"str","value":"archive"}
{"pathspec":"RouterFlow/1795261451416581/start/1/lane","name":"lane","sha":"f98dab77ca35efd652ca50465de122175c64a877","type":"str","value":"archive"}
$ mfctl cat ForecastFlow/latest/fit/@7/_task_ok --private -o json
true
$ mfctl cat TrainFlow/latest/end/7/nothing
! mfctl: TrainFlow/1795261450367307/end/7: artifact “TrainFlow/1795261450367307/end/7/nothing” not found
! hint: mfctl ls TrainFlow/1795261450367307/end/7 lists what is there
= 3
$ mfctl logs TrainFlow/latest --stdout --tail 3
epoch  50  loss 0.3133
accuracy 0.825  precision 0.760  recall 0.704
run 1795261450367307: accuracy 82.5%
$ mfctl logs TrainFlow/1795261407264317 --stderr --tail 1 -o ndjson
{"pathspec":"TrainFlow/1795261407264317/train/5","attempt":1,"stream":"stderr","source":"runtime","ts":"2026-11-21T11:43:29.238531Z","line":"Task failed."}
$ mfctl logs NightlyEtlFlow/1795261413080806 -o ndjson --tail 1
{"pathspec":"NightlyEtlFlow/1795261413080806/end/8","attempt":0,"stream":"stdout","source":"runtime","ts":"2026-11-21T11:43:34.381282Z","line":"2993 rows loaded for 2026-11-20"}
$ mfctl export RouterFlow/latest -d out && find out -type f | LC_ALL=C sort
out/RouterFlow/1795261451416581/archive/2/age_days.json
out/RouterFlow/1795261451416581/archive/2/lane.txt
out/RouterFlow/1795261451416581/archive/2/metadata.json
out/RouterFlow/1795261451416581/archive/2/quality.json
out/RouterFlow/1795261451416581/archive/2/stderr.log
out/RouterFlow/1795261451416581/archive/2/stdout.log
out/RouterFlow/1795261451416581/archive/2/target.json
out/RouterFlow/1795261451416581/archive/2/words.json
out/RouterFlow/1795261451416581/end/4/age_days.json
out/RouterFlow/1795261451416581/end/4/lane.txt
out/RouterFlow/1795261451416581/end/4/metadata.json
out/RouterFlow/1795261451416581/end/4/published.json
out/RouterFlow/1795261451416581/end/4/quality.json
out/RouterFlow/1795261451416581/end/4/stderr.log
out/RouterFlow/1795261451416581/end/4/stdout.log
out/RouterFlow/1795261451416581/end/4/target.json
out/RouterFlow/1795261451416581/end/4/words.json
out/RouterFlow/1795261451416581/publish/3/age_days.json
out/RouterFlow/1795261451416581/publish/3/lane.txt
out/RouterFlow/1795261451416581/publish/3/metadata.json
out/RouterFlow/1795261451416581/publish/3/published.json
out/RouterFlow/1795261451416581/publish/3/quality.json
out/RouterFlow/1795261451416581/publish/3/stderr.log
out/RouterFlow/1795261451416581/publish/3/stdout.log
out/RouterFlow/1795261451416581/publish/3/target.json
out/RouterFlow/1795261451416581/publish/3/words.json
out/RouterFlow/1795261451416581/run.json
out/RouterFlow/1795261451416581/start/1/age_days.json
out/RouterFlow/1795261451416581/start/1/lane.txt
out/RouterFlow/1795261451416581/start/1/metadata.json
out/RouterFlow/1795261451416581/start/1/stderr.log
out/RouterFlow/1795261451416581/start/1/stdout.log
out/RouterFlow/1795261451416581/start/1/target.json
out/RouterFlow/1795261451416581/start/1/words.json
out/manifest.json
! exported 34 files, 16.8 KB to out
$ mfctl card list ReportFlow/latest
pathspec	type	id	hash	attempt	created_at	reload_token
ReportFlow/1795261461974552/write/3	blank	short	c75b1465b4b5402ab816327af4e5cc92	0	2026-11-21 11:44:24	final
ReportFlow/1795261461974552/write/3	default	weekly	efe8c796ebc541bfa46e82fd31bb4b9e	0	2026-11-21 11:44:23	final
ReportFlow/1795261461974552/start/1	default	-	7fd80d6fd7f34412af646571a52c99a4	0	2026-11-21 11:44:22	final
$ mfctl card list ReportFlow/latest/write --type blank -o json
[{"pathspec":"ReportFlow/1795261461974552/write/3","type":"blank","id":"short","hash":"c75b1465b4b5402ab816327af4e5cc92","path":"$DIR/.metaflow/mf.cards/ReportFlow/runs/1795261461974552/steps/write/tasks/3/cards/blank-short-c75b1465b4b5402ab816327af4e5cc92.html","attempt":0,"created_at":"2026-11-21T11:44:24.229Z","reload_token":"final"}]
$ mfctl card show ReportFlow/latest --id weekly | head -n 5
ReportFlow/1795261461974552/write/3
\
── Task Info ───────────────────────────────────────────────────────────────────
\
Churn model, week 48 – Zürich edition
$ mfctl code list TrainFlow/latest
! mfctl: TrainFlow/1795261450367307: it has no code package
! hint: remote tasks always have one; local runs only with METAFLOW_FEAT_ALWAYS_UPLOAD_CODE_PACKAGE=1
= 3
$ mfctl verify RouterFlow/latest
! 24 objects, 1.4 KB, 0 missing, 0 corrupt
$ mfctl show TrainFlow/latest/train --fields parent_steps,child_steps,tasks -o json
{"parent_steps":["features"],"child_steps":["evaluate"],"tasks":["5"]}

# tags
$ mfctl tag list TrainFlow/latest -o json
{"pathspec":"TrainFlow/1795261450367307","tags":["metaflow_version:2.19.39","python_version:3.11.7","release","runtime:dev","user:alice","v1.4"],"user_tags":["release","v1.4"],"system_tags":["metaflow_version:2.19.39","python_version:3.11.7","runtime:dev","user:alice"]}
$ mfctl tag add TrainFlow/latest fresh 'with blank' -o json
{"pathspec":"TrainFlow/1795261450367307","tags":["fresh","metaflow_version:2.19.39","python_version:3.11.7","release","runtime:dev","user:alice","v1.4","with blank"],"user_tags":["fresh","release","v1.4","with blank"],"system_tags":["metaflow_version:2.19.39","python_version:3.11.7","runtime:dev","user:alice"]}
$ mfctl tag add TrainFlow/latest fresh
$ mfctl ls TrainFlow --tag fresh -o name
TrainFlow/1795261450367307
$ mfctl ls TrainFlow/latest --tag 'with blank' --limit 2 -o name
TrainFlow/1795261450367307/end
TrainFlow/1795261450367307/evaluate
$ mfctl tag remove TrainFlow/latest fresh nothing -o json
{"pathspec":"TrainFlow/1795261450367307","tags":["metaflow_version:2.19.39","python_version:3.11.7","release","runtime:dev","user:alice","v1.4","with blank"],"user_tags":["release","v1.4","with blank"],"system_tags":["metaflow_version:2.19.39","python_version:3.11.7","runtime:dev","user:alice"]}
$ mfctl tag replace TrainFlow/latest 'with blank' swapped -o json
{"pathspec":"TrainFlow/1795261450367307","tags":["metaflow_version:2.19.39","python_version:3.11.7","release","runtime:dev","swapped","user:alice","v1.4"],"user_tags":["release","swapped","v1.4"],"system_tags":["metaflow_version:2.19.39","python_version:3.11.7","runtime:dev","user:alice"]}
$ mfctl tag replace TrainFlow/latest --remove swapped --remove v1.4 --add one -o json
{"pathspec":"TrainFlow/1795261450367307","tags":["metaflow_version:2.19.39","one","python_version:3.11.7","release","runtime:dev","user:alice"],"user_tags":["one","release"],"system_tags":["metaflow_version:2.19.39","python_version:3.11.7","runtime:dev","user:alice"]}
$ mfctl tag remove TrainFlow/latest runtime:dev
! mfctl: TrainFlow/1795261450367307: “runtime:dev” is a system tag and cannot be removed
! hint: Metaflow sets system tags itself; only user tags change
= 1
$ mfctl tag add TrainFlow/latest ''
! mfctl: TrainFlow/1795261450367307: a tag must not be empty
= 1
$ mfctl tag add TrainFlow/nope x -o json
! mfctl: TrainFlow: run “TrainFlow/nope” not found
! hint: mfctl ls TrainFlow lists what is there
! {"error":{"code":"not_found","message":"run \u201cTrainFlow/nope\u201d not found","hint":"mfctl ls TrainFlow lists what is there","where":"TrainFlow"}}
= 3
$ mfctl tag list TrainFlow/latest --check one && echo yes
yes
$ mfctl ls TrainFlow --limit 1 --fields id,created_at,user_name,user_tags -o json
[{"id":"1795261450367307","created_at":"2026-11-21T11:44:10.367Z","user_name":"alice","user_tags":["one","release"]}]

# waiting for runs that are over, and for one that is not
$ mfctl wait TrainFlow/latest --for completed
$ mfctl wait TrainFlow/latest --for failed
! mfctl: TrainFlow/1795261450367307: waited for “failed”, but the run is completed (task end/7 ended well, yesterday)
= 7
$ mfctl wait NightlyEtlFlow/latest-failed
$ mfctl wait TrainFlow/latest --for step=train
$ mfctl wait TrainFlow/nope
! mfctl: TrainFlow: run “TrainFlow/nope” not found
! hint: mfctl ls TrainFlow lists what is there
= 3

# another provider beside it: the files have not changed
$ mfctl --metadata local@. ls TrainFlow --limit 1 --fields user_tags
user_tags
release,v1.4

# a run at work
@service --synthetic runs=30,tasks=6
$ mfctl ls SynFlow --limit 3 --fields id,status,status_reason -o ndjson
{"id":"30","status":"running","status_reason":{"code":"heartbeat","text":"it is at work; last heartbeat, 3 s ago","at":"2026-11-22T11:59:57.000Z","evidence":"last_heartbeat_ts"}}
{"id":"29","status":"completed","status_reason":{"code":"end_completed","text":"task end/290 ended well, 1 h ago","at":"2026-11-22T10:51:07.420Z","evidence":"SynFlow/29/end/290"}}
{"id":"28","status":"completed","status_reason":{"code":"end_completed","text":"task end/280 ended well, 1 h ago","at":"2026-11-22T10:41:07.420Z","evidence":"SynFlow/28/end/280"}}
$ mfctl show SynFlow/latest-running
SynFlow/30
status         ● running
because        it is at work; last heartbeat, 3 s ago
started        2026-11-22 11:00:00
duration       1h00m
user           alice
system tags    metaflow_version:2.19.38 python_version:3.11.7 runtime:dev user:alice
\
Steps
STEP   STATUS       TASK STATES  STARTED              DURATION
work   ✓ completed  6 completed  2026-11-22 11:00:01     19.3s
start  ✓ completed  1 completed  2026-11-22 11:00:00      1.2s
$ mfctl ls SynFlow/latest/work --fields id,status,attempts
id	status	attempts
298	completed	0
297	completed	0
296	completed	0
295	completed	0
294	completed	0
293	completed	0
$ timeout 20 mfctl wait SynFlow/latest --timeout 1s
! mfctl: SynFlow/30: waited 1s for “finished”; the run is running (it is at work; last heartbeat, 3 s ago)
= 124
$ mfctl ls SynFlow --status failed --limit 3 -o name
SynFlow/25
SynFlow/20
SynFlow/15
