# Code packages: their files, what differs, unpacking. The demo has none, so two runs get one here.
$ mfctl code list ReportFlow/latest
! mfctl: ReportFlow/1795261461974552: it has no code package
! hint: remote tasks always have one; local runs only with METAFLOW_FEAT_ALWAYS_UPLOAD_CODE_PACKAGE=1
= 3
$ mfctl code show ReportFlow/latest/start/1
! mfctl: ReportFlow/1795261461974552/start/1: it has no code package
! hint: remote tasks always have one; local runs only with METAFLOW_FEAT_ALWAYS_UPLOAD_CODE_PACKAGE=1
= 3
$ mfctl code
! mfctl: code: say list, show, extract or diff
! hint: usage: mfctl code list|show|extract|diff PATHSPEC [FILE]; mfctl code --help says more
= 2
$ mfctl code nothing ReportFlow/latest
! mfctl: code: “nothing” is none of list, show, extract, diff
! hint: usage: mfctl code list|show|extract|diff PATHSPEC [FILE]; mfctl code --help says more
= 2
# give RUN/step/task: store what is in src as the package of that task
$ printf '%s\n' 'set -e; cd src; tar --sort=name --owner=0 --group=0 --numeric-owner --mtime=@1575360000 -cf ../p.tar $(ls -A); cd ..; gzip -nf p.tar' 's=$(sha1sum < p.tar.gz | cut -c1-40); d=ReportFlow/data/$(echo $s | cut -c1-2)' 'mkdir -p .metaflow/$d; cp p.tar.gz .metaflow/$d/$s' 'echo "{\"field_name\": \"code-package\", \"type\": \"code-package\", \"ts_epoch\": 1, \"tags\": [], \"value\": \"{\\\"ds_type\\\": \\\"local\\\", \\\"sha\\\": \\\"$s\\\", \\\"location\\\": \\\"/x/$d/$s\\\"}\"}" > .metaflow/$1/_meta/sysmeta_code-package_1.json' > give.sh
$ umask 022; mkdir -p src/.mf_meta src/.mf_code/metaflow src/lib; cd src; echo '{"script": "flow.py"}' > .mf_meta/INFO; echo '{"version": 1, "module_files": []}' > .mf_install; echo m > .mf_code/metaflow/m.py; printf 'import lib.a\n\nprint("old")\n' > flow.py; printf 'a\033b' > lib/a.py; echo gone > lib/b.py
$ sh give.sh ReportFlow/1795261458045982/end/4
$ umask 022; cd src; printf 'import lib.a\n\nprint("new")\n' > flow.py; rm lib/b.py; printf 'bin\000' > lib/c.bin; echo n > .mf_code/metaflow/m.py; ln -s /etc/passwd lib/link
$ sh give.sh ReportFlow/1795261461974552/start/1
$ mfctl code list ReportFlow/latest --utc
path	size	mode	mtime	kind
flow.py	27	0644	2019-12-03 08:00:00	file
lib	0	0755	2019-12-03 08:00:00	directory
lib/a.py	3	0644	2019-12-03 08:00:00	file
lib/c.bin	4	0644	2019-12-03 08:00:00	file
lib/link	0	0777	2019-12-03 08:00:00	link
$ mfctl code list ReportFlow/latest --all --no-headers | cut -f1
.mf_code
.mf_code/metaflow
.mf_code/metaflow/m.py
.mf_install
.mf_meta
.mf_meta/INFO
flow.py
lib
lib/a.py
lib/c.bin
lib/link
$ mfctl code list ReportFlow/latest -o ndjson
{"path":"flow.py","kind":"file","size":27,"mode":"0644","mtime":"2019-12-03T08:00:00.000Z","target":null,"user":true}
{"path":"lib","kind":"directory","size":0,"mode":"0755","mtime":"2019-12-03T08:00:00.000Z","target":null,"user":true}
{"path":"lib/a.py","kind":"file","size":3,"mode":"0644","mtime":"2019-12-03T08:00:00.000Z","target":null,"user":true}
{"path":"lib/c.bin","kind":"file","size":4,"mode":"0644","mtime":"2019-12-03T08:00:00.000Z","target":null,"user":true}
{"path":"lib/link","kind":"link","size":0,"mode":"0777","mtime":"2019-12-03T08:00:00.000Z","target":"/etc/passwd","user":true}
$ mfctl code show ReportFlow/latest
import lib.a
\
print("new")
$ mfctl code show ReportFlow/latest lib/a.py | od -c | head -n 1
0000000   a 033   b
$ mfctl code show ReportFlow/latest lib/aa.py
! mfctl: lib/aa.py: the code package has no file of that name
! hint: did you mean “lib/a.py”?
= 3
$ mfctl code show ReportFlow/latest lib
! mfctl: lib: it is a directory
= 2
$ mfctl code show ReportFlow/latest/write
! mfctl: ReportFlow/1795261461974552/write: code packages are of a run or a task
= 2
$ mfctl code show ReportFlow/latest -o json
! mfctl: code: code show prints the file as it is: it has no other format
! hint: usage: mfctl code list|show|extract|diff PATHSPEC [FILE]; mfctl code --help says more
! {"error":{"code":"usage","message":"code show prints the file as it is: it has no other format","hint":"usage: mfctl code list|show|extract|diff PATHSPEC [FILE]; mfctl code --help says more","where":null}}
= 2
$ mfctl code diff ReportFlow/latest~1 ReportFlow/latest
--- a/flow.py
+++ b/flow.py
@@ -1,3 +1,3 @@
 import lib.a
 
