# What loading artifacts would import or call. covers: artifacts.c
$ mfctl audit TrainFlow/latest
$ mfctl audit TrainFlow/latest/start --all
safe	call	numpy._core.multiarray._reconstruct	TrainFlow/1795261450367307/start/1/y
safe	import	numpy.ndarray	TrainFlow/1795261450367307/start/1/y
safe	call	numpy.dtype	TrainFlow/1795261450367307/start/1/y
safe	call	numpy._core.multiarray._reconstruct	TrainFlow/1795261450367307/start/1/train_rows
safe	import	numpy.ndarray	TrainFlow/1795261450367307/start/1/train_rows
safe	call	numpy.dtype	TrainFlow/1795261450367307/start/1/train_rows
safe	call	metaflow.includefile.IncludedFile	TrainFlow/1795261450367307/start/1/customers
$ mfctl audit TrainFlow/latest/start/1/model --all -o json
[{"pathspec":"TrainFlow/1795261450367307/start/1/model","risk":"safe","findings":[]}]
$ mfctl audit 'TrainFlow/latest/start/1/_*' -o ndjson
{"pathspec":"TrainFlow/1795261450367307/start/1/_transition","risk":"safe","findings":[]}
{"pathspec":"TrainFlow/1795261450367307/start/1/_task_ok","risk":"safe","findings":[]}
{"pathspec":"TrainFlow/1795261450367307/start/1/_success","risk":"safe","findings":[]}
{"pathspec":"TrainFlow/1795261450367307/start/1/_iteration_stack","risk":"safe","findings":[]}
{"pathspec":"TrainFlow/1795261450367307/start/1/_graph_info","risk":"safe","findings":[]}
{"pathspec":"TrainFlow/1795261450367307/start/1/_foreach_var","risk":"safe","findings":[]}
{"pathspec":"TrainFlow/1795261450367307/start/1/_foreach_stack","risk":"safe","findings":[]}
{"pathspec":"TrainFlow/1795261450367307/start/1/_foreach_num_splits","risk":"safe","findings":[]}
{"pathspec":"TrainFlow/1795261450367307/start/1/_exception","risk":"safe","findings":[]}
{"pathspec":"TrainFlow/1795261450367307/start/1/_current_step","risk":"safe","findings":[]}
{"pathspec":"TrainFlow/1795261450367307/start/1/_configs_processed","risk":"safe","findings":[]}
$ mfctl audit TrainFlow --private --all | cut -f 1-3 | sort | uniq -c
      1 safe	call	metaflow.exception.MetaflowExceptionWrapper
     75 safe	call	metaflow.includefile.IncludedFile
    209 safe	call	numpy._core.multiarray._reconstruct
    209 safe	call	numpy.dtype
    209 safe	import	numpy.ndarray
