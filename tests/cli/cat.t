# Values of artifacts.
$ mfctl cat TrainFlow/latest/start/1/learning_rate
1.8
$ mfctl cat TrainFlow/latest/start/1/learning_rate -o json
1.8
$ mfctl cat TrainFlow/latest/start/1/model -o json
{"kind":"logistic","l2":0.001,"threshold":0.5}
$ mfctl cat TrainFlow/latest/start/1/model
{'kind': 'logistic', 'l2': 0.001, 'threshold': 0.5}
$ mfctl cat TrainFlow/latest/start/1/learning_rate -o pickle | od -An -c
 200 004 225  \n  \0  \0  \0  \0  \0  \0  \0   G   ? 374 314 314
 314 314 314 315   .
$ mfctl cat 'TrainFlow/latest/start/1/learn*' -o json
{"pathspec":"TrainFlow/1795261450367307/start/1/learning_rate","name":"learning_rate","sha":"160aafde2506b7aa8158885a0af0b9c4514a969e","type":"float","value":1.8}
$ mfctl cat 'TrainFlow/*/start/*/epochs' -o ndjson
{"pathspec":"TrainFlow/1795261450367307/start/1/epochs","name":"epochs","sha":"7b2c219b4dd9cb15b275cd8ea3d5ea877b6ee632","type":"int","value":50}
{"pathspec":"TrainFlow/1795261441127560/start/1/epochs","name":"epochs","sha":"617e9f805daf4f32ffea8c50efd853ef2075fce5","type":"int","value":30}
{"pathspec":"TrainFlow/1795261429828576/start/1/epochs","name":"epochs","sha":"ae5584e88491f316fc115f73c1e79f3e5f15cf1f","type":"int","value":80}
{"pathspec":"TrainFlow/1795261425688054/start/1/epochs","name":"epochs","sha":"b8101d85682cbb0ea8c48e4157d6861f9b586592","type":"int","value":200}
{"pathspec":"TrainFlow/1795261418041307/start/1/epochs","name":"epochs","sha":"d6eff7aefd40dd63ef022f852abe26b759c06fac","type":"int","value":20}
{"pathspec":"TrainFlow/1795261409547943/start/1/epochs","name":"epochs","sha":"f0f858a6c309d50f105b528bcc71c251b0469f4e","type":"int","value":60}
{"pathspec":"TrainFlow/1795261407264317/start/1/epochs","name":"epochs","sha":"617e9f805daf4f32ffea8c50efd853ef2075fce5","type":"int","value":30}
{"pathspec":"TrainFlow/1795261399039399/start/1/epochs","name":"epochs","sha":"d265db9af3c844d73b4e83d7a86e4b89d539b5f4","type":"int","value":40}
{"pathspec":"TrainFlow/1795261393781486/start/1/epochs","name":"epochs","sha":"d6eff7aefd40dd63ef022f852abe26b759c06fac","type":"int","value":20}
{"pathspec":"TrainFlow/1795261388222273/start/1/epochs","name":"epochs","sha":"d6eff7aefd40dd63ef022f852abe26b759c06fac","type":"int","value":20}
$ mfctl cat TrainFlow/latest/start/1/learning_rate TrainFlow/latest/start/1/epochs
{"pathspec":"TrainFlow/1795261450367307/start/1/learning_rate","name":"learning_rate","sha":"160aafde2506b7aa8158885a0af0b9c4514a969e","type":"float","value":1.8}
{"pathspec":"TrainFlow/1795261450367307/start/1/epochs","name":"epochs","sha":"7b2c219b4dd9cb15b275cd8ea3d5ea877b6ee632","type":"int","value":50}
$ mfctl cat TrainFlow/latest/start/1/learning_rate TrainFlow/latest/start/1/nope -o json
{"pathspec":"TrainFlow/1795261450367307/start/1/learning_rate","name":"learning_rate","sha":"160aafde2506b7aa8158885a0af0b9c4514a969e","type":"float","value":1.8}
! mfctl: TrainFlow/1795261450367307/start/1: artifact “TrainFlow/1795261450367307/start/1/nope” not found
! hint: did you mean “TrainFlow/1795261450367307/start/1/name”?
! {"error":{"code":"not_found","message":"artifact \u201cTrainFlow/1795261450367307/start/1/nope\u201d not found","hint":"did you mean \u201cTrainFlow/1795261450367307/start/1/name\u201d?","where":"TrainFlow/1795261450367307/start/1"}}
= 6
$ mfctl cat TrainFlow/latest/end/nope/x
! mfctl: TrainFlow/1795261450367307/end: task “TrainFlow/1795261450367307/end/nope” not found
! hint: mfctl ls TrainFlow/1795261450367307/end lists what is there
= 3
$ mfctl cat 'TrainFlow/latest/start/1/zzz*'
! mfctl: TrainFlow/latest/start/1/zzz*: nothing matches
= 3
$ mfctl cat 'TrainFlow/latest/start/1/zzz*' -o json
! mfctl: TrainFlow/latest/start/1/zzz*: nothing matches
! {"error":{"code":"not_found","message":"nothing matches","hint":null,"where":"TrainFlow/latest/start/1/zzz*"}}
= 3
$ mfctl cat TrainFlow/latest/start/1/learning_rat
! mfctl: TrainFlow/1795261450367307/start/1: artifact “TrainFlow/1795261450367307/start/1/learning_rat” not found
! hint: did you mean “TrainFlow/1795261450367307/start/1/learning_rate”?
= 3
$ mfctl cat TrainFlow/latest
! mfctl: TrainFlow/latest: it names a run; cat prints artifacts (Flow/run/step/task/artifact) or all of a task
= 2
$ mfctl cat
! mfctl: cat: a PATHSPEC is missing
! hint: usage: mfctl cat PATHSPEC...; mfctl cat --help says more
= 2
$ mfctl cat TrainFlow/latest/start/1/_task_ok -o json
true
$ mfctl cat 'TrainFlow/latest/start/1/_t*' -o json
{"pathspec":"TrainFlow/1795261450367307/start/1/_transition","name":"_transition","sha":"c4f404534f6efb289dc575694cfb8bc5a2c8c341","type":"tuple","value":[["numeric","behaviour"],null]}
{"pathspec":"TrainFlow/1795261450367307/start/1/_task_ok","name":"_task_ok","sha":"868436778cb011a1c6230bc12534683ab0b7f1c3","type":"bool","value":true}
$ mfctl cat TrainFlow/latest/start/1/name
TrainFlow
$ mfctl cat NightlyEtlFlow/1795261413080806/start/1/day -o json
! mfctl: NightlyEtlFlow/1795261413080806/start: task “NightlyEtlFlow/1795261413080806/start/1” not found
! hint: mfctl ls NightlyEtlFlow/1795261413080806/start lists what is there
! {"error":{"code":"not_found","message":"task \u201cNightlyEtlFlow/1795261413080806/start/1\u201d not found","hint":"mfctl ls NightlyEtlFlow/1795261413080806/start lists what is there","where":"NightlyEtlFlow/1795261413080806/start"}}
= 3
$ printf '\200\004K\052.' > p; mfctl cat --pickle-file p -o json
42
$ printf '\200\004K' > p; mfctl cat --pickle-file p -o json
! mfctl: p: pickle: BININT1 at byte 2: the data ends within the argument
! {"error":{"code":"corrupt","message":"pickle: BININT1 at byte 2: the data ends within the argument","hint":null,"where":"p"}}
= 1
$ : > p; mfctl cat --pickle-file p -o json
! mfctl: p: pickle: end at byte 0: the data ends without STOP
! {"error":{"code":"corrupt","message":"pickle: end at byte 0: the data ends without STOP","hint":null,"where":"p"}}
= 1
$ mfctl cat --pickle-file nowhere -o json
! mfctl: nowhere: cannot open: No such file or directory
! {"error":{"code":"not_found","message":"cannot open: No such file or directory","hint":null,"where":"nowhere"}}
= 3
$ mfctl cat TrainFlow/latest/start/1/learning_rate --attempt 4
! mfctl: TrainFlow/1795261450367307/start/1: artifact “TrainFlow/1795261450367307/start/1/learning_rate” not found
! hint: mfctl ls TrainFlow/1795261450367307/start/1 lists what is there
= 3

# One that is not there does not take the others away.
$ mfctl cat TrainFlow/latest/end/7/n_rows TrainFlow/latest/end/7/nope TrainFlow/latest/end/7/train_rows -o ndjson 2>/dev/null | cut -c1-75
{"pathspec":"TrainFlow/1795261450367307/end/7/n_rows","name":"n_rows","sha"
{"pathspec":"TrainFlow/1795261450367307/end/7/train_rows","name":"train_row
$ mfctl cat TrainFlow/latest/end/7/n_rows TrainFlow/latest/end/7/nope > /dev/null
! mfctl: TrainFlow/1795261450367307/end/7: artifact “TrainFlow/1795261450367307/end/7/nope” not found
! hint: did you mean “TrainFlow/1795261450367307/end/7/name”?
= 6
