# Waiting and watching. covers: pace.c
$ mfctl wait TrainFlow/1795261393781486
$ mfctl wait TrainFlow/1795261393781486 --for failed
! mfctl: TrainFlow/1795261393781486: waited for “failed”, but the run is completed (task end/7 ended well, yesterday)
= 7
$ mfctl wait TrainFlow/1795261407264317 --for completed
! mfctl: TrainFlow/1795261407264317: waited for “completed”, but the run is failed (task train/5 failed, yesterday)
= 7
$ mfctl wait TrainFlow/1795261407264317 --for failed
$ mfctl wait TrainFlow/1795261407264317 --for finished
$ mfctl wait TrainFlow/1795261393781486 --for step=train
$ mfctl wait TrainFlow/1795261407264317 --for step=end
! mfctl: TrainFlow/1795261407264317: waited for “step=end”, but the run is failed (task train/5 failed, yesterday)
= 7
$ mfctl wait TrainFlow/1795261425688054 --timeout 300ms
! mfctl: TrainFlow/1795261425688054: waited 300ms for “finished”; the run is unknown (neither ended nor failed, and no process of this machine works on it; last sign of life, yesterday)
= 124
$ mfctl wait TrainFlow/1795261425688054 --for step=end --timeout 300ms -o json
! mfctl: TrainFlow/1795261425688054: waited 300ms for “step=end”; the run is unknown (neither ended nor failed, and no process of this machine works on it; last sign of life, yesterday)
! {"error":{"code":"timed_out","message":"waited 300ms for \u201cstep=end\u201d; the run is unknown (neither ended nor failed, and no process of this machine works on it; last sign of life, yesterday)","hint":null,"where":"TrainFlow/1795261425688054"}}
= 124
$ mfctl wait TrainFlow/1795261393781486 --for nonsense
! mfctl: wait: --for nonsense: it is completed, failed, finished or step=S
! hint: usage: mfctl wait FLOW/run; mfctl wait --help says more
= 2
$ mfctl wait TrainFlow/1795261393781486 --timeout soon
! mfctl: wait: --timeout soon: not a duration; 90s, 5m or 2h are
! hint: usage: mfctl wait FLOW/run; mfctl wait --help says more
= 2
$ mfctl wait TrainFlow
! mfctl: TrainFlow: “TrainFlow” names a flow, a run is needed
= 2
$ mfctl wait TrainFlow/nope
! mfctl: TrainFlow: run “TrainFlow/nope” not found
! hint: mfctl ls TrainFlow lists what is there
= 3
$ timeout -s INT 2 mfctl watch TrainFlow -o ndjson | head -2
{"event":"present","entity":"run","pathspec":"TrainFlow/1795261450367307","status":"completed","status_reason":{"code":"end_completed","text":"task end/7 ended well, yesterday","at":"2026-11-21T11:44:17.677Z","evidence":"TrainFlow/1795261450367307/end/7"},"created_at":"2026-11-21T11:44:10.367Z","finished_at":"2026-11-21T11:44:17.677Z"}
{"event":"present","entity":"run","pathspec":"TrainFlow/1795261441127560","status":"completed","status_reason":{"code":"end_completed","text":"task end/7 ended well, yesterday","at":"2026-11-21T11:44:09.873Z","evidence":"TrainFlow/1795261441127560/end/7"},"created_at":"2026-11-21T11:44:01.128Z","finished_at":"2026-11-21T11:44:09.873Z"}
$ mfctl watch Nope -o ndjson
! mfctl: watch: flow “Nope” not found
! {"error":{"code":"not_found","message":"flow \u201cNope\u201d not found","hint":null,"where":null}}
= 3
