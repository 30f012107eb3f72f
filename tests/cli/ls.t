# covers: out.c out_json.c stats.c pager.c
# Lists: formats, filters, order, limits, hidden ones.
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
1795261450367307	2026-11-21 11:44:10	alice	release,v1.4	completed	7310
1795261441127560	2026-11-21 11:44:01	bob		completed	8745
1795261429828576	2026-11-21 11:43:49	alice	team:growth	completed	10471
1795261425688054	2026-11-21 11:43:45	alice		unknown	
1795261418041307	2026-11-21 11:43:38	bob		completed	6774
1795261409547943	2026-11-21 11:43:29	alice	experiment,reviewed,team:growth	completed	7989
1795261407264317	2026-11-21 11:43:27	bob	Läuft aus dem Ruder,do not repeat,experiment	failed	1903
1795261399039399	2026-11-21 11:43:19	bob		completed	7832
1795261393781486	2026-11-21 11:43:13	alice	baseline	completed	4762
1795261388222273	2026-11-21 11:43:08	alice		completed	5128
$ mfctl ls TrainFlow -o table --limit 3
RUN               STARTED              USER   TAGS          STATUS       DURATION
1795261450367307  2026-11-21 11:44:10  alice  release v1.4  ✓ completed      7.3s
1795261441127560  2026-11-21 11:44:01  bob    -             ✓ completed      8.7s
1795261429828576  2026-11-21 11:43:49  alice  team:growth   ✓ completed     10.4s
$ mfctl ls TrainFlow -o wide --limit 1
RUN               STARTED              USER   TAGS          SYSTEM TAGS                                                            STATUS       FINISHED AT          DURATION  ORIGIN
1795261450367307  2026-11-21 11:44:10  alice  release v1.4  metaflow_version:2.19.39 python_version:3.11.7 runtime:dev user:alice  ✓ completed  2026-11-21 11:44:17      7.3s  -
$ mfctl ls TrainFlow -o tsv --limit 2 --fields id,status,duration_ms
id	status	duration_ms
1795261450367307	completed	7310
1795261441127560	completed	8745
$ mfctl ls TrainFlow -o csv --limit 2 --fields id,user_tags,status
id,user_tags,status
1795261450367307,"release,v1.4",completed
1795261441127560,,completed
$ mfctl ls TrainFlow -o name --limit 2
TrainFlow/1795261450367307
TrainFlow/1795261441127560
$ mfctl ls TrainFlow -o json --limit 2 --fields id,created_at,ts_epoch,tags,successful
[{"id":"1795261450367307","created_at":"2026-11-21T11:44:10.367Z","ts_epoch":1795261450367,"tags":["metaflow_version:2.19.39","python_version:3.11.7","release","runtime:dev","user:alice","v1.4"],"successful":true},
 {"id":"1795261441127560","created_at":"2026-11-21T11:44:01.128Z","ts_epoch":1795261441128,"tags":["metaflow_version:2.19.39","python_version:3.11.7","runtime:dev","user:bob"],"successful":true}]
$ mfctl ls TrainFlow -o ndjson --limit 2 --fields pathspec,status
{"pathspec":"TrainFlow/1795261450367307","status":"completed"}
{"pathspec":"TrainFlow/1795261441127560","status":"completed"}
$ mfctl ls TrainFlow -o json --limit 1
[{"id":"1795261450367307","pathspec":"TrainFlow/1795261450367307","created_at":"2026-11-21T11:44:10.367Z","ts_epoch":1795261450367,"user_name":"alice","tags":["metaflow_version:2.19.39","python_version:3.11.7","release","runtime:dev","user:alice","v1.4"],"user_tags":["release","v1.4"],"system_tags":["metaflow_version:2.19.39","python_version:3.11.7","runtime:dev","user:alice"],"status":"completed","status_reason":{"code":"end_completed","text":"task end/7 ended well, yesterday","at":"2026-11-21T11:44:17.677Z","evidence":"TrainFlow/1795261450367307/end/7"},"finished":true,"successful":true,"finished_at":"2026-11-21T11:44:17.677Z","duration_ms":7310,"origin_pathspec":null,"end_task":"TrainFlow/1795261450367307/end/7","code":null,"trigger":null,"graph_endpoints":["start","end"]}]
$ mfctl ls -o json --fields id,latest_successful_run
[{"id":"ForecastFlow","latest_successful_run":"ForecastFlow/1795261419119408"},
 {"id":"NestedSweepFlow","latest_successful_run":"NestedSweepFlow/1795261446668575"},
 {"id":"NightlyEtlFlow","latest_successful_run":"NightlyEtlFlow/1795261413080806"},
 {"id":"ReportFlow","latest_successful_run":"ReportFlow/1795261461974552"},
 {"id":"RouterFlow","latest_successful_run":"RouterFlow/1795261451416581"},
 {"id":"TrainFlow","latest_successful_run":"TrainFlow/1795261450367307"}]
