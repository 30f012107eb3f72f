# Help, version, completion, wrong usage.
$ mfctl version
mfctl 0.1.0
$ mfctl
mfctl reads what Metaflow leaves behind: flows, runs, steps, tasks, logs, artifacts.
\
  mfctl [OPTIONS] COMMAND [PATHSPEC]        mfctl Flow/run shows that run
\
  ls          list flows, runs, steps, tasks or artifacts
  show        show one object in full
  dag         draw the graph with live status
  timeline    queue, run and retry times of steps or tasks
  logs        print the log of a run, step or task
  cat         print values of artifacts
  audit       what loading artifacts would import or call
  export      write artifacts, logs, cards and code to files
  card        cards: in the terminal, or the HTML
  code        the code package of a run
  tag         list or change the user tags of a run
  watch       follow runs, or one run, on one screen
  wait        wait until a run ends or gets to a step
  verify      look whether all data is there and undamaged
  config      the configuration in force, and where it comes from
  doctor      what is wrong with the set-up, and how to mend it
  shell       a prompt with all commands, completion and history
  top         open the dashboard mftop there
  completion  print the completion script of a shell
  help        help on a command or topic
  version     print the version
\
mfctl COMMAND --help starts with examples. Topics: mfctl help options, fields, pathspec, where,
status, exit.
$ mfctl help
mfctl reads what Metaflow leaves behind: flows, runs, steps, tasks, logs, artifacts.
\
  mfctl [OPTIONS] COMMAND [PATHSPEC]        mfctl Flow/run shows that run
\
  ls          list flows, runs, steps, tasks or artifacts
  show        show one object in full
  dag         draw the graph with live status
  timeline    queue, run and retry times of steps or tasks
  logs        print the log of a run, step or task
  cat         print values of artifacts
  audit       what loading artifacts would import or call
  export      write artifacts, logs, cards and code to files
  card        cards: in the terminal, or the HTML
  code        the code package of a run
  tag         list or change the user tags of a run
  watch       follow runs, or one run, on one screen
  wait        wait until a run ends or gets to a step
  verify      look whether all data is there and undamaged
  config      the configuration in force, and where it comes from
  doctor      what is wrong with the set-up, and how to mend it
  shell       a prompt with all commands, completion and history
  top         open the dashboard mftop there
  completion  print the completion script of a shell
  help        help on a command or topic
  version     print the version
\
mfctl COMMAND --help starts with examples. Topics: mfctl help options, fields, pathspec, where,
status, exit.
$ mfctl ls --help
Examples
  mfctl ls
      all flows
  mfctl ls TrainFlow --limit 5
      the newest 5 runs of a flow
  mfctl ls TrainFlow --status failed --since 1w -o json
      failed runs of the last week, as JSON
  mfctl ls TrainFlow/latest/train --where 'duration>1m' --sort -duration_ms
      tasks of a step that took long
  mfctl ls TrainFlow/latest/end/42
      artifacts of a task
\
Usage
  mfctl ls [OPTIONS] [PATHSPEC]
      list flows, runs, steps, tasks or artifacts
\
Options
  -l, --limit N                the newest N (20 on a terminal, all when piped; 0: all)
  -t, --tag T                  only with this tag; repeatable: all of them
  -u, --user U                 only of this user
  -s, --status S               only with this status; several by comma
      --since T                created then or later: a time, a date, or an age as 2h
      --until T                created before then
  -w, --where EXPR             only what matches, as 'status=failed and duration>10m'
      --sort [-]FIELD          sort by a field, - for the largest first
  -a, --all                    also hidden steps and artifacts
  -R, --recursive              everything below, down to tasks (with --all: artifacts)
      --attempt N              tasks and artifacts of that attempt
\
With a glob, the children of every match. `mfctl help where` explains EXPR, `mfctl help fields` the fields.
\
Options of every command: mfctl help options
$ mfctl help ls | head -3
Examples
  mfctl ls
      all flows
