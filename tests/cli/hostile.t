# Odd names, damaged files.
# A history of our own beside the demo.
$ mkdir -p h/.metaflow/F/_meta; echo '{"flow_id": "F", "ts_epoch": 1}' > h/.metaflow/F/_meta/_self.json; cd h && mfctl ls F
id	created_at	user_name	user_tags	status	duration_ms
$ cd h && mfctl ls F -o json
[]
$ cd h && mfctl show F/latest
! mfctl: F: flow “F” has no run that “latest” names: 0 match “latest”
= 3
$ cd h/.metaflow/F && mkdir -p 'a b' "q'q" 'd"d' && for d in 'a b' "q'q" 'd"d'; do mkdir "$d/_meta"; printf '%s' '{"ts_epoch": 1795224813909, "tags": ["x\u001b[31mred", "tab\there", "line\nend", "\u202egnp"], "system_tags": []}' > "$d/_meta/_self.json"; done
$ cd h && mfctl ls F --fields id,user_tags -o table
RUN  TAGS
q'q  line\nend tab\there x\x1b[31mred \u202egnp
d"d  line\nend tab\there x\x1b[31mred \u202egnp
a b  line\nend tab\there x\x1b[31mred \u202egnp
$ cd h && mfctl ls F --fields id,user_tags -o csv
id,user_tags
q'q,"line
end,tab	here,x\x1b[31mred,\u202egnp"
"d""d","line
end,tab	here,x\x1b[31mred,\u202egnp"
a b,"line
end,tab	here,x\x1b[31mred,\u202egnp"
$ cd h && mfctl ls F --fields id,user_tags -o json
[{"id":"q'q","user_tags":["line\nend","tab\there","x\u001b[31mred","\u202egnp"]},
 {"id":"d\"d","user_tags":["line\nend","tab\there","x\u001b[31mred","\u202egnp"]},
 {"id":"a b","user_tags":["line\nend","tab\there","x\u001b[31mred","\u202egnp"]}]
$ cd h && mfctl ls F -o name
F/q'q
F/d"d
F/a b
$ cd h && mfctl show 'F/a b' -o json --fields id,status
{"id":"a b","status":"unknown"}
$ cd h/.metaflow/F && mkdir -p "$(printf 'n\nl')/_meta" "$(printf 'e\033[2J')/_meta" && for d in n*l e*J; do echo '{"ts_epoch": 1}' > "$d/_meta/_self.json"; done
$ cd h && mfctl ls F --fields id,user_name -o tsv
id	user_name
q'q	
d"d	
a b	
n\nl	
e\x1b[2J	
$ cd h && mfctl ls F --fields id,user_name -o table
RUN       USER
q'q       -
d"d       -
a b       -
n\nl      -
e\x1b[2J  -
$ cd h && mfctl show "F/$(printf 'e\033[2J')" --fields id -o json
{"id":"e\u001b[2J"}
$ cd h && mfctl show "F/$(printf 'e\033[2J')x"
! mfctl: F/e\x1b[2Jx: nothing matches
= 3
# a record that cannot be read
$ mkdir -p h/.metaflow/F/bad/_meta; printf '{"ts_epoch": ' > h/.metaflow/F/bad/_meta/_self.json; cd h && mfctl ls F --fields id,status -o json
[{"id":"q'q","status":"unknown"},
 {"id":"d\"d","status":"unknown"},
 {"id":"a b","status":"unknown"},
 {"id":"n\nl","status":"unknown"},
 {"id":"e\u001b[2J","status":"unknown"},
 {"pathspec":"F/bad","$error":{"code":"corrupt","message":"line 1, column 14: document cut short"}}]
! mfctl: F/bad/_meta/_self.json: line 1, column 14: document cut short
! {"error":{"code":"corrupt","message":"line 1, column 14: document cut short","hint":null,"where":"F/bad/_meta/_self.json"}}
= 6
$ cd h && mfctl show F/bad
! mfctl: F/bad/_meta/_self.json: line 1, column 14: document cut short
= 1
$ cd h && mfctl show F/bad -o json
! mfctl: F/bad/_meta/_self.json: line 1, column 14: document cut short
! {"error":{"code":"corrupt","message":"line 1, column 14: document cut short","hint":null,"where":"F/bad/_meta/_self.json"}}
= 1
# a truncated and a missing artifact
$ f=$(ls .metaflow/TrainFlow/1795261393781486/start/1/_meta/0_artifact_learning_rate.json); sha=$(sed 's/.*"sha": "\([0-9a-f]*\)".*/\1/' $f); b=.metaflow/TrainFlow/data/$(echo $sha | cut -c1-2)/$sha; head -c 10 $b > b; mv b $b; mfctl cat TrainFlow/1795261393781486/start/1/learning_rate
! mfctl: TrainFlow/1795261393781486/start/1/learning_rate: gzip data cut short
= 1
$ mfctl cat TrainFlow/1795261393781486/start/1/learning_rate -o json
! mfctl: TrainFlow/1795261393781486/start/1/learning_rate: gzip data cut short
! {"error":{"code":"corrupt","message":"gzip data cut short","hint":null,"where":"TrainFlow/1795261393781486/start/1/learning_rate"}}
= 1
$ mfctl cat 'TrainFlow/1795261393781486/start/1/[le]*' -o json
{"pathspec":"TrainFlow/1795261393781486/start/1/learning_rate","name":"learning_rate","sha":"54e1ac470e0eeb1c918af247d1ad5d25d4d4884e","type":"float","$error":{"code":"corrupt","message":"gzip data cut short"}}
{"pathspec":"TrainFlow/1795261393781486/start/1/epochs","name":"epochs","sha":"d6eff7aefd40dd63ef022f852abe26b759c06fac","type":"int","value":20}
! mfctl: TrainFlow/1795261393781486/start/1/learning_rate: gzip data cut short
! {"error":{"code":"corrupt","message":"gzip data cut short","hint":null,"where":"TrainFlow/1795261393781486/start/1/learning_rate"}}
= 6
$ f=.metaflow/TrainFlow/1795261393781486/start/1/_meta/0_artifact_learning_rate.json; sha=$(sed 's/.*"sha": "\([0-9a-f]*\)".*/\1/' $f); rm .metaflow/TrainFlow/data/$(echo $sha | cut -c1-2)/$sha; mfctl cat TrainFlow/1795261393781486/start/1/learning_rate
! mfctl: TrainFlow/1795261393781486/start/1/learning_rate: blob 54e1ac470e0eeb1c918af247d1ad5d25d4d4884e is missing from the datastore
= 3
# SHA that is none
$ f=.metaflow/TrainFlow/1795261393781486/start/1/_meta/0_artifact_epochs.json; sed 's/"sha": "[0-9a-f]*"/"sha": "..\/..\/etc"/' $f > g; mv g $f; mfctl cat TrainFlow/1795261393781486/start/1/epochs
! mfctl: TrainFlow/1795261393781486/start/1/epochs: “../../etc” is not a SHA-1 key
= 1
# a task whose metadata is damaged
$ for f in .metaflow/TrainFlow/1795261393781486/start/1/_meta/sysmeta_runtime_*; do rm $f; echo "{" > $f; done; mfctl show TrainFlow/1795261393781486/start/1 -o json --fields id,runtime_name,status
{"id":"1","runtime_name":"dev","status":"completed"}
$ mfctl show TrainFlow/1795261393781486/start/1 -o json --fields metadata | grep -c error
1
! mfctl: TrainFlow/1795261393781486/start/1: metadata: line 2, column 1: document cut short
! {"error":{"code":"corrupt","message":"line 2, column 1: document cut short","hint":null,"where":"TrainFlow/1795261393781486/start/1: metadata"}}
