# Releases of the metadata service that lack what newer ones have: the same answers where possible, words where not.

# no pages, no filters
@service --version 2.5.1
$ mfctl ls -o name
ForecastFlow
NestedSweepFlow
NightlyEtlFlow
ReportFlow
RouterFlow
TrainFlow
$ mfctl ls TrainFlow --status failed -o name
TrainFlow/1795261425688054
TrainFlow/1795261407264317
$ mfctl ls TrainFlow --limit 2 --fields id,status
id	status
1795261450367307	completed
1795261441127560	completed
$ mfctl ls NightlyEtlFlow --tag repaired --fields id,status
id	status
1795261413080806	completed
$ mfctl show NightlyEtlFlow/latest --fields status,origin_pathspec
status	origin_pathspec
failed	
$ mfctl ls ForecastFlow/latest --fields id,task_counts
id	task_counts
end	{"completed":1}
collect	{"completed":1}
fit	{"completed":40}
start	{"completed":1}
$ mfctl show NestedSweepFlow/latest/fit/@l1=5 --fields pathspec
pathspec
NestedSweepFlow/1795261446668575/fit/8

# no search by metadata
@service --version 2.4.13
$ mfctl ls ForecastFlow/latest --fields id,task_counts
id	task_counts
end	{"completed":1}
collect	{"completed":1}
fit	{"completed":40}
start	{"completed":1}

# tags cannot be changed
@service --version 2.1.0 --writable
$ mfctl tag add TrainFlow/latest new
! mfctl: http://127.0.0.1:PORT: changing tags needs a newer metadata service: 2.3.0 or later; this one is 2.1.0
! hint: ask whoever runs it to upgrade
= 1
$ mfctl tag add TrainFlow/latest new -o json
! mfctl: http://127.0.0.1:PORT: changing tags needs a newer metadata service: 2.3.0 or later; this one is 2.1.0
! hint: ask whoever runs it to upgrade
! {"error":{"code":"unsupported","message":"changing tags needs a newer metadata service: 2.3.0 or later; this one is 2.1.0","hint":"ask whoever runs it to upgrade","where":"http://127.0.0.1:PORT"}}
= 1
$ mfctl tag add TrainFlow/latest release
$ mfctl tag list TrainFlow/latest --fields user_tags -o json
{"pathspec":"TrainFlow/1795261450367307","tags":["metaflow_version:2.19.39","python_version:3.11.7","release","runtime:dev","user:alice","v1.4"],"user_tags":["release","v1.4"],"system_tags":["metaflow_version:2.19.39","python_version:3.11.7","runtime:dev","user:alice"]}
$ mfctl show NightlyEtlFlow/1795261405180928/load/7 --attempt 0 --fields current_attempt,attempts,status -o json
{"current_attempt":0,"attempts":[0],"status":"failed"}

# no attempts
@service --version 2.0.5
$ mfctl ls -o name --limit 2
ForecastFlow
NestedSweepFlow
$ mfctl show TrainFlow/1795261407264317/train/5 --fields attempts,current_attempt,status -o json
{"attempts":[0,1],"current_attempt":1,"status":"failed"}
$ mfctl ls TrainFlow/1795261407264317/train/5 --attempt 0
! mfctl: http://127.0.0.1:PORT: reading one attempt needs a newer metadata service: 2.0.6 or later; this one is 2.0.5
! hint: ask whoever runs it to upgrade
= 1
$ mfctl ls TrainFlow/1795261407264317/train/5 --attempt 0 -o json
! mfctl: http://127.0.0.1:PORT: reading one attempt needs a newer metadata service: 2.0.6 or later; this one is 2.0.5
! hint: ask whoever runs it to upgrade
! {"error":{"code":"unsupported","message":"reading one attempt needs a newer metadata service: 2.0.6 or later; this one is 2.0.5","hint":"ask whoever runs it to upgrade","where":"http://127.0.0.1:PORT"}}
= 1
$ mfctl cat TrainFlow/1795261407264317/train/5/epochs --attempt 0
! mfctl: http://127.0.0.1:PORT: reading one attempt needs a newer metadata service: 2.0.6 or later; this one is 2.0.5
! hint: ask whoever runs it to upgrade
= 1
$ mfctl cat TrainFlow/latest/end/7/accuracy
0.825
$ mfctl logs TrainFlow/1795261407264317/train/5 --attempt 0 --stderr --tail 1
Task failed.