$ mfctl help status
Status is completed, failed, running, pending or unknown. status_reason names why:
\
  end_completed     completed  run: its end task ended well
  end_failed        failed     run: its end task failed and no later attempt has started
  task_failed       failed     run: a task failed, no later attempt of it has started, and no process works on the run
  attempt_ok        completed  task: its current attempt recorded attempt_ok = True
  attempt_failed    failed     task: its current attempt recorded attempt_ok = False
  task_ok           completed  task: artifact _task_ok of its current attempt is True
  task_not_ok       failed     task: artifact _task_ok of its current attempt is not True
  exited            failed     task: its process ended with a return code other than 0 and without an outcome
  killed            failed     task: its process was ended by a signal
  process_alive     running    a process of this machine works on the task or run
  scheduler_alive   running    run: its scheduler is still at work on this machine
  process_gone      unknown    started, neither ended nor failed, and no process of this machine works on it
  no_tasks          unknown    run: nothing but its record is left
  heartbeat         running    its last heartbeat is recent: at most 60 s old for a task, 360 s for a run
  heartbeat_expired failed     no outcome, and its heartbeat has stopped: more than 60 s ago for a task, 360 s for a run
  retrying          running    run: its end task failed, and another attempt of it has started since
  superseded        failed     task: the attempt left no outcome, and the next one has started
  started           running    task: started less than a day ago, and nothing sends heartbeats for it
  no_heartbeat      failed     no outcome and no heartbeat at all; a task only when it is older than a day
  not_ended         unknown    neither ended nor failed, and the datastore alone does not tell whether anything works on it
  no_outcome        unknown    task: its attempt has ended, and neither metadata nor _task_ok tell how
  not_started       pending    task: registered, not started, and its run is alive
  unreadable        unknown    the records that would tell cannot be read
\
finished and successful are what Metaflow's own client says of them.
$ mfctl help exit
  0 done    1 failed    2 wrong usage    3 not found    4 not allowed    5 network or backend down
  6 partial: some items failed, each is named    7 the condition is false (wait, verify, audit)
  124 timed out    130 interrupted
