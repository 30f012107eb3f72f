# Logs of runs, steps and tasks.
$ mfctl logs TrainFlow/1795261407264317 --tail 5
FloatingPointError: weights exploded (norm 1.89e+03)
  gradient norm: 0.472
  hint: lower --learning-rate, it should be below 2.0
\
Task failed.
$ mfctl logs TrainFlow/1795261407264317 --tail 3 --timestamps --prefix
2026-11-21 11:43:29.237840 train/5 err   hint: lower --learning-rate, it should be below 2.0
2026-11-21 11:43:29.237858 train/5 err 
2026-11-21 11:43:29.238531 train/5 err Task failed.
$ mfctl logs TrainFlow/1795261407264317/start --stdout
400 customers, 4 columns, 33.8% churned
$ mfctl logs TrainFlow/1795261407264317 --stderr --grep Error
    raise FloatingPointError(
FloatingPointError: weights exploded (norm 1.89e+03)
$ mfctl logs TrainFlow/1795261407264317 -o ndjson --tail 2
{"pathspec":"TrainFlow/1795261407264317/train/5","attempt":1,"stream":"stderr","source":"runtime","ts":"2026-11-21T11:43:29.237858Z","line":""}
{"pathspec":"TrainFlow/1795261407264317/train/5","attempt":1,"stream":"stderr","source":"runtime","ts":"2026-11-21T11:43:29.238531Z","line":"Task failed."}
$ mfctl logs TrainFlow/1795261407264317 --stdout --raw --tail 1
feature matrix (400, 8) float64
$ mfctl logs TrainFlow/1795261407264317 --since 2026-11-21T11:43:28Z --stderr --tail 1
Task failed.
$ mfctl logs TrainFlow/1795261425688054 -o ndjson --tail 1
{"pathspec":"TrainFlow/1795261425688054/features/4","attempt":0,"stream":"stdout","source":"runtime","ts":"2026-11-21T11:43:47.295464Z","line":"feature matrix (400, 8) float64"}
$ mfctl logs NightlyEtlFlow/1795261413080806 -o ndjson --tail 1
{"pathspec":"NightlyEtlFlow/1795261413080806/end/8","attempt":0,"stream":"stdout","source":"runtime","ts":"2026-11-21T11:43:34.381282Z","line":"2993 rows loaded for 2026-11-20"}
$ mfctl logs NightlyEtlFlow/1795261405180928 --attempt 1 --tail 2
$ mfctl logs TrainFlow/latest --grep '('
! mfctl: logs: --grep (: Unmatched ( or \(
! hint: usage: mfctl logs PATHSPEC; mfctl logs --help says more
= 2
$ mfctl logs TrainFlow
! mfctl: TrainFlow: a flow has no log; a run, a step or a task has
= 2
$ mfctl logs TrainFlow/latest/nope
! mfctl: TrainFlow/1795261450367307: step “TrainFlow/1795261450367307/nope” not found
! hint: mfctl ls TrainFlow/1795261450367307 lists what is there
= 3
$ mfctl logs TrainFlow/latest --since never
! mfctl: logs: --since never: not a time; 2026-11-21T08:00:00Z or an age as 10m are
! hint: usage: mfctl logs PATHSPEC; mfctl logs --help says more
= 2
$ mfctl logs TrainFlow/latest --attempt 9 -o ndjson
$ mfctl logs TrainFlow/latest --tail 0
$ mfctl logs TrainFlow/latest > /dev/full
! mfctl: logs: cannot write the output: No space left on device
= 1
