# The configuration, and what is wrong with it.
$ mfctl config show
history                            $DIR/.metaflow
                                   nearest .metaflow at or above $DIR
user                               alice
$ mfctl config show --all | head -3
history                            $DIR/.metaflow
                                   nearest .metaflow at or above $DIR
user                               alice
$ mfctl config show -o json | head -c 200
{"settings":[],"root":"$DIR/.metaflow","root_reason":"nearest .metaflow at or above $DIR","user":"alice"}
$ METAFLOW_USER=dora mfctl config explain USER
METAFLOW_USER = dora
  from environment
  user name
  precedence: environment, config.json of the nearest .metaflow, then $METAFLOW_HOME or ~/.metaflowconfig/config[_PROFILE].json, then the default
$ METAFLOW_USER=dora mfctl config explain METAFLOW_USER -o json
{"key":"METAFLOW_USER","value":"dora","source":"environment"}
$ METAFLOW_SERVICE_AUTH_KEY=hush mfctl config explain SERVICE_AUTH_KEY
METAFLOW_SERVICE_AUTH_KEY = (secret)
  from environment
  x-api-key of the metadata service
  precedence: environment, config.json of the nearest .metaflow, then $METAFLOW_HOME or ~/.metaflowconfig/config[_PROFILE].json, then the default
$ METAFLOW_SERVICE_AUTH_KEY=hush mfctl config show | grep -c hush
0
= 1
$ mfctl config explain USR
! mfctl: USR: neither known nor set; did you mean METAFLOW_USER?
= 3
$ mfctl config
! mfctl: config: say show, or explain KEY
! hint: usage: mfctl config show|explain [KEY]; mfctl config --help says more
= 2
$ mfctl config explain
! mfctl: config: explain needs one KEY
! hint: usage: mfctl config show|explain [KEY]; mfctl config --help says more
= 2
$ printf '{\n "METAFLOW_USER": "p"\n}' > .metaflow/config.json; mfctl config explain USER
METAFLOW_USER = p
  from $DIR/.metaflow/config.json
  user name
  precedence: environment, config.json of the nearest .metaflow, then $METAFLOW_HOME or ~/.metaflowconfig/config[_PROFILE].json, then the default
$ printf '{\n "METAFLOW_USER": oops\n}' > .metaflow/config.json; mfctl ls
! mfctl: $DIR/.metaflow/config.json: configuration file cannot be used: line 2, column 19: not a JSON value
! hint: the file must be one flat JSON object, like {"METAFLOW_USER": "alice"}
= 1
$ mfctl ls -o json
! mfctl: $DIR/.metaflow/config.json: configuration file cannot be used: line 2, column 19: not a JSON value
! hint: the file must be one flat JSON object, like {"METAFLOW_USER": "alice"}
! {"error":{"code":"corrupt","message":"configuration file cannot be used: line 2, column 19: not a JSON value","hint":"the file must be one flat JSON object, like {\"METAFLOW_USER\": \"alice\"}","where":"$DIR/.metaflow/config.json"}}
= 1
$ mfctl version
mfctl 0.1.0
$ rm .metaflow/config.json; mfctl ls -o name --limit 1
ForecastFlow
$ printf '[]' > c.json; mfctl --config "$PWD/c.json" ls
! mfctl: $DIR/c.json: configuration file cannot be used: not a JSON object
! hint: the file must be one flat JSON object, like {"METAFLOW_USER": "alice"}
= 1
$ mfctl --config "$PWD/missing.json" ls
! mfctl: $DIR/missing.json: configuration file cannot be used: cannot open: No such file or directory
! hint: a profile NAME is read from config_NAME.json in $METAFLOW_HOME or ~/.metaflowconfig
= 3
$ mfctl --profile nope ls -o json
! mfctl: $HOME/.metaflowconfig/config_nope.json: configuration file cannot be used: cannot open: No such file or directory
! hint: a profile NAME is read from config_NAME.json in $METAFLOW_HOME or ~/.metaflowconfig
! {"error":{"code":"not_found","message":"configuration file cannot be used: cannot open: No such file or directory","hint":"a profile NAME is read from config_NAME.json in $METAFLOW_HOME or ~/.metaflowconfig","where":"$HOME/.metaflowconfig/config_nope.json"}}
= 3
$ METAFLOW_PROFILE=nope mfctl ls
! mfctl: $HOME/.metaflowconfig/config_nope.json: configuration file cannot be used: cannot open: No such file or directory
! hint: a profile NAME is read from config_NAME.json in $METAFLOW_HOME or ~/.metaflowconfig
= 3
$ mkdir -p "$HOME/.metaflowconfig"; echo '{"METAFLOW_USER": "team"}' > "$HOME/.metaflowconfig/config_t.json"; mfctl --profile t config explain USER | sed "s|$HOME|~|"
METAFLOW_USER = team
  from ~/.metaflowconfig/config_t.json
  user name
  precedence: environment, config.json of the nearest .metaflow, then $METAFLOW_HOME or ~/.metaflowconfig/config[_PROFILE].json, then the default
$ METAFLOW_DEFAULT_METADATA=service mfctl ls
! mfctl: ls: the metadata provider is “service” (environment), and METAFLOW_SERVICE_URL is not set
! hint: set it, or use --metadata service@URL or local@DIR
= 2
$ METAFLOW_SERVICE_RETRY_COUNT=1 mfctl --metadata service@http://127.0.0.1:1 ls -o json
! mfctl: http://127.0.0.1:1/flows: connection refused
! hint: is the service running, is the port right?
! {"error":{"code":"network","message":"connection refused","hint":"is the service running, is the port right?","where":"http://127.0.0.1:1/flows"}}
= 5
$ mfctl --metadata nothing@x ls
! mfctl: nothing@x: unknown metadata provider “nothing@x”
! hint: it is local@DIR, spin@DIR, service@URL or datastore@ROOT
= 2
$ mfctl --metadata local@/nowhere ls
! mfctl: /nowhere: no .metaflow directory in /nowhere
! hint: --metadata local@DIR takes the directory that contains .metaflow
= 3
$ cd / && mfctl ls
! mfctl: ls: no .metaflow directory in / or above it
! hint: change to a directory where flows were run, or use --metadata local@DIR
= 3
$ cd / && mfctl ls -o json
! mfctl: ls: no .metaflow directory in / or above it
! hint: change to a directory where flows were run, or use --metadata local@DIR
! {"error":{"code":"not_found","message":"no .metaflow directory in / or above it","hint":"change to a directory where flows were run, or use --metadata local@DIR","where":null}}
= 3
$ cd / && mfctl --metadata "local@$OLDPWD" ls -o name --limit 1
ForecastFlow
$ mfctl --datastore-root /nowhere ls
! mfctl: /nowhere: cannot open the datastore: No such file or directory
! hint: --datastore-root takes a directory that holds the flows' directories, s3://…, gs://… or azure://container/…
= 3
$ mkdir empty; mfctl --datastore-root empty cat TrainFlow/latest/start/1/learning_rate
! mfctl: TrainFlow/1795261450367307/start/1/learning_rate: blob 160aafde2506b7aa8158885a0af0b9c4514a969e is missing from the datastore
= 3
