# Everything that may stand between us and the metadata service, in words and exit codes: 5 network, 4 access, 3 not found.
@service

# not there, or not named
$ METAFLOW_SERVICE_RETRY_COUNT=1 METAFLOW_SERVICE_URL=http://127.0.0.1:1 mfctl ls
! mfctl: http://127.0.0.1:1/flows: connection refused
! hint: is the service running, is the port right?
= 5
$ METAFLOW_SERVICE_RETRY_COUNT=1 mfctl --metadata service@http://127.0.0.1:1 ls TrainFlow -o json
! mfctl: http://127.0.0.1:1: connection refused
! hint: is the service running, is the port right?
! {"error":{"code":"network","message":"connection refused","hint":"is the service running, is the port right?","where":"http://127.0.0.1:1"}}
= 5
$ METAFLOW_SERVICE_RETRY_COUNT=1 mfctl --metadata service@http://nowhere.invalid ls | cat
! mfctl: http://nowhere.invalid/flows: cannot find host “nowhere.invalid”
! hint: is the name right, and is there a network?
$ mfctl --metadata service@ftp://127.0.0.1 ls
! mfctl: ftp://127.0.0.1: the URL of the metadata service must start with http:// or https://
! hint: it is METAFLOW_SERVICE_URL, or --metadata service@URL
= 2
$ METAFLOW_SERVICE_URL= mfctl ls
! mfctl: ls: the metadata provider is “service” (environment), and METAFLOW_SERVICE_URL is not set
! hint: set it, or use --metadata service@URL or local@DIR
= 2
$ env -u METAFLOW_SERVICE_URL mfctl ls TrainFlow -o json
! mfctl: ls: the metadata provider is “service” (environment), and METAFLOW_SERVICE_URL is not set
! hint: set it, or use --metadata service@URL or local@DIR
! {"error":{"code":"usage","message":"the metadata provider is \u201cservice\u201d (environment), and METAFLOW_SERVICE_URL is not set","hint":"set it, or use --metadata service@URL or local@DIR","where":null}}
= 2
$ env -u METAFLOW_SERVICE_URL -u METAFLOW_DEFAULT_METADATA mfctl --metadata local@. ls -o name --limit 1
ForecastFlow
$ mfctl ls NoFlow
! mfctl: ls: flow “NoFlow” not found
= 3
$ mfctl show TrainFlow/1
! mfctl: TrainFlow: run “TrainFlow/1” not found
! hint: mfctl ls TrainFlow lists what is there
= 3
$ mfctl show TrainFlow/latest/nope -o json
! mfctl: TrainFlow/1795261450367307: step “TrainFlow/1795261450367307/nope” not found
! hint: mfctl ls TrainFlow/1795261450367307 lists what is there
! {"error":{"code":"not_found","message":"step \u201cTrainFlow/1795261450367307/nope\u201d not found","hint":"mfctl ls TrainFlow/1795261450367307 lists what is there","where":"TrainFlow/1795261450367307"}}
= 3
$ mfctl show TrainFlow/latest/train/99
! mfctl: TrainFlow/1795261450367307/train: task “TrainFlow/1795261450367307/train/99” not found
! hint: mfctl ls TrainFlow/1795261450367307/train lists what is there
= 3
$ mfctl logs TrainFlow/99999999999999999999/start
! mfctl: TrainFlow: run “TrainFlow/99999999999999999999” not found
! hint: mfctl ls TrainFlow lists what is there
= 3

# a path in front of it
$ METAFLOW_SERVICE_URL=$METAFLOW_SERVICE_URL/metadata mfctl ls
! mfctl: http://127.0.0.1:PORT/metadata: the service does not know this request
! hint: it is too old for it, or the URL lacks a path prefix; `mfctl doctor` tells more
= 1
$ METAFLOW_SERVICE_URL=$METAFLOW_SERVICE_URL/ mfctl ls -o name --limit 1
ForecastFlow
@service --prefix /api/metadata
$ METAFLOW_SERVICE_URL=$METAFLOW_SERVICE_URL/api/metadata mfctl ls -o name --limit 1
ForecastFlow
$ METAFLOW_SERVICE_URL=$METAFLOW_SERVICE_URL/api/metadata/ mfctl show TrainFlow/latest --fields status
status
completed
$ mfctl ls
! mfctl: http://127.0.0.1:PORT: the service does not know this request
! hint: it is too old for it, or the URL lacks a path prefix; `mfctl doctor` tells more
= 1

