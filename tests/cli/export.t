# Export to files. covers: progress.c
$ mfctl export TrainFlow/latest -d out --jobs 1
! exported 95 files, 1.3 MB to out
$ find out -type f | LC_ALL=C sort | sed -n '1,30p'
out/TrainFlow/1795261450367307/behaviour/3/columns.json
out/TrainFlow/1795261450367307/behaviour/3/customers.txt
out/TrainFlow/1795261450367307/behaviour/3/epochs.json
out/TrainFlow/1795261450367307/behaviour/3/learning_rate.json
out/TrainFlow/1795261450367307/behaviour/3/metadata.json
out/TrainFlow/1795261450367307/behaviour/3/model.json
out/TrainFlow/1795261450367307/behaviour/3/n_rows.json
out/TrainFlow/1795261450367307/behaviour/3/ratios.npy
out/TrainFlow/1795261450367307/behaviour/3/stderr.log
out/TrainFlow/1795261450367307/behaviour/3/stdout.log
out/TrainFlow/1795261450367307/behaviour/3/train_rows.npy
out/TrainFlow/1795261450367307/behaviour/3/y.npy
out/TrainFlow/1795261450367307/end/7/accuracy.json
out/TrainFlow/1795261450367307/end/7/columns.json
out/TrainFlow/1795261450367307/end/7/customers.txt
out/TrainFlow/1795261450367307/end/7/epochs.json
out/TrainFlow/1795261450367307/end/7/learning_rate.json
out/TrainFlow/1795261450367307/end/7/losses.json
out/TrainFlow/1795261450367307/end/7/metadata.json
out/TrainFlow/1795261450367307/end/7/metrics.json
out/TrainFlow/1795261450367307/end/7/model.json
out/TrainFlow/1795261450367307/end/7/n_rows.json
out/TrainFlow/1795261450367307/end/7/stderr.log
out/TrainFlow/1795261450367307/end/7/stdout.log
out/TrainFlow/1795261450367307/end/7/train_rows.npy
out/TrainFlow/1795261450367307/end/7/weights.npy
out/TrainFlow/1795261450367307/end/7/x.npy
out/TrainFlow/1795261450367307/end/7/y.npy
out/TrainFlow/1795261450367307/evaluate/6/accuracy.json
out/TrainFlow/1795261450367307/evaluate/6/cards/default-metrics-d8f2e348db0f4051bc8a743e298c25af.html
$ cat out/TrainFlow/1795261450367307/start/1/model.json
{"kind":"logistic","l2":0.001,"threshold":0.5}
$ mfctl logs TrainFlow/latest/start/1 --stdout | cmp - out/TrainFlow/1795261450367307/start/1/stdout.log
$ python3 -c "import json; m = json.load(open('out/manifest.json')); print(m['mfkit'], m['created_at'], m['source'].split('/')[0]); print(len(m['files']), m['summary'])"
0.1.0 2026-11-22T12:00:00.000Z local@
95 {'files': 95, 'bytes': 1353112, 'kept': 0, 'skipped': 0, 'failed': 0}
$ grep -h '"kind":"artifact"' out/manifest.json | grep '/start/1/model"'
{"pathspec":"TrainFlow/1795261450367307/start/1/model","kind":"artifact","sha":"0fe9c37d03492b2528073d7000895b448d783925","size":47,"type":"dict","file":"TrainFlow/1795261450367307/start/1/model.json","file_sha":"41099b90bf9c340aee1a680eef9975b9a52c26a3","status":"ok"},
$ mfctl export TrainFlow/latest -d out --resume
! exported 8 files, 5.2 KB to out (87 kept)
$ rm out/TrainFlow/1795261450367307/start/1/model.json; mfctl export TrainFlow/latest/start -d out --resume --only artifacts -o json
{"dir":"out","source":"local@$DIR","files":1,"bytes":47,"kept":7,"skipped":0,"failed":0}
! exported 1 file, 47 B to out (7 kept)
# One artifact, in the formats.
$ mfctl export TrainFlow/latest/start/1/model -d one --format pickle --verify && find one -type f | sort
one/TrainFlow/1795261450367307/start/1/model.pkl
one/manifest.json
! exported 1 file, 69 B to one
$ mfctl cat TrainFlow/latest/start/1/model -o pickle | cmp - one/TrainFlow/1795261450367307/start/1/model.pkl
$ mfctl export 'TrainFlow/*/start/*/epochs' -d many -q -o json
{"dir":"many","source":"local@$DIR","files":10,"bytes":31,"kept":0,"skipped":0,"failed":0}
$ find many -name '*.json' | wc -l
11
$ mfctl export TrainFlow/latest/start -d npy --format npy --only artifacts --include 'e*'
! exported 0 files, 0 B to npy (1 skipped: not of that format)
$ mfctl export TrainFlow/latest/start/1/epochs -d npy --format npy
! mfctl: TrainFlow/1795261450367307/start/1/epochs: it is no array
! hint: -o json and -o pickle take any value
! exported 0 files, 0 B to npy (1 failed)
= 6
# A blob that is gone: the rest is exported.
$ sha=$(mfctl show TrainFlow/latest/start/1/model -o json --fields sha | cut -d'"' -f4); rm .metaflow/TrainFlow/data/$(echo $sha | cut -c1-2)/$sha; mfctl export TrainFlow/latest/start -d lost --only artifacts --jobs 1
! mfctl: TrainFlow/1795261450367307/start/1/model: blob 0fe9c37d03492b2528073d7000895b448d783925 is missing from the datastore
! exported 7 files, 10.3 KB to lost (1 failed)
= 6
$ mfctl export TrainFlow/latest/start/1/model -d lost --only artifacts --jobs 1 -o json
{"dir":"lost","source":"local@$DIR","files":0,"bytes":0,"kept":0,"skipped":0,"failed":1}
! mfctl: TrainFlow/1795261450367307/start/1/model: blob 0fe9c37d03492b2528073d7000895b448d783925 is missing from the datastore
! {"error":{"code":"not_found","message":"blob 0fe9c37d03492b2528073d7000895b448d783925 is missing from the datastore","hint":null,"where":"TrainFlow/1795261450367307/start/1/model"}}
! exported 0 files, 0 B to lost (1 failed)
= 6
$ grep -c '"status":"failed"' lost/manifest.json
1
# Links are not followed, and the history itself is left alone.
$ mkdir -p link elsewhere && ln -s ../elsewhere link/TrainFlow && mfctl export TrainFlow/latest/start/1/epochs -d link; find elsewhere
elsewhere
! mfctl: TrainFlow/1795261450367307/start/1: a link or file is in the way of the directory
! exported 0 files, 0 B to link (1 failed)
$ mfctl export TrainFlow/latest -d .metaflow
! mfctl: .metaflow: it is the history itself: export to another directory
= 2
# Wrong use.
$ mfctl export TrainFlow/latest
! mfctl: export: -d DIR is missing: where to write
! hint: usage: mfctl export PATHSPEC... -d DIR; mfctl export --help says more
= 2
$ mfctl export -d out
! mfctl: export: a PATHSPEC is missing
! hint: usage: mfctl export PATHSPEC... -d DIR; mfctl export --help says more
= 2
$ mfctl export TrainFlow -d out
! mfctl: TrainFlow: it names a flow; runs, steps, tasks and artifacts can be exported
! hint: TrainFlow/latest is its newest run, 'TrainFlow/*' are all
= 2
$ mfctl export TrainFlow/latest -d out --only everything
! mfctl: export: --only everything: it is a list of artifacts, logs, cards, code, metadata
! hint: usage: mfctl export PATHSPEC... -d DIR; mfctl export --help says more
= 2
$ mfctl export TrainFlow/latest -d out --format xml
! mfctl: export: --format xml: it is auto, json, text, raw, pickle, npy or csv
! hint: usage: mfctl export PATHSPEC... -d DIR; mfctl export --help says more
= 2
$ mfctl export 'TrainFlow/none*' -d out
! mfctl: TrainFlow/none*: nothing matches
= 3
$ mfctl export TrainFlow/1 -d out
! mfctl: TrainFlow: run “TrainFlow/1” not found
! hint: mfctl ls TrainFlow lists what is there
= 3
$ (flock 9; mfctl export TrainFlow/latest/start/1/epochs -d held) 9>held.lock; ls held
TrainFlow
manifest.json
! exported 1 file, 3 B to held
$ mkdir -p busy && touch busy/manifest.ndjson.part && flock busy/manifest.ndjson.part mfctl export TrainFlow/latest -d busy
! mfctl: busy: another export is writing there
! hint: wait for it, or export to another directory
= 1
$ mfctl export --help
Examples
  mfctl export TrainFlow/latest -d out
      a whole run
  mfctl export 'TrainFlow/latest/train/*/model' -d models --format pickle
      the models of all its tasks
  mfctl export TrainFlow/latest TrainFlow/latest~1 TrainFlow/latest~2 -d cards --only cards
      only the cards of the newest three runs
  mfctl export TrainFlow/latest -d out --resume
      go on where it was interrupted
\
Usage
  mfctl export [OPTIONS] PATHSPEC... -d DIR
      write artifacts, logs, cards and code to files
\
Options
  -d, --dir DIR                write there (made if it is not there)
      --only a,b               of artifacts, logs, cards, code, metadata (default: all)
      --include GLOB           only artifacts whose names match
      --format FORMAT          auto (default), json, text, raw, pickle, npy, csv
      --jobs N                 threads (default: one per core, 32 for an object store)
      --resume                 keep what an earlier export has written
      --verify                 read back what is written, hash what is kept
      --private                hidden steps and artifacts too
      --attempt N              of that attempt
\
Writes DIR/Flow/run/step/task/NAME.EXT, stdout.log, stderr.log, metadata.json, cards/; DIR/Flow/run/run.json and
code/; and DIR/manifest.json, which names every file of this and of earlier exports to DIR.
Names: what a path or file system could misread is %XX of its bytes; where two names differ in capitals only,
the capitals are; long names are cut and end in %~ and a hash.
npy and csv leave out artifacts that are no array or table. Exit code 6: something failed, each is named.
\
Options of every command: mfctl help options
