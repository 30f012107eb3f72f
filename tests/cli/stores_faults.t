# Object stores that answer badly: what is survived, what is said of the rest, and how often was asked.

@store s3
# slow down, twice
$ store fault '{"match": "RemoteFlow/data", "times": 2, "status": 503, "code": "SlowDown"}'

$ mfctl --no-cache cat RemoteFlow/latest/end/5/size; store requests | grep -o '"status": [0-9]*'
2
"status": 200
"status": 503
"status": 503
"status": 206

# for ever
$ store reset '{}'; store fault '{"match": "RemoteFlow/data", "status": 503, "code": "SlowDown"}'

$ mfctl --no-cache --timeout 1s cat RemoteFlow/latest/end/5/size
! mfctl: RemoteFlow/1795232033402701/end/5/size: http://127.0.0.1:PORT answers 503 SlowDown: Please reduce your request rate.
= 5

$ store fault '[]'; store fault '{"match": "list-type", "times": 1, "status": 500}'

$ mfctl --no-cache logs RemoteFlow/latest/work
worked on 0
worked on 1

# patience is asked for
$ store reset '{}'; store fault '{"match": "RemoteFlow/data", "times": 1, "status": 429, "retry_after": 1}'

$ mfctl --no-cache cat RemoteFlow/latest/end/5/size; store requests | grep -o '"status": [0-9]*'
2
"status": 200
"status": 429
"status": 206

# reset in the middle of a card, once: it goes on, or begins again
$ store reset '{}'; store fault '{"match": "mf.cards.*html", "times": 1, "reset": 400000}'

$ mfctl --no-cache card save RemoteFlow/latest/start/1 -d out && md5sum out/*
out/blank-summary-d1158425f17546c7aa9b472112fb53c2.html
40491eace511c4d77fc766a8b372dc20  out/blank-summary-d1158425f17546c7aa9b472112fb53c2.html

# cut without a word
$ store reset '{}'; store fault '{"match": "mf.cards.*html", "times": 1, "cut": 400000}'

$ mfctl --no-cache card save RemoteFlow/latest/start/1 -d out2 && cat out2/* | wc -c
out2/blank-summary-d1158425f17546c7aa9b472112fb53c2.html
1105299

$ store reset '{}'; store fault '{"match": "RemoteFlow/data", "times": 1, "cut": 3}'

$ mfctl --no-cache cat RemoteFlow/latest/end/5/size
2

# a length that is not true: longer than what comes, once and always
$ store reset '{}'; store fault '{"match": "RemoteFlow/data", "times": 1, "length": 5}'

$ mfctl --no-cache cat RemoteFlow/latest/end/5/size
2

$ store reset '{}'; store fault '{"match": "RemoteFlow/data", "length": 5}'

$ mfctl --no-cache --timeout 1s cat RemoteFlow/latest/end/5/size
! mfctl: RemoteFlow/1795232033402701/end/5/size: the connection was closed before the reply was whole (25 of 30 bytes)
! hint: the endpoint is named by METAFLOW_S3_ENDPOINT_URL: is it right, and reachable?
= 5

# and shorter
$ store reset '{}'; store fault '{"match": "RemoteFlow/data", "length": -5}'

$ mfctl --no-cache --timeout 1s cat RemoteFlow/latest/end/5/size
! mfctl: RemoteFlow/1795232033402701/end/5/size: the reply ended early (20 of 25 bytes)
= 5

# slow, but alive
$ store reset '{}'; store fault '{"match": "mf.cards.*html", "slow": 1000000}'

$ mfctl --no-cache card save RemoteFlow/latest/start/1 -d out3 && cat out3/* | wc -c
out3/blank-summary-d1158425f17546c7aa9b472112fb53c2.html
1105299

# silent
$ store reset '{}'; store fault '{"match": "RemoteFlow/data", "silent": 30}'

$ mfctl --no-cache --timeout 1s cat RemoteFlow/latest/end/5/size
! mfctl: RemoteFlow/1795232033402701/end/5/size: the time allowed is over, and the reply is not whole
= 124

$ store reset '{}'; store fault '{"match": "RemoteFlow/data", "status": 403, "code": "AccessDenied"}'

$ mfctl --no-cache cat RemoteFlow/latest/end/5/size; store requests | grep -o '"status": [0-9]*'
"status": 200
"status": 403
! mfctl: RemoteFlow/1795232033402701/end/5/size: access is denied to the environment: Access Denied
! hint: reading needs s3:GetObject; without s3:ListBucket a missing object is refused like this too

# bytes that are not those that were stored
$ store reset '{}'; store put '{"kind": "s3", "bucket": "mf-dev", "key": "metaflow/RemoteFlow/data/d1/d1772156242db3deb5c2a64c47ee43a303317468", "text": "damaged"}'

$ mfctl --no-cache cat RemoteFlow/latest/end/5/size
! mfctl: RemoteFlow/1795232033402701/end/5/size: content has SHA-1 d9814db59cfe5e862cc98797296b9af679e71180, not the one of its name
= 1

$ mfctl --no-cache verify RemoteFlow/latest
wrong_sha  d1772156242db3deb5c2a64c47ee43a303317468  s3://mf-dev/metaflow/RemoteFlow/data/d1/d1772156242db3deb5c2a64c47ee43a303317468  needed by RemoteFlow/1795232033402701/_parameters/0/size (+6 more)
! 38 objects, 5.3 KB, 0 missing, 1 corrupt
= 7

@store azure
$ store fault '{"match": "RemoteFlow/data", "times": 2, "status": 503, "code": "ServerBusy"}'

$ mfctl --no-cache cat RemoteFlow/latest/end/5/size; store requests | grep -o '"status": [0-9]*'
2
"status": 200
"status": 503
"status": 503
"status": 206

$ store reset '{}'; store fault '{"match": "mf.cards.*html", "times": 1, "reset": 400000}'

$ mfctl --no-cache card save RemoteFlow/latest/start/1 -d out4 && cat out4/* | wc -c
out4/blank-summary-c858b84c6c104e65ba08df8b40caf7ba.html
1105299

$ store reset '{}'; store fault '{"match": "comp=list", "times": 1, "status": 500}'

$ mfctl --no-cache logs RemoteFlow/latest/work
worked on 0
worked on 1

@store gs
$ store fault '{"match": "RemoteFlow%2Fdata", "times": 2, "status": 503}'

$ mfctl --no-cache cat RemoteFlow/latest/end/5/size; store requests | grep -o '"kind": "gs"\|"status": [0-9]*'
2
"status": 200
"kind": "gs"
"status": 200
"kind": "gs"
"status": 503
"kind": "gs"
"status": 503
"kind": "gs"
"status": 206

$ store reset '{}'; store fault '{"match": "mf.cards.*html", "times": 1, "reset": 400000}'

$ mfctl --no-cache card save RemoteFlow/latest/start/1 -d out5 && cat out5/* | wc -c
out5/blank-summary-53064996c86d441f993c539a960369cd.html
1105299

# a token that is taken back in the middle
$ store reset '{}'; store fault '{"match": "RemoteFlow%2Fdata", "times": 1, "status": 401}'

$ mfctl --no-cache cat RemoteFlow/latest/end/5/size; store counts
2
{"tokens POST /token": 2, "gs GET object": 3}

# the endpoint that hands out tokens is busy
$ store reset '{}'; store fault '{"match": "^tokens", "times": 1, "status": 503}'

$ mfctl --no-cache cat RemoteFlow/latest/end/5/size
2