# a gateway that answers for it
@service --require-header 'X-Secret: k-123'
$ mfctl ls
! mfctl: http://127.0.0.1:PORT: access was refused (HTTP 403): Forbidden
! hint: the service itself asks for nothing, a gateway does: check METAFLOW_SERVICE_AUTH_KEY, METAFLOW_SERVICE_HEADERS or MFCTL_SERVICE_HEADERS_COMMAND
= 4
$ METAFLOW_SERVICE_HEADERS='{"X-Secret": "wrong-456"}' mfctl ls -o json
! mfctl: http://127.0.0.1:PORT: access was refused (HTTP 403): Forbidden
! hint: the service itself asks for nothing, a gateway does: check METAFLOW_SERVICE_AUTH_KEY, METAFLOW_SERVICE_HEADERS or MFCTL_SERVICE_HEADERS_COMMAND
! {"error":{"code":"not_allowed","message":"access was refused (HTTP 403): Forbidden","hint":"the service itself asks for nothing, a gateway does: check METAFLOW_SERVICE_AUTH_KEY, METAFLOW_SERVICE_HEADERS or MFCTL_SERVICE_HEADERS_COMMAND","where":"http://127.0.0.1:PORT"}}
= 4
$ METAFLOW_SERVICE_HEADERS='{"x-secret": "k-123"}' mfctl ls -o name --limit 2
ForecastFlow
NestedSweepFlow
$ METAFLOW_SERVICE_HEADERS='not json' mfctl ls
! mfctl: ls: METAFLOW_SERVICE_HEADERS is no JSON object of headers
! hint: it looks like {"Authorization": "Bearer …"}
= 2
$ MFCTL_SERVICE_HEADERS_COMMAND='echo "X-Secret: k-123"' mfctl ls -o name --limit 1
ForecastFlow
$ MFCTL_SERVICE_HEADERS_COMMAND='echo "{\"X-Secret\": \"k-123\"}"' mfctl show TrainFlow/latest --fields status
status
completed
$ MFCTL_SERVICE_HEADERS_COMMAND='exit 3' mfctl ls
! mfctl: ls: MFCTL_SERVICE_HEADERS_COMMAND ended with status 3
! hint: run it by itself: it must print “Name: value” lines, or one JSON object
= 4
$ MFCTL_SERVICE_HEADERS_COMMAND='echo "no header at all"' mfctl ls
! mfctl: ls: the output of MFCTL_SERVICE_HEADERS_COMMAND holds something that is no HTTP header
! hint: names are letters, digits and dashes; values are one line
= 2
$ METAFLOW_SERVICE_HEADERS='{"X-Secret": "k-123", "X-Other": "o-789"}' mfctl ls TrainFlow --limit 2 --fields id --no-cache --debug=http 2>&1 | sed 's/ [0-9]* ms$/ N ms/'
debug: http GET /flows/TrainFlow 200 105 B N ms
debug: http GET /flows/TrainFlow/runs?_limit=3 200 911 B N ms
debug: http GET /flows/TrainFlow/runs?_limit=500&_cursor=eyJ0c19lcG9jaCI6IDE3OTUyNjE0NjYwNTMsICJydW5fbnVtYmVyIjogMTc5NTI2MTQwOTU0Nzk0M30%3D 200 1.8 KB N ms
id
1795261450367307
1795261441127560
$ METAFLOW_SERVICE_HEADERS='{"X-Secret": "wrong-456"}' METAFLOW_SERVICE_AUTH_KEY=k-789 mfctl ls --debug 2>&1 | grep -c -e wrong-456 -e k-789
0
= 1
$ METAFLOW_SERVICE_HEADERS='{"X-Secret": "wrong-456"}' METAFLOW_SERVICE_AUTH_KEY=k-789 mfctl config show | grep -c -e wrong-456 -e k-789
0
= 1
@service --require-header 'x-api-key: k-789'
$ METAFLOW_SERVICE_AUTH_KEY=k-789 mfctl ls -o name --limit 1
ForecastFlow

# 401: the command is asked once more, and its new word counts
@service
$ double fault '{"match": "^GET /flows", "times": 1, "status": 401, "body": {"message": "The incoming token has expired"}}'
{}
$ MFCTL_SERVICE_HEADERS_COMMAND='echo run >> asked; echo "Authorization: Bearer t-$(wc -l < asked)"' mfctl ls -o name --limit 1; wc -l < asked
ForecastFlow
2
$ double log | grep -o 'Bearer t-[0-9]'
Bearer t-1
Bearer t-2
$ double fault '{"match": "^GET /flows", "times": 1, "status": 401, "body": {"message": "The incoming token has expired"}}'
{}
$ mfctl ls
! mfctl: http://127.0.0.1:PORT: access was refused (HTTP 401): The incoming token has expired
! hint: the service itself asks for nothing, a gateway does: check METAFLOW_SERVICE_AUTH_KEY, METAFLOW_SERVICE_HEADERS or MFCTL_SERVICE_HEADERS_COMMAND
= 4

