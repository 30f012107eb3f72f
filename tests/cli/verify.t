# Is all data there?
$ mfctl verify TrainFlow/latest
! 47 objects, 53.6 KB, 0 missing, 0 corrupt
$ mfctl verify -o json
[]
! 934 objects, 112 KB, 0 missing, 0 corrupt
$ mfctl verify TrainFlow/latest/start/1/model -q
$ sha=$(mfctl show TrainFlow/latest/start/1/model -o json --fields sha | cut -d'"' -f4); f=.metaflow/TrainFlow/data/$(echo $sha | cut -c1-2)/$sha; mv $f kept; mfctl verify TrainFlow/latest
missing  0fe9c37d03492b2528073d7000895b448d783925  $DIR/.metaflow/TrainFlow/data/0f/0fe9c37d03492b2528073d7000895b448d783925  needed by TrainFlow/1795261450367307/_parameters/0/model (+7 more)
! 47 objects, 53.5 KB, 1 missing, 0 corrupt
= 7
$ mfctl verify TrainFlow/latest/start -o json
[{"sha":"0fe9c37d03492b2528073d7000895b448d783925","status":"missing","path":"$DIR/.metaflow/TrainFlow/data/0f/0fe9c37d03492b2528073d7000895b448d783925","error":{"code":"not_found","message":"blob 0fe9c37d03492b2528073d7000895b448d783925 is missing from the datastore"},"artifacts":["TrainFlow/1795261450367307/start/1/model"]}]
! 17 objects, 5.1 KB, 1 missing, 0 corrupt
= 7
$ mfctl verify TrainFlow/latest/start -o ndjson -q
{"sha":"0fe9c37d03492b2528073d7000895b448d783925","status":"missing","path":"$DIR/.metaflow/TrainFlow/data/0f/0fe9c37d03492b2528073d7000895b448d783925","error":{"code":"not_found","message":"blob 0fe9c37d03492b2528073d7000895b448d783925 is missing from the datastore"},"artifacts":["TrainFlow/1795261450367307/start/1/model"]}
= 7
$ head -c 20 kept > .metaflow/TrainFlow/data/$(mfctl show TrainFlow/latest/start/1/model -o json --fields sha | cut -d'"' -f4 | sed 's|..|&/&|'); mfctl verify TrainFlow/latest/start/1/model
corrupt  0fe9c37d03492b2528073d7000895b448d783925  $DIR/.metaflow/TrainFlow/data/0f/0fe9c37d03492b2528073d7000895b448d783925  needed by TrainFlow/1795261450367307/start/1/model: gzip data cut short
! 1 object, 13 B, 0 missing, 1 corrupt
= 7
$ mfctl verify TrainFlow/latest/start/1/learning_rate
! 1 object, 21 B, 0 missing, 0 corrupt
$ for f in .metaflow/data/*/*; do mv $f moved; break; done; mfctl verify --jobs 1 | cut -c1-20
missing  49a27d14cff
corrupt  0fe9c37d034
! 934 objects, 112 KB, 1 missing, 1 corrupt
# Wrong use.
$ mfctl verify TrainFlow/9
! mfctl: TrainFlow: run “TrainFlow/9” not found
! hint: mfctl ls TrainFlow lists what is there
= 3
$ mfctl verify TrainFlow/latest -o csv
! mfctl: verify: -o csv: the format is one of json, ndjson, text
! hint: usage: mfctl verify [PATHSPEC...]; mfctl verify --help says more
= 2