$ mfctl help pathspec
Flow, Flow/run, Flow/run/step, Flow/run/step/task, Flow/run/step/task/artifact
\
In place of a run id: latest, latest-successful, latest-failed, latest-running; ~N is the N-th before it
(latest~1). A run that has exactly that id wins.
In place of a task id: @INDEX or @VALUE picks the foreach task by its index or value, @outer:2,inner:0 by
its path.
Any component may be a glob: TrainFlow/latest/train/*/auc. * never matches names that start with _, nor the
artifact `name`.
$ mfctl help where
EXPR of --where: comparisons of fields, joined by and, or, not and parentheses.
\
  status=failed and duration>10m          = != < <= > >= compare, by the field's type
  created_at<2h                           an age: created less than 2 hours ago
  created_at>=2026-11-01                  a date or time
  user_tags=exp:* or user=alice           = takes globs; a list matches when one of its items does
  id~^17                                  ~ is a regular expression, !~ its opposite
  exception.type=builtins.ValueError      dots go into objects
  prod                                    a bare word is looked for in all text
\
Values with blanks are quoted. `mfctl help fields` lists the fields.
$ mfctl help fields | head -5
flow
  id                     name of the flow
  pathspec               the same
  created_at             when the flow was first seen
  ts_epoch               created_at in milliseconds since 1970
$ mfctl help nothing
! mfctl: help: no topic “nothing”
! hint: usage: mfctl help [TOPIC]; mfctl help --help says more
= 2
$ mfctl sohw TrainFlow
! mfctl: “sohw” is not a command
! hint: did you mean “show”?
= 2
$ mfctl find
! mfctl: “find” is not a command
! hint: mfctl help lists the commands
= 2
$ mfctl ls --limt 3
! mfctl: ls: unknown option --limt; did you mean --limit?
! hint: usage: mfctl ls [PATHSPEC]; mfctl ls --help says more
= 2
$ mfctl ls --limit
! mfctl: ls: --limit needs N
! hint: usage: mfctl ls [PATHSPEC]; mfctl ls --help says more
= 2
$ mfctl ls -z
! mfctl: ls: unknown option -z
! hint: usage: mfctl ls [PATHSPEC]; mfctl ls --help says more
= 2
$ mfctl ls --all=yes
! mfctl: ls: --all takes no value
! hint: usage: mfctl ls [PATHSPEC]; mfctl ls --help says more
= 2
$ mfctl -o
! mfctl: --output needs FORMAT
! hint: mfctl help lists the commands
= 2
$ mfctl ls -o jsn
! mfctl: ls: -o jsn: the format is one of table, wide, json, ndjson, csv, tsv, name
! hint: usage: mfctl ls [PATHSPEC]; mfctl ls --help says more
= 2
$ mfctl --color sometimes ls
! mfctl: ls: --color sometimes: it is auto, always or never
! hint: usage: mfctl ls [PATHSPEC]; mfctl ls --help says more
= 2
$ mfctl --timeout never ls
! mfctl: ls: --timeout never: not a duration; 90s, 5m or 2h are
! hint: usage: mfctl ls [PATHSPEC]; mfctl ls --help says more
= 2
$ mfctl completion bash | bash -n
$ mfctl completion zsh | head -1
\#compdef mfctl
$ mfctl completion fish | head -1
\# fish completion of mfctl
$ mfctl completion tcsh
! mfctl: completion: which shell: bash, zsh or fish?
! hint: usage: mfctl completion bash|zsh|fish; mfctl completion --help says more
= 2
$ mfctl version extra
! mfctl: version: version takes no arguments
! hint: usage: mfctl version; mfctl version --help says more
= 2
$ mfctl version > /dev/full
! mfctl: version: cannot write the output: No space left on device
= 1
$ printf 'ls TrainFlow --limit 1 -o name\ncd TrainFlow\nls --limit 1 -o name\nnonsense\nls "open\n' | mfctl shell
TrainFlow/1795261450367307
TrainFlow/1795261450367307
! mfctl: “nonsense” is not a command
! hint: mfctl help lists the commands
= 2
$ mfctl ls TrainFlow --limit 1 --color always --fields id,status -o table
\\x1b[2mRUN               STATUS\x1b[0m
1795261450367307  \x1b[32m✓ completed\x1b[0m
$ CLICOLOR_FORCE=1 mfctl ls TrainFlow --limit 1 --fields id,status -o table
\\x1b[2mRUN               STATUS\x1b[0m
1795261450367307  \x1b[32m✓ completed\x1b[0m
$ NO_COLOR=1 mfctl ls TrainFlow --limit 1 --fields id,status -o table --ascii
RUN               STATUS
1795261450367307  + completed
$ mfctl help options | grep -E 'metadata SPEC|debug|MFCTL_'
      --metadata SPEC          where the metadata is: local@DIR, spin@DIR, service@URL or datastore@ROOT
      --debug[=WHAT]           what is read, on standard error; WHAT: some of http, store, cache
Environment: METAFLOW_* as Metaflow has them; MFCTL_NAMESPACE, MFCTL_PAGER, PAGER, NO_COLOR,
CLICOLOR_FORCE, TERM=dumb; MFCTL_MAX_VALUE: bytes of one artifact held in memory (1G).
GOOGLE_*, ~/.aws …), and MFCTL_S3_ANONYMOUS, MFCTL_S3_REQUESTER_PAYS, MFCTL_GS_ANONYMOUS.
Of a metadata service: MFCTL_SERVICE_HEADERS_COMMAND, MFCTL_SERVICE_CA, MFCTL_SERVICE_CERT,
MFCTL_SERVICE_KEY; MFCTL_CACHE_SIZE: what is kept of its answers (256M).
