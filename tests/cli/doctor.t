# What is wrong with the set-up, and how to mend it.
$ mfctl doctor
configuration
  ✓ ok       all settings are defaults: no file and no variable sets any
  ✓ ok       metadata provider: local, the default
history
  ✓ ok       $DIR/.metaflow holds 6 flows (nearest .metaflow at or above $DIR)
namespace
  ✓ ok       you are alice (the name of the login); your namespace is user:alice, and ReportFlow has runs in it
datastore
  ✓ ok       new runs store their data in: local, the default
  ✓ ok       the data of the newest run, ReportFlow/1795261461974552, is in $DIR/.metaflow, and can be read
cache
  ✓ ok       $HOME/.cache/mfkit is made when there is something to keep
no problem
$ mfctl doctor --ascii -q | tail -2
cache
  + ok       $HOME/.cache/mfkit is made when there is something to keep
$ mfctl doctor -o json
{"findings":[{"level":"fine","topic":"configuration","text":"all settings are defaults: no file and no variable sets any","hint":null},{"level":"fine","topic":"configuration","text":"metadata provider: local, the default","hint":null},{"level":"fine","topic":"history","text":"$DIR/.metaflow holds 6 flows (nearest .metaflow at or above $DIR)","hint":null},{"level":"fine","topic":"namespace","text":"you are alice (the name of the login); your namespace is user:alice, and ReportFlow has runs in it","hint":null},{"level":"fine","topic":"datastore","text":"new runs store their data in: local, the default","hint":null},{"level":"fine","topic":"datastore","text":"the data of the newest run, ReportFlow/1795261461974552, is in $DIR/.metaflow, and can be read","hint":null},{"level":"fine","topic":"cache","text":"$HOME/.cache/mfkit is made when there is something to keep","hint":null}],"ok":true}
$ METAFLOW_USER=carol METAFLOW_SERVICE_URL=https://metaflow.example.com METAFLOW_SERVICE_AUTH_KEY=hush mfctl doctor | head -12
configuration
  ✓ ok       the environment wins over files, and sets METAFLOW_SERVICE_AUTH_KEY, METAFLOW_SERVICE_URL, METAFLOW_USER
  ✓ ok       metadata provider: local, the default
  · note     METAFLOW_SERVICE_URL from environment is set, but not asked: the provider is local
             hint: METAFLOW_DEFAULT_METADATA=service, or --metadata service, has it asked
history
  ✓ ok       $DIR/.metaflow holds 6 flows (nearest .metaflow at or above $DIR)
namespace
  · note     you are carol (METAFLOW_USER from environment); no run of ReportFlow is in your namespace, user:carol
             hint: METAFLOW_USER says who you are; without --my-runs everybody's runs are listed
datastore
  ✓ ok       new runs store their data in: local, the default
$ USER=root mfctl doctor -o ndjson | grep -c '"warning"'
1
$ USER=root mfctl doctor --ascii | grep known
  ! warning  the user is not known: there are no "my runs"
# What cannot be opened is what it tells about.
$ cd /; mfctl doctor
configuration
  ✓ ok       all settings are defaults: no file and no variable sets any
  ✓ ok       metadata provider: local, the default
history
  ✗ problem  no .metaflow directory in / or above it
             hint: change to a directory where flows were run, or use --metadata local@DIR
namespace
  ✓ ok       you are alice (the name of the login); your namespace is user:alice
datastore
  ✓ ok       new runs store their data in: local, the default
cache
  ✓ ok       $HOME/.cache/mfkit is made when there is something to keep
1 problem
= 3
$ cd /; mfctl doctor -o json -q | tail -c 20
:null}],"ok":false}
$ mfctl doctor --metadata local@/nowhere -q | sed -n '/history/,/hint/p'
history
  ✗ problem  /nowhere: no .metaflow directory in /nowhere
             hint: --metadata local@DIR takes the directory that contains .metaflow