# pages where JSON should be
$ double fault '{"times": 1, "body": "<!doctype html><title>Sign in</title>", "type": "text/html"}'
{}
$ mfctl ls -o json
! mfctl: http://127.0.0.1:PORT: a web page came where the metadata service should answer (HTTP 200)
! hint: a login page, a gateway's error page, or the address of something else
! {"error":{"code":"network","message":"a web page came where the metadata service should answer (HTTP 200)","hint":"a login page, a gateway's error page, or the address of something else","where":"http://127.0.0.1:PORT"}}
= 5
$ double fault '{"times": 1, "status": 302, "body": "", "headers": {"Location": "https://login.example.com/?next=x&secret=y"}}'
{}
$ mfctl ls
! mfctl: http://127.0.0.1:PORT: the service's address redirects (HTTP 302) to login.example.com
! hint: a login page, most likely: give METAFLOW_SERVICE_HEADERS, or the address behind it
= 4
$ double fault '{"times": 1, "body": "[{\"flow_id\": \"A\", \"ts_epoch\": 1}, 7", "type": "application/json"}'
{}
$ mfctl ls
! mfctl: the flows: the service sent a JSON array that does not end
= 1
$ double fault '{"times": 1, "body": {"message": "hello"}, "status": 418}'
{}
$ mfctl ls
! mfctl: http://127.0.0.1:PORT: the service refused the request (HTTP 418): hello
= 1

# down for a while, down for good
$ double fault '{"times": 3, "status": 503, "body": "upstream connect error", "headers": {"Retry-After": "0"}}'
{}
$ mfctl ls -o name --limit 1 --stats 2>&1 | sed 's/,.*//'
ForecastFlow
stats: requests 4
$ double fault '{"times": 2, "close": true}'
{}
$ mfctl ls -o name --limit 1
ForecastFlow
$ double fault '{"times": 2, "cut": 30}'
{}
$ mfctl ls -o name --limit 1
ForecastFlow
$ double fault '{"times": 1, "gzip": true}'
{}
$ mfctl ls -o name --limit 1
ForecastFlow
$ double fault '{"status": 503, "body": "upstream connect error"}'
{}
$ METAFLOW_SERVICE_RETRY_COUNT=2 mfctl ls -o json --no-cache
! mfctl: http://127.0.0.1:PORT: a gateway cannot reach the metadata service (HTTP 503): upstream connect error
! hint: the service is down, restarting, or too slow for the gateway; try again
! {"error":{"code":"network","message":"a gateway cannot reach the metadata service (HTTP 503): upstream connect error","hint":"the service is down, restarting, or too slow for the gateway; try again","where":"http://127.0.0.1:PORT"}}
= 5
$ METAFLOW_SERVICE_RETRY_COUNT=1 mfctl show TrainFlow/latest --no-cache
! mfctl: http://127.0.0.1:PORT: a gateway cannot reach the metadata service (HTTP 503): upstream connect error
! hint: the service is down, restarting, or too slow for the gateway; try again
= 5
$ METAFLOW_SERVICE_RETRY_COUNT=1 mfctl tag add TrainFlow/latest x
! mfctl: http://127.0.0.1:PORT: a gateway cannot reach the metadata service (HTTP 503): upstream connect error
! hint: the service is down, restarting, or too slow for the gateway; try again
= 5
$ mfctl --timeout 1s ls --no-cache
! mfctl: http://127.0.0.1:PORT: a gateway cannot reach the metadata service (HTTP 503): upstream connect error
! hint: the service is down, restarting, or too slow for the gateway; try again
= 5
$ double fault []
{}
$ double fault '{"status": 500, "body": {"err_msg": {"pgerror": null, "pgcode": null}}}'
{}
$ METAFLOW_SERVICE_RETRY_COUNT=1 mfctl ls TrainFlow
! mfctl: http://127.0.0.1:PORT: the service cannot reach its database (HTTP 500)
! hint: it recovers by itself when the database is back; try again
= 5
$ double fault []
{}
$ double fault '{"status": 500, "body": {"err_msg": {"pgerror": "ERROR:  column \"x\" does not exist", "pgcode": "42703", "diag": {"message_primary": "column \"x\" does not exist"}}}}'
{}
$ METAFLOW_SERVICE_RETRY_COUNT=1 mfctl ls TrainFlow
! mfctl: http://127.0.0.1:PORT: the service and its database do not fit together (HTTP 500): column "x" does not exist
! hint: a migration of the database is under way, or was left out; `mfctl doctor` tells more
= 5
$ double fault []
{}