$ mfctl ls TrainFlow --limit 2 --no-headers --fields id
1795261450367307
1795261441127560
$ mfctl ls TrainFlow --limit 1 --utc --fields created_at
created_at
2026-11-21 11:44:10
$ TZ=America/New_York mfctl ls TrainFlow --limit 1 --fields created_at
created_at
2026-11-21 06:44:10
$ mfctl ls TrainFlow --limit 1 --relative --fields created_at
created_at
yesterday
$ mfctl ls TrainFlow --tag experiment -o name
TrainFlow/1795261409547943
TrainFlow/1795261407264317
$ mfctl ls TrainFlow --tag experiment --tag reviewed -o name
TrainFlow/1795261409547943
$ mfctl ls TrainFlow --tag 'do not repeat' --fields id,user_tags -o json
[{"id":"1795261407264317","user_tags":["L\u00e4uft aus dem Ruder","do not repeat","experiment"]}]
$ mfctl ls TrainFlow --tag none -o json
[]
$ mfctl ls TrainFlow --tag none
id	created_at	user_name	user_tags	status	duration_ms
$ mfctl ls TrainFlow --user bob --fields id,user_name
id	user_name
1795261441127560	bob
1795261418041307	bob
1795261407264317	bob
1795261399039399	bob
$ mfctl ls TrainFlow -n user:alice -o name
TrainFlow/1795261450367307
TrainFlow/1795261429828576
TrainFlow/1795261425688054
TrainFlow/1795261409547943
TrainFlow/1795261393781486
TrainFlow/1795261388222273
$ mfctl ls TrainFlow --my-runs -o name --limit 2
TrainFlow/1795261450367307
TrainFlow/1795261429828576
$ MFCTL_NAMESPACE=user:bob mfctl ls TrainFlow -o name --limit 2
TrainFlow/1795261441127560
TrainFlow/1795261418041307
$ mfctl ls -n user:nobody -o json
[]
$ mfctl ls TrainFlow --status failed,unknown --fields id,status
id	status
1795261425688054	unknown
1795261407264317	failed
$ mfctl ls TrainFlow --status fialed
! mfctl: ls: --status fialed: it is completed, failed, running, pending or unknown
! hint: usage: mfctl ls [PATHSPEC]; mfctl ls --help says more
= 2
$ mfctl ls TrainFlow --since 2026-11-21T11:44:00Z -o name
TrainFlow/1795261450367307
TrainFlow/1795261441127560
$ mfctl ls TrainFlow --until 2026-11-21T11:43:15Z -o name
TrainFlow/1795261393781486
TrainFlow/1795261388222273
$ mfctl ls TrainFlow --since 1d -o name
$ mfctl ls TrainFlow --since yesterdayish
! mfctl: ls: --since yesterdayish: not a time; 2026-11-21, 2026-11-21T08:00:00Z or an age as 2h are
! hint: usage: mfctl ls [PATHSPEC]; mfctl ls --help says more
= 2
$ mfctl ls TrainFlow --where 'status=failed' -o name
TrainFlow/1795261407264317
$ mfctl ls TrainFlow --where 'duration_ms>8s and user_name=bob' --fields id,duration_ms -o json
[{"id":"1795261441127560","duration_ms":8745}]
$ mfctl ls TrainFlow --where 'sttus=failed'
! mfctl: ls: a run has no field “sttus”
! hint: did you mean “status”?
= 2
$ mfctl ls TrainFlow --where 'status='
! mfctl: ls: a value is missing after “=”
= 2
$ mfctl ls TrainFlow --sort -duration_ms --limit 3 --fields id,duration_ms -o csv
id,duration_ms
1795261429828576,10471
1795261441127560,8745
1795261409547943,7989
$ mfctl ls TrainFlow --sort user_name --limit 3 --fields id,user_name -o csv
id,user_name
1795261450367307,alice
1795261429828576,alice
1795261425688054,alice
$ mfctl ls TrainFlow --sort nothing
! mfctl: ls: a run has no field “nothing”
! hint: mfctl help fields lists them
= 2
$ mfctl ls TrainFlow/latest
id	created_at	finished_at	n_tasks	task_counts
end	2026-11-21 11:44:17	2026-11-21 11:44:17	1	{"completed":1}
evaluate	2026-11-21 11:44:16	2026-11-21 11:44:16	1	{"completed":1}
train	2026-11-21 11:44:12	2026-11-21 11:44:16	1	{"completed":1}
features	2026-11-21 11:44:11	2026-11-21 11:44:11	1	{"completed":1}
behaviour	2026-11-21 11:44:10	2026-11-21 11:44:11	1	{"completed":1}
numeric	2026-11-21 11:44:10	2026-11-21 11:44:11	1	{"completed":1}
start	2026-11-21 11:44:10	2026-11-21 11:44:10	1	{"completed":1}
$ mfctl ls TrainFlow/latest --all -o name
TrainFlow/1795261450367307/end
TrainFlow/1795261450367307/evaluate
TrainFlow/1795261450367307/train
TrainFlow/1795261450367307/features
TrainFlow/1795261450367307/behaviour
TrainFlow/1795261450367307/numeric
TrainFlow/1795261450367307/start
TrainFlow/1795261450367307/_parameters
$ mfctl ls TrainFlow/latest/train
id	created_at	status	duration_ms	attempts	foreach_path
5	2026-11-21 11:44:12	completed	4034	0	[]
$ mfctl ls TrainFlow/latest/train -o json --fields id,status,current_attempt,attempts,index
[{"id":"5","status":"completed","current_attempt":0,"attempts":[0],"index":null}]
$ mfctl ls TrainFlow/latest/start
id	created_at	status	duration_ms	attempts	foreach_path
1	2026-11-21 11:44:10	completed	10	0	[]
$ mfctl ls NestedSweepFlow/latest -R -o name
NestedSweepFlow/1795261446668575/end
NestedSweepFlow/1795261446668575/end/15
NestedSweepFlow/1795261446668575/compare
NestedSweepFlow/1795261446668575/compare/14
NestedSweepFlow/1795261446668575/best_of_model
NestedSweepFlow/1795261446668575/best_of_model/13
NestedSweepFlow/1795261446668575/best_of_model/12
NestedSweepFlow/1795261446668575/best_of_model/11
NestedSweepFlow/1795261446668575/fit
NestedSweepFlow/1795261446668575/fit/10
NestedSweepFlow/1795261446668575/fit/9
NestedSweepFlow/1795261446668575/fit/8
NestedSweepFlow/1795261446668575/fit/7
NestedSweepFlow/1795261446668575/fit/6
NestedSweepFlow/1795261446668575/fit/5
NestedSweepFlow/1795261446668575/model
NestedSweepFlow/1795261446668575/model/4
NestedSweepFlow/1795261446668575/model/3
NestedSweepFlow/1795261446668575/model/2
NestedSweepFlow/1795261446668575/start
NestedSweepFlow/1795261446668575/start/1
$ mfctl ls NestedSweepFlow/latest/* -o name
NestedSweepFlow/1795261446668575/end/15
NestedSweepFlow/1795261446668575/compare/14
NestedSweepFlow/1795261446668575/best_of_model/13
NestedSweepFlow/1795261446668575/best_of_model/12
NestedSweepFlow/1795261446668575/best_of_model/11
NestedSweepFlow/1795261446668575/fit/10
NestedSweepFlow/1795261446668575/fit/9
NestedSweepFlow/1795261446668575/fit/8
NestedSweepFlow/1795261446668575/fit/7
NestedSweepFlow/1795261446668575/fit/6
NestedSweepFlow/1795261446668575/fit/5
NestedSweepFlow/1795261446668575/model/4
NestedSweepFlow/1795261446668575/model/3
NestedSweepFlow/1795261446668575/model/2
NestedSweepFlow/1795261446668575/start/1
$ mfctl ls NestedSweepFlow/latest/*/* -o json --fields id,foreach_path --limit 1
! mfctl: ls: an artifact has no field “id”
! hint: mfctl help fields lists them
! {"error":{"code":"usage","message":"an artifact has no field \u201cid\u201d","hint":"mfctl help fields lists them","where":null}}
= 2
$ mfctl ls 'Nothing*' -o json
[]
$ mfctl ls --fields
! mfctl: ls: --fields needs a,b,c
! hint: usage: mfctl ls [PATHSPEC]; mfctl ls --help says more
= 2
$ mfctl ls --fields idd
! mfctl: ls: a flow has no field “idd”
! hint: did you mean “id”?
= 2
$ mfctl ls TrainFlow --fields id,,status
id	status
1795261450367307	completed
1795261441127560	completed
1795261429828576	completed
1795261425688054	unknown
1795261418041307	completed
1795261409547943	completed
1795261407264317	failed
1795261399039399	completed
1795261393781486	completed
1795261388222273	completed
$ mfctl ls TrainFlow --limit -1
! mfctl: ls: --limit takes a number, not “-1”
! hint: usage: mfctl ls [PATHSPEC]; mfctl ls --help says more
= 2
$ mfctl ls TrainFlow --limit x
! mfctl: ls: --limit takes a number, not “x”
! hint: usage: mfctl ls [PATHSPEC]; mfctl ls --help says more
= 2
$ mfctl ls TrainFlow RouterFlow -o name
! mfctl: ls: one PATHSPEC at a time
! hint: usage: mfctl ls [PATHSPEC]; mfctl ls --help says more
= 2
$ mfctl -o json ls TrainFlow --limit 1 --fields id
[{"id":"1795261450367307"}]
$ mfctl ls TrainFlow -o yaml
! mfctl: ls: -o yaml: the format is one of table, wide, json, ndjson, csv, tsv, name
! hint: usage: mfctl ls [PATHSPEC]; mfctl ls --help says more
= 2
$ mfctl ls TrainFlow -o dot
! mfctl: ls: -o dot: the format is one of table, wide, json, ndjson, csv, tsv, name
! hint: usage: mfctl ls [PATHSPEC]; mfctl ls --help says more
= 2
$ mfctl ls TrainFlow --stats --limit 1 -o name 2>&1 >/dev/null | sed 's/[0-9][0-9.]*/N/g'
stats: requests N, files N, directories N, bytes N, first row N ms, total N ms, peak memory N KB
$ mfctl ls TrainFlow -o name | head -1
TrainFlow/1795261450367307
$ mfctl ls TrainFlow > /dev/full
! mfctl: ls: cannot write the output: No space left on device
= 1