$ mfctl doctor --metadata ftp://alice:hush@example.com | grep problem
  ✗ problem  ftp://example.com: unknown metadata provider “ftp://example.com”
1 problem
$ METAFLOW_DEFAULT_METADATA=service mfctl doctor | grep -A1 problem
  ✗ problem  the metadata provider is “service” (environment), and METAFLOW_SERVICE_URL is not set
             hint: set it, or use --metadata service@URL or local@DIR
--
1 problem
$ printf '{\n "METAFLOW_USER": oops\n}' > .metaflow/config.json; mfctl doctor
configuration
  ✗ problem  $DIR/.metaflow/config.json: configuration file cannot be used: line 2, column 19: not a JSON value
             hint: the file must be one flat JSON object, like {"METAFLOW_USER": "alice"}
1 problem
= 1
$ rm .metaflow/config.json; mfctl doctor --profile nope -q
configuration
  ✗ problem  $HOME/.metaflowconfig/config_nope.json: configuration file cannot be used: cannot open: No such file or directory
             hint: a profile NAME is read from config_NAME.json in $METAFLOW_HOME or ~/.metaflowconfig
= 3
$ mfctl doctor --metadata service@http://127.0.0.1:1
configuration
  ✓ ok       all settings are defaults: no file and no variable sets any
  ✓ ok       metadata provider: service, as --metadata says
service
  ✗ problem  http://127.0.0.1:1: connection refused
             hint: is the service running, is the port right?
namespace
  ✓ ok       you are alice (the name of the login); your namespace is user:alice
datastore
  ✓ ok       new runs store their data in: local, the default
cache
  ✓ ok       $HOME/.cache/mfkit is made when there is something to keep
1 problem
= 5
$ METAFLOW_SERVICE_AUTH_KEY=hush mfctl doctor --offline --metadata service@http://alice:secret@127.0.0.1:1 | sed -n '/service/,/namespace/p'
  ✓ ok       metadata provider: service, as --metadata says
service
  · note     --offline: the service is not asked
namespace
# Data that is gone.
$ mv .metaflow/ReportFlow/data kept; mfctl doctor -q | sed -n '/datastore/,/cache/p'; mfctl doctor > /dev/null
datastore
  ✓ ok       new runs store their data in: local, the default
  ✗ problem  the data of the newest run is not all there: title of ReportFlow/1795261461974552 is missing from $DIR/.metaflow
             hint: `mfctl verify ReportFlow/1795261461974552` tells all that is missing or damaged
cache
= 3
$ mkdir -p empty/.metaflow; mfctl doctor --metadata local@empty | grep -A1 warning
  ! warning  empty/.metaflow holds no flow (as --metadata says)
             hint: change to a directory where flows were run, or use --metadata local@DIR
--
no problem, 1 warning
# Wrong use.
$ mfctl doctor ReportFlow
! mfctl: doctor: doctor takes no argument
! hint: usage: mfctl doctor; mfctl doctor --help says more
= 2
$ mfctl doctor -o csv
! mfctl: doctor: -o csv: the format is one of json, ndjson, text
! hint: usage: mfctl doctor; mfctl doctor --help says more
= 2
# --debug tells what is read, by its kind.
$ mfctl ls --limit 1 -o name --debug 2>&1 | sort | head -3
ForecastFlow
debug: list .
debug: read ForecastFlow/_meta/_self.json (54 bytes)
$ mfctl ls --limit 1 -o name --debug=http,cache
ForecastFlow
$ mfctl ls --limit 1 -o name --debug=cache,store 2>&1 | grep -c '^debug: '
3
$ METAFLOW_SERVICE_RETRY_COUNT=2 mfctl ls --metadata service@http://alice:secret@127.0.0.1:1/api --debug=http 2>&1 | sed 's/[0-9]* ms/N ms/'
debug: http GET /flows no reply 0 B N ms: connection refused
debug: http GET /flows no reply 0 B N ms (tries 2): connection refused
mfctl: http://127.0.0.1:1/api/flows: connection refused
hint: is the service running, is the port right?