$ mfctl audit TrainFlow/latest --private -o json | python3 -c 'import json, sys; d = json.load(sys.stdin); print(len(d) > 20, {x["risk"] for x in d})'
True {'safe'}
$ printf 'cos\nsystem\n(S"id"\ntR0N.' > evil.pkl; mfctl audit --pickle-file evil.pkl
dangerous	call	os.system	evil.pkl
= 7
$ mfctl audit --pickle-file evil.pkl -o json
[{"pathspec":"evil.pkl","risk":"dangerous","findings":[{"name":"os.system","action":"call","risk":"dangerous"}]}]
= 7
$ printf 'cos\nsystem\n(S"id"\ntR' > evil.pkl; mfctl audit --pickle-file evil.pkl -o ndjson
{"pathspec":"evil.pkl","risk":"dangerous","findings":[{"name":"os.system","action":"call","risk":"dangerous"}],"$error":{"code":"corrupt","message":"pickle: end at byte 20: the data ends without STOP"}}
! mfctl: evil.pkl: pickle: end at byte 20: the data ends without STOP
! {"error":{"code":"corrupt","message":"pickle: end at byte 20: the data ends without STOP","hint":null,"where":"evil.pkl"}}
= 7
$ printf 'cmy.models\nNet\n)R' > cut.pkl; mfctl audit --pickle-file cut.pkl
unknown	call	my.models.Net	cut.pkl
! mfctl: cut.pkl: pickle: end at byte 17: the data ends without STOP
= 6
$ printf 'cmy.models\nNet\n)R.' > other.pkl; mfctl audit --pickle-file other.pkl
unknown	call	my.models.Net	other.pkl
$ printf 'cmodel\nN\033[31m\tx\n.' > odd.pkl; mfctl audit --pickle-file odd.pkl
unknown	import	model.N\x1b[31m\tx	odd.pkl
$ printf 'N.' > none.pkl; mfctl audit --pickle-file none.pkl --all; mfctl audit --pickle-file none.pkl -o json
[{"pathspec":"none.pkl","risk":"safe","findings":[]}]
$ mfctl audit --pickle-file missing.pkl
! mfctl: missing.pkl: cannot open: No such file or directory
= 3
# Stored in a history: a blob in place of another's.
$ sha=$(mfctl ls TrainFlow/latest/end/* --fields sha -o tsv --no-headers | tail -1); f=.metaflow/TrainFlow/data/$(echo $sha | cut -c1-2)/$sha; rm -f $f; echo broken > $f; mfctl audit TrainFlow/latest/end; echo $?
6
! mfctl: TrainFlow/1795261450367307/end/7/accuracy: content has SHA-1 875e6f60a586ef725452e9be98683069903f2e1b, not the one of its name
# A dangerous one in place of a value, under its right name.
$ printf 'cos\nsystem\n(S"id"\ntR0N.' > evil.pkl; new=$(sha1sum < evil.pkl | cut -c1-40); old=$(mfctl ls TrainFlow/latest/start/1 --fields name,sha -o tsv --no-headers | awk '$1 == "model" { print $2 }'); mkdir -p .metaflow/TrainFlow/data/$(echo $new | cut -c1-2); gzip -c evil.pkl > .metaflow/TrainFlow/data/$(echo $new | cut -c1-2)/$new; grep -rl $old .metaflow/TrainFlow/1795261450367307/start/1 | xargs sed -i s/$old/$new/; mfctl cat TrainFlow/latest/start/1/model
None
$ mfctl audit TrainFlow/latest
dangerous	call	os.system	TrainFlow/1795261450367307/start/1/model
! mfctl: TrainFlow/1795261450367307/end/7/accuracy: content has SHA-1 875e6f60a586ef725452e9be98683069903f2e1b, not the one of its name
! mfctl: TrainFlow/1795261450367307/evaluate/6/accuracy: content has SHA-1 875e6f60a586ef725452e9be98683069903f2e1b, not the one of its name
= 7
$ mfctl audit TrainFlow/latest/start/1/model -o json
[{"pathspec":"TrainFlow/1795261450367307/start/1/model","risk":"dangerous","findings":[{"name":"os.system","action":"call","risk":"dangerous"}]}]
= 7
$ mfctl audit TrainFlow/latest/nope
! mfctl: TrainFlow/1795261450367307: step “TrainFlow/1795261450367307/nope” not found
! hint: mfctl ls TrainFlow/1795261450367307 lists what is there
= 3
$ mfctl audit TrainFlow/nope
! mfctl: TrainFlow: run “TrainFlow/nope” not found
! hint: mfctl ls TrainFlow lists what is there
= 3
$ mfctl audit 'TrainFlow/latest/start/1/zzz*' -o json
! mfctl: TrainFlow/latest/start/1/zzz*: nothing matches
! {"error":{"code":"not_found","message":"nothing matches","hint":null,"where":"TrainFlow/latest/start/1/zzz*"}}
= 3
$ mfctl audit
! mfctl: audit: a PATHSPEC is missing
! hint: usage: mfctl audit PATHSPEC...; mfctl audit --help says more
= 2