# some of it fails: the rest is told
$ double fault '{"match": "steps/train/tasks", "status": 500, "body": {"err_msg": {"pgerror": null, "pgcode": null}}}'
{}
$ METAFLOW_SERVICE_RETRY_COUNT=1 mfctl ls TrainFlow/latest --fields id,n_tasks -o ndjson --no-cache
{"id":"end","n_tasks":1}
{"id":"evaluate","n_tasks":1}
{"id":"train","n_tasks":{"$error":{"code":"network","message":"the service cannot reach its database (HTTP 500)"}}}
{"id":"features","n_tasks":1}
{"id":"behaviour","n_tasks":1}
{"id":"numeric","n_tasks":1}
{"id":"start","n_tasks":1}
! mfctl: TrainFlow/1795261450367307/train: n_tasks: the service cannot reach its database (HTTP 500)
! hint: it recovers by itself when the database is back; try again
! {"error":{"code":"network","message":"the service cannot reach its database (HTTP 500)","hint":"it recovers by itself when the database is back; try again","where":"TrainFlow/1795261450367307/train: n_tasks"}}
= 6
$ METAFLOW_SERVICE_RETRY_COUNT=1 mfctl ls 'TrainFlow/latest/*' -o name --no-cache
TrainFlow/1795261450367307/end/7
TrainFlow/1795261450367307/evaluate/6
TrainFlow/1795261450367307/features/4
TrainFlow/1795261450367307/behaviour/3
TrainFlow/1795261450367307/numeric/2
TrainFlow/1795261450367307/start/1
! mfctl: TrainFlow/1795261450367307/train: the service cannot reach its database (HTTP 500)
! hint: it recovers by itself when the database is back; try again
= 6
$ METAFLOW_SERVICE_RETRY_COUNT=1 mfctl cat 'TrainFlow/latest/*/*/accuracy' -o json --no-cache
{"pathspec":"TrainFlow/1795261450367307/end/7/accuracy","name":"accuracy","sha":"1c627ebd64e619dd8a44e11c42b5c19286104fa8","type":"float","value":0.825}
{"pathspec":"TrainFlow/1795261450367307/evaluate/6/accuracy","name":"accuracy","sha":"1c627ebd64e619dd8a44e11c42b5c19286104fa8","type":"float","value":0.825}
{"pathspec":"TrainFlow/1795261450367307/train/*/accuracy","name":"accuracy","$error":{"code":"network","message":"the service cannot reach its database (HTTP 500)"}}
! mfctl: http://127.0.0.1:PORT: the service cannot reach its database (HTTP 500)
! hint: it recovers by itself when the database is back; try again
! {"error":{"code":"network","message":"the service cannot reach its database (HTTP 500)","hint":"it recovers by itself when the database is back; try again","where":"http://127.0.0.1:PORT"}}
= 6
$ double fault []
{}

# writing is not tried twice where it may have been done
@service --writable
$ double fault '{"match": "PATCH", "times": 2, "status": 409, "body": ""}'
{}
$ mfctl tag add TrainFlow/latest once -o json
{"pathspec":"TrainFlow/1795261450367307","tags":["metaflow_version:2.19.39","once","python_version:3.11.7","release","runtime:dev","user:alice","v1.4"],"user_tags":["once","release","v1.4"],"system_tags":["metaflow_version:2.19.39","python_version:3.11.7","runtime:dev","user:alice"]}
$ double fault '{"match": "PATCH", "times": 1, "status": 500, "body": "boom"}'
{}
$ mfctl tag add TrainFlow/latest twice
! mfctl: http://127.0.0.1:PORT: the service failed (HTTP 500): boom
= 5
$ mfctl tag add TrainFlow/latest twice && mfctl tag list TrainFlow/latest --fields user_tags -o json
{"pathspec":"TrainFlow/1795261450367307","tags":["metaflow_version:2.19.39","once","python_version:3.11.7","release","runtime:dev","twice","user:alice","v1.4"],"user_tags":["once","release","twice","v1.4"],"system_tags":["metaflow_version:2.19.39","python_version:3.11.7","runtime:dev","user:alice"]}
