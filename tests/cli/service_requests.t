# What is asked of a metadata service, and how often: a history of any size is read with few requests.

# one run of 50,000 tasks: its status, and the states of its tasks
@service --synthetic tasks=50000
$ mfctl show SynFlow/1 --fields status --no-cache --stats 2>&1 | sed 's/, files.*//'
status
running
stats: requests 2
$ double reset {}
{}
$ mfctl show SynFlow/1/work --fields n_tasks,task_counts --no-cache
n_tasks	task_counts
50000	{"completed":47000,"failed":1000,"running":2000}
$ double counts | tr , '\n' | grep -e filtered_tasks -e '/S/tasks"'
 "GET /flows/F/runs/R/steps/S/tasks": 1
 "GET /flows/F/runs/R/steps/S/filtered_tasks": 4

# the newest of 100,000 runs
@service --synthetic runs=100000
$ mfctl ls SynFlow --limit 20 -o name --no-cache | sed -n '1p;$p'; double counts
SynFlow/100000
SynFlow/99981
{"GET /flows/F": 1, "GET /flows/F/runs": 1}
$ mfctl show SynFlow/latest --fields pathspec --no-cache --stats 2>&1 | sed 's/, files.*//'
pathspec
SynFlow/100000
stats: requests 4

# a release without pages sends all of them, once
@service --synthetic runs=100000 --version 2.5.1
$ mfctl ls SynFlow --limit 20 -o name --no-cache | sed -n '1p;$p'; double counts
SynFlow/100000
SynFlow/99981
{"GET /flows/F": 1, "GET /flows/F/runs": 1}

# one artifact of many tasks: up to 16 requests for a task each, then one for all
@service --synthetic runs=3,tasks=200
$ mfctl ls 'SynFlow/2/work/*' --fields sha --no-cache | sort -u | wc -l; double counts | tr , '\n' | grep artifacts
401
 "GET /flows/F/runs/R/steps/S/tasks/T/artifacts": 16
 "GET /flows/F/runs/R/artifacts": 1}
$ double reset {}
{}
$ mfctl cat 'SynFlow/2/*/*/x' --no-cache -o ndjson 2>&1 | grep -c '"sha"'; double counts | tr , '\n' | grep artifacts
203
 "GET /flows/F/runs/R/steps/S/tasks/T/artifacts": 2
 "GET /flows/F/runs/R/artifacts": 1}
$ double reset {}
{}
$ mfctl cat 'SynFlow/2/[sj]*/*/x' --no-cache -o ndjson >/dev/null 2>&1; double counts | tr , '\n' | grep artifacts
 "GET /flows/F/runs/R/steps/S/tasks/T/artifacts": 2}

# what is over does not change: it is kept, and shown without the service
@service
$ mfctl show RouterFlow/latest >/dev/null; double counts | tr , '\n' | grep -c steps
3
$ double reset {}
{}
$ mfctl show RouterFlow/latest | head -n 2; double counts | tr , '\n' | grep -c steps
RouterFlow/1795261451416581
status         ✓ completed
0
= 1
$ double fault '{"status": 503, "body": "gone"}'
{}
$ mfctl show RouterFlow/latest --offline 2>/dev/null | head -n 2
RouterFlow/1795261451416581
status         ✓ completed
$ mfctl show TrainFlow/latest --offline --fields status
! mfctl: TrainFlow/latest: not kept for offline use
! hint: run it once without --offline
= 5