-print("old")
+print("new")
--- a/lib/b.py
+++ /dev/null
@@ -1 +0,0 @@
-gone
Binary files /dev/null and b/lib/c.bin differ
$ mfctl code diff ReportFlow/latest~1 ReportFlow/latest -o json
[{"path":"flow.py","status":"changed"},{"path":"lib/b.py","status":"removed"},{"path":"lib/c.bin","status":"added"}]
$ mfctl code diff ReportFlow/latest~1 ReportFlow/latest --all -o ndjson
{"path":".mf_code/metaflow/m.py","status":"changed"}
{"path":"flow.py","status":"changed"}
{"path":"lib/b.py","status":"removed"}
{"path":"lib/c.bin","status":"added"}
$ mfctl code diff ReportFlow/latest~1 ReportFlow/latest --color always | head -n 6
\\x1b[1m--- a/flow.py\x1b[0m
\\x1b[1m+++ b/flow.py\x1b[0m
\\x1b[34m@@ -1,3 +1,3 @@\x1b[0m
 import lib.a
 
\\x1b[31m-print("old")\x1b[0m
$ mfctl code diff ReportFlow/latest ReportFlow/latest -o json
[]
$ mfctl code diff ReportFlow/latest
! mfctl: code: code diff takes two runs
! hint: usage: mfctl code list|show|extract|diff PATHSPEC [FILE]; mfctl code --help says more
= 2
$ mfctl code diff ReportFlow/latest TrainFlow/latest -o json
! mfctl: TrainFlow/1795261450367307: it has no code package
! hint: remote tasks always have one; local runs only with METAFLOW_FEAT_ALWAYS_UPLOAD_CODE_PACKAGE=1
! {"error":{"code":"not_found","message":"it has no code package","hint":"remote tasks always have one; local runs only with METAFLOW_FEAT_ALWAYS_UPLOAD_CODE_PACKAGE=1","where":"TrainFlow/1795261450367307"}}
= 3
$ mfctl code extract ReportFlow/latest~1 -d out; find out -type f | sort
out/flow.py
out/lib/a.py
out/lib/b.py
! 3 files written to out
$ mfctl code extract ReportFlow/latest -d out
! mfctl: flow.py: exists already in out
! hint: --force replaces files
= 1
$ mfctl code extract ReportFlow/latest -d out --force --quiet; echo $?; find out ! -type d | sort; cat out/flow.py
6
out/flow.py
out/lib/a.py
out/lib/b.py
out/lib/c.bin
import lib.a
\
print("new")
! mfctl: out: 1 member not unpacked, the first lib/link: a link
$ mfctl code extract ReportFlow/latest
! mfctl: code: code extract needs -d DIR
! hint: usage: mfctl code list|show|extract|diff PATHSPEC [FILE]; mfctl code --help says more
= 2
$ mfctl code list ReportFlow/latest --force
! mfctl: code: --force belongs to code extract
! hint: usage: mfctl code list|show|extract|diff PATHSPEC [FILE]; mfctl code --help says more
= 2