# Hidden artifacts are among the names when they are asked for, and the steps of a run are in every format.
$ mfctl ls TrainFlow/latest/end -o json --fields artifacts | grep -c _task_ok
0
= 1
$ mfctl ls TrainFlow/latest/end --all -o json --fields artifacts | grep -c _task_ok
1
$ mfctl show TrainFlow/latest-failed -o csv --fields id,steps | cut -c1-60
id,steps
1795261407264317,"[{""id"":""train"",""pathspec"":""TrainFlo
$ mfctl ls TrainFlow -o json > /dev/full
! mfctl: ls: cannot write the output: No space left on device
! {"error":{"code":"failed","message":"cannot write the output: No space left on device","hint":null,"where":null}}
= 1
$ mfctl frob -o ndjson
! mfctl: “frob” is not a command
! hint: mfctl help lists the commands
! {"error":{"code":"usage","message":"\u201cfrob\u201d is not a command","hint":"mfctl help lists the commands","where":null}}
= 2

# Everything below in every format; conditions choose what is shown, fields and order hold for each kind that has them.
$ mfctl ls -R TrainFlow/latest/end -o csv
pathspec,status
TrainFlow/1795261450367307/end/7,completed
$ mfctl ls -R TrainFlow/latest-failed --fields id,n_tasks,status -o tsv
id	n_tasks	status
train	1	failed
5		failed
features	1	completed
4		completed
behaviour	1	completed
3		completed
numeric	1	completed
2		completed
start	1	completed
1		completed
$ mfctl ls -R TrainFlow --status failed -o name
TrainFlow/1795261407264317
TrainFlow/1795261407264317/train
TrainFlow/1795261407264317/train/5
$ mfctl ls -R TrainFlow/latest-failed --sort id --fields id -o csv --no-headers | paste -sd' '
behaviour 3 features 4 numeric 2 start 1 train 5
$ mfctl ls -R TrainFlow --user bob --limit 2 -o name
TrainFlow/1795261441127560
TrainFlow/1795261418041307
$ mfctl ls -R TrainFlow/latest -w status=failed -o json
[]
$ mfctl ls -R TrainFlow/latest --fields nope
! mfctl: ls: a task has no field “nope”
! hint: did you mean “code”?
= 2

# The order, and the newest, are those of all matches together.
$ mfctl ls '*' --sort -duration_ms --limit 3 --fields pathspec,duration_ms -o csv
pathspec,duration_ms
ForecastFlow/1795261419119408,16536
TrainFlow/1795261429828576,10471
TrainFlow/1795261441127560,8745
$ mfctl ls '*' --limit 2 -o name
ReportFlow/1795261461974552
ReportFlow/1795261458045982
