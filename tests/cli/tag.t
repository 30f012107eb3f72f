# Tags: looking and changing.
$ mfctl tag list TrainFlow/latest
release
v1.4
metaflow_version:2.19.39
python_version:3.11.7
runtime:dev
user:alice
$ mfctl tag list TrainFlow/latest -o json
{"pathspec":"TrainFlow/1795261450367307","tags":["metaflow_version:2.19.39","python_version:3.11.7","release","runtime:dev","user:alice","v1.4"],"user_tags":["release","v1.4"],"system_tags":["metaflow_version:2.19.39","python_version:3.11.7","runtime:dev","user:alice"]}
$ mfctl tag list TrainFlow/latest --check release && echo yes
yes
$ mfctl tag list TrainFlow/latest --check release nothing
= 7
$ mfctl tag add TrainFlow/latest fresh 'with blank' -o json
{"pathspec":"TrainFlow/1795261450367307","tags":["fresh","metaflow_version:2.19.39","python_version:3.11.7","release","runtime:dev","user:alice","v1.4","with blank"],"user_tags":["fresh","release","v1.4","with blank"],"system_tags":["metaflow_version:2.19.39","python_version:3.11.7","runtime:dev","user:alice"]}
$ mfctl ls TrainFlow --limit 1 --fields id,created_at,user_name,user_tags -o json
[{"id":"1795261450367307","created_at":"2026-11-21T11:44:10.367Z","user_name":"alice","user_tags":["fresh","release","v1.4","with blank"]}]
$ mfctl tag add TrainFlow/latest fresh
$ mfctl tag remove TrainFlow/latest fresh nothing
$ mfctl tag replace TrainFlow/latest 'with blank' swapped -o json
{"pathspec":"TrainFlow/1795261450367307","tags":["metaflow_version:2.19.39","python_version:3.11.7","release","runtime:dev","swapped","user:alice","v1.4"],"user_tags":["release","swapped","v1.4"],"system_tags":["metaflow_version:2.19.39","python_version:3.11.7","runtime:dev","user:alice"]}
$ mfctl tag replace TrainFlow/latest --remove swapped --remove v1.4 --add one --add two
$ mfctl tag replace TrainFlow/latest
! mfctl: tag: tag replace takes OLD NEW, or --remove OLD and --add NEW
! hint: usage: mfctl tag list|add|remove|replace FLOW/run TAG...; mfctl tag --help says more
= 2
$ mfctl tag remove TrainFlow/latest runtime:dev
! mfctl: TrainFlow/1795261450367307: “runtime:dev” is a system tag and cannot be removed
! hint: Metaflow sets system tags itself; only user tags change
= 1
$ mfctl tag add TrainFlow/latest runtime:dev -o json
{"pathspec":"TrainFlow/1795261450367307","tags":["metaflow_version:2.19.39","one","python_version:3.11.7","release","runtime:dev","two","user:alice"],"user_tags":["one","release","two"],"system_tags":["metaflow_version:2.19.39","python_version:3.11.7","runtime:dev","user:alice"]}
$ mfctl tag add TrainFlow/latest ''
! mfctl: TrainFlow/1795261450367307: a tag must not be empty
= 1
$ mfctl tag add TrainFlow/latest "$(printf '\377')"
! mfctl: TrainFlow/1795261450367307: a tag must be valid UTF-8
= 1
$ mfctl tag add TrainFlow/latest "$(printf '%0501d' 0)"
! mfctl: TrainFlow/1795261450367307: a tag of 501 characters is longer than 500
= 1
$ mfctl tag add TrainFlow/latest "$(printf '%0500d' 0)" -o json | wc -c
1287
$ mfctl tag add TrainFlow/latest
! mfctl: tag: tag add needs a TAG
! hint: usage: mfctl tag list|add|remove|replace FLOW/run TAG...; mfctl tag --help says more
= 2
$ mfctl tag add TrainFlow x
! mfctl: TrainFlow: “TrainFlow” names a flow, a run is needed
= 2
$ mfctl tag add TrainFlow/nope x -o json
! mfctl: TrainFlow: run “TrainFlow/nope” not found
! hint: mfctl ls TrainFlow lists what is there
! {"error":{"code":"not_found","message":"run \u201cTrainFlow/nope\u201d not found","hint":"mfctl ls TrainFlow lists what is there","where":"TrainFlow"}}
= 3
$ mfctl tag ad TrainFlow/latest x
! mfctl: tag: “ad” is none of list, add, remove, replace
! hint: usage: mfctl tag list|add|remove|replace FLOW/run TAG...; mfctl tag --help says more
= 2
$ mfctl tag
! mfctl: tag: say list, add, remove or replace
! hint: usage: mfctl tag list|add|remove|replace FLOW/run TAG...; mfctl tag --help says more
= 2
$ mfctl tag list TrainFlow/latest --fields user_tags -o json
{"pathspec":"TrainFlow/1795261450367307","tags":["00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000","metaflow_version:2.19.39","one","python_version:3.11.7","release","runtime:dev","two","user:alice"],"user_tags":["00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000","one","release","two"],"system_tags":["metaflow_version:2.19.39","python_version:3.11.7","runtime:dev","user:alice"]}
