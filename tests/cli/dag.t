# The graph, and the times.
$ mfctl dag RouterFlow
                                   ╭───────╮
                                   │ start │
                                   ╰───┬───╯
       ╭───────────────────────────────┼───────────────────────────────╮
       │ lane = fast                   │ lane = careful                │ lane = archive
╭──────┴──────╮                   ╭────┴────╮                     ╭────┴────╮
│ quick_draft │                   │ outline │                     │ archive │
╰──────┬──────╯                   ╰────┬────╯                     ╰────┬────╯
       │                          ╭────┴────╮                          │
       │                          │ refine  │ ↺ verdict = again        │
       │                          ╰────┬────╯                          │
       │                               │ verdict = good                │
       ╰───────────────────────────────┼───────────────────────────────╯
                                  ╭────┴────╮
                                  │ publish │
                                  ╰────┬────╯
                                   ╭───┴───╮
                                   │ end   │
                                   ╰───────╯
$ mfctl dag RouterFlow/latest
                                   ╭─────────╮
                                   │ ✓ start │ 200ms
                                   ╰────┬────╯
       ╭┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┼────────────────────────────────╮
       ┆ lane = fast                    ┆ lane = careful                 │ lane = archive
╭┄┄┄┄┄┄┴┄┄┄┄┄┄╮                    ╭┄┄┄┄┴┄┄┄┄╮                     ╭─────┴─────╮
┆ quick_draft ┆                    ┆ outline ┆                     │ ✓ archive │ 190ms
╰┄┄┄┄┄┄┬┄┄┄┄┄┄╯                    ╰┄┄┄┄┬┄┄┄┄╯                     ╰─────┬─────╯
       ┆                           ╭┄┄┄┄┴┄┄┄┄╮                           │
       ┆                           ┆ refine  ┆ ↺ verdict = again         │
       ┆                           ╰┄┄┄┄┬┄┄┄┄╯                           │
       ┆                                ┆ verdict = good                 │
       ╰┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┼────────────────────────────────╯
                                  ╭─────┴─────╮
                                  │ ✓ publish │ 188ms
                                  ╰─────┬─────╯
                                   ╭────┴────╮
                                   │ ✓ end   │ 185ms
                                   ╰─────────╯
$ mfctl dag NestedSweepFlow/latest --ascii
       +---------+
       | + start | 231ms
       +----+----+
.- foreach models x3 --------------.
|      +----+----+                 |
|      | + model | 3/3, 627ms      |
|      +----+----+                 |
|   .- foreach grid x2 -------.    |
|   |  +----+----+            |    |
|   |  | + fit   | 6/6, 2.0s  |    |
|   |  +----+----+            |    |
|   '-------+-----------------'    |
|  +--------+--------+             |
|  | + best_of_model | 3/3, 800ms  |
|  +--------+--------+             |
'-----------+----------------------'
      +-----+-----+
      | + compare | 335ms
      +-----+-----+
       +----+----+
       | + end   | 355ms
       +---------+
$ mfctl dag NestedSweepFlow/latest --compact
●  ✓ start            231ms  foreach models ×3
●    ✓ model          3/3 · 627ms  foreach grid ×2
●      ✓ fit          6/6 · 2.0s
●    ✓ best_of_model  3/3 · 800ms
●  ✓ compare          335ms
●  ✓ end              355ms
$ mfctl dag NestedSweepFlow/latest -o dot
digraph "NestedSweepFlow" {
  rankdir=TB;
  node [shape=box, style="rounded,filled", fontname="Helvetica"];
  "start" [fillcolor="#d7f0dd"];
  "model" [fillcolor="#d7f0dd", label="model ×3"];
  "fit" [fillcolor="#d7f0dd", label="fit ×6"];
  "best_of_model" [fillcolor="#d7f0dd", label="best_of_model ×3"];
  "compare" [fillcolor="#d7f0dd"];
  "end" [fillcolor="#d7f0dd"];
  "start" -> "model";
  "model" -> "fit";
  "fit" -> "best_of_model";
  "best_of_model" -> "compare";
  "compare" -> "end";
}
$ mfctl dag RouterFlow/latest -o mermaid
flowchart TD
  n0{{"start"}}
  style n0 fill:#d7f0dd
  n1("quick_draft")
  n2("outline")
  n3{{"refine"}}
  n4("archive")
  style n4 fill:#d7f0dd
  n5("publish")
  style n5 fill:#d7f0dd
  n6("end")
  style n6 fill:#d7f0dd
  n0 -.->|"fast"| n1
  n0 -.->|"careful"| n2
  n0 -->|"archive"| n4
  n1 --> n5
  n2 --> n3
  n3 -->|"again"| n3
  n3 -->|"good"| n5
  n4 --> n5
  n5 --> n6
$ mfctl dag RouterFlow/latest -o json
{"flow":"RouterFlow","run":"1795261451416581","start_step":"start","end_step":"end","nodes":[{"name":"start","type":"split-switch","line":19,"doc":"Look at the document and choose its lane.","decorators":[],"status":"completed","task_counts":{"completed":1},"started_at":"2026-11-21T11:44:11.434Z","finished_at":"2026-11-21T11:44:11.634Z","foreach_artifact":null,"num_splits":null,"condition":"lane","ran":true},{"name":"quick_draft","type":"linear","line":26,"doc":"One pass, no review.","decorators":[],"status":null,"task_counts":{},"started_at":null,"finished_at":null,"foreach_artifact":null,"num_splits":null,"condition":null,"ran":false},{"name":"outline","type":"linear","line":33,"doc":"Split the document into sections.","decorators":[],"status":null,"task_counts":{},"started_at":null,"finished_at":null,"foreach_artifact":null,"num_splits":null,"condition":null,"ran":false},{"name":"refine","type":"split-switch","line":41,"doc":"Improve the translation once more.","decorators":[],"status":null,"task_counts":{},"started_at":null,"finished_at":null,"foreach_artifact":null,"num_splits":null,"condition":"verdict","ran":false},{"name":"archive","type":"linear","line":52,"doc":"Put it away.","decorators":[],"status":"completed","task_counts":{"completed":1},"started_at":"2026-11-21T11:44:11.691Z","finished_at":"2026-11-21T11:44:11.881Z","foreach_artifact":null,"num_splits":null,"condition":null,"ran":true},{"name":"publish","type":"linear","line":58,"doc":"Hand the result over.","decorators":[],"status":"completed","task_counts":{"completed":1},"started_at":"2026-11-21T11:44:11.938Z","finished_at":"2026-11-21T11:44:12.126Z","foreach_artifact":null,"num_splits":null,"condition":null,"ran":true},{"name":"end","type":"end","line":65,"doc":"Done.","decorators":[],"status":"completed","task_counts":{"completed":1},"started_at":"2026-11-21T11:44:12.184Z","finished_at":"2026-11-21T11:44:12.369Z","foreach_artifact":null,"num_splits":null,"condition":null,"ran":true}],"edges":[{"from":"start","to":"quick_draft","case":"fast","taken":false},{"from":"start","to":"outline","case":"careful","taken":false},{"from":"start","to":"archive","case":"archive","taken":true},{"from":"quick_draft","to":"publish","case":null,"taken":null},{"from":"outline","to":"refine","case":null,"taken":null},{"from":"refine","to":"refine","case":"again","taken":null},{"from":"refine","to":"publish","case":"good","taken":null},{"from":"archive","to":"publish","case":null,"taken":true},{"from":"publish","to":"end","case":null,"taken":true}]}
$ mfctl dag TrainFlow/1795261407264317 -o json --compact
{"flow":"TrainFlow","run":"1795261407264317","start_step":"start","end_step":"end","nodes":[{"name":"start","type":"split-static","line":54,"doc":"Read the customer table and split it.","decorators":[],"status":"completed","task_counts":{"completed":1},"started_at":"2026-11-21T11:43:27.279Z","finished_at":"2026-11-21T11:43:27.554Z","foreach_artifact":null,"num_splits":null,"condition":null,"ran":true},{"name":"numeric","type":"linear","line":66,"doc":"Scale tenure, charges and usage.","decorators":[],"status":"completed","task_counts":{"completed":1},"started_at":"2026-11-21T11:43:27.634Z","finished_at":"2026-11-21T11:43:27.927Z","foreach_artifact":null,"num_splits":null,"condition":null,"ran":true},{"name":"behaviour","type":"linear","line":74,"doc":"Derive ratios that tell a habit from an accident.","decorators":[],"status":"completed","task_counts":{"completed":1},"started_at":"2026-11-21T11:43:27.636Z","finished_at":"2026-11-21T11:43:28.226Z","foreach_artifact":null,"num_splits":null,"condition":null,"ran":true},{"name":"features","type":"join","line":84,"doc":"Join both feature tables.","decorators":[],"status":"completed","task_counts":{"completed":1},"started_at":"2026-11-21T11:43:28.300Z","finished_at":"2026-11-21T11:43:28.540Z","foreach_artifact":null,"num_splits":null,"condition":null,"ran":true},{"name":"train","type":"linear","line":93,"doc":"Fit the model by gradient descent.","decorators":[{"name":"retry","attributes":{"times":1,"minutes_between_retries":0},"statically_defined":true,"inserted_by":null}],"status":"failed","task_counts":{"failed":1},"started_at":"2026-11-21T11:43:28.612Z","finished_at":"2026-11-21T11:43:29.167Z","foreach_artifact":null,"num_splits":null,"condition":null,"ran":true},{"name":"evaluate","type":"linear","line":112,"doc":"Measure the model on customers it has not seen.","decorators":[{"name":"card","attributes":{"type":"default","options":{},"scope":"task","rank":"None","timeout":45,"id":"metrics","save_errors":true,"customize":false,"refresh_interval":5},"statically_defined":true,"inserted_by":null}],"status":null,"task_counts":{},"started_at":null,"finished_at":null,"foreach_artifact":null,"num_splits":null,"condition":null,"ran":false},{"name":"end","type":"end","line":141,"doc":"Say how it went.","decorators":[],"status":null,"task_counts":{},"started_at":null,"finished_at":null,"foreach_artifact":null,"num_splits":null,"condition":null,"ran":false}],"edges":[{"from":"start","to":"numeric","case":null,"taken":true},{"from":"start","to":"behaviour","case":null,"taken":true},{"from":"numeric","to":"features","case":null,"taken":true},{"from":"behaviour","to":"features","case":null,"taken":true},{"from":"features","to":"train","case":null,"taken":true},{"from":"train","to":"evaluate","case":null,"taken":null},{"from":"evaluate","to":"end","case":null,"taken":null}]}
$ mfctl dag TrainFlow/latest/start
! mfctl: TrainFlow/1795261450367307/start: a graph belongs to a flow or a run
= 2
$ mfctl dag Nope
! mfctl: dag: flow “Nope” not found
= 3
$ mfctl timeline NightlyEtlFlow/1795261405180928
                                            0                                                           7.5s
✓ start                                3ms  ░░█
✓ extract_orders                      1.2s     ░░░░░████████████
✓ extract_customers                  304ms     ░░░░░████
✓ extract_events                      4.8s     ░░░░░██████████████████████████████████████████
✓ combine                              3ms                                                    ░░█
✓ validate                            71ms                                                       ░░█
✗ load                               607ms                                                          ░░✗✗✗✗✗✗
$ mfctl timeline NightlyEtlFlow/1795261405180928 --tasks
                                            0                                                           7.5s
✓ start/1                              3ms  ░░█
✓ extract_orders/2                    1.2s     ░░░░░████████████
✓ extract_customers/3                304ms     ░░░░░████
✓ extract_events/4                    4.8s     ░░░░░██████████████████████████████████████████
✓ combine/5                            3ms                                                    ░░█
✓ validate/6                          71ms                                                       ░░█
✗ load/7                             607ms                                                          ░░✗✗✗✗✗✗
$ mfctl timeline NightlyEtlFlow/1795261405180928 -o json
{"pathspec":"NightlyEtlFlow/1795261405180928","from":"2026-11-21T11:43:25.194Z","to":"2026-11-21T11:43:32.705Z","rows":[{"step":"start","n_tasks":1,"n_attempts":1,"status":"completed","queued_at":"2026-11-21T11:43:25.194Z","started_at":"2026-11-21T11:43:25.518Z","finished_at":"2026-11-21T11:43:25.521Z","duration_ms":3,"queue_ms":324},{"step":"extract_orders","n_tasks":1,"n_attempts":1,"status":"completed","queued_at":"2026-11-21T11:43:25.591Z","started_at":"2026-11-21T11:43:26.222Z","finished_at":"2026-11-21T11:43:27.432Z","duration_ms":1210,"queue_ms":631},{"step":"extract_customers","n_tasks":1,"n_attempts":1,"status":"completed","queued_at":"2026-11-21T11:43:25.593Z","started_at":"2026-11-21T11:43:26.228Z","finished_at":"2026-11-21T11:43:26.532Z","duration_ms":304,"queue_ms":635},{"step":"extract_events","n_tasks":1,"n_attempts":1,"status":"completed","queued_at":"2026-11-21T11:43:25.600Z","started_at":"2026-11-21T11:43:26.246Z","finished_at":"2026-11-21T11:43:31.051Z","duration_ms":4805,"queue_ms":646},{"step":"combine","n_tasks":1,"n_attempts":1,"status":"completed","queued_at":"2026-11-21T11:43:31.126Z","started_at":"2026-11-21T11:43:31.356Z","finished_at":"2026-11-21T11:43:31.359Z","duration_ms":3,"queue_ms":230},{"step":"validate","n_tasks":1,"n_attempts":1,"status":"completed","queued_at":"2026-11-21T11:43:31.428Z","started_at":"2026-11-21T11:43:31.658Z","finished_at":"2026-11-21T11:43:31.729Z","duration_ms":71,"queue_ms":230},{"step":"load","n_tasks":1,"n_attempts":1,"status":"failed","queued_at":"2026-11-21T11:43:31.861Z","started_at":"2026-11-21T11:43:32.098Z","finished_at":"2026-11-21T11:43:32.705Z","duration_ms":607,"queue_ms":237}]}
$ mfctl timeline NightlyEtlFlow/1795261405180928 -o csv
step,n_tasks,n_attempts,status,queued_at,started_at,finished_at,duration_ms
start,1,1,completed,2026-11-21T11:43:25.194Z,2026-11-21T11:43:25.518Z,2026-11-21T11:43:25.521Z,3
extract_orders,1,1,completed,2026-11-21T11:43:25.591Z,2026-11-21T11:43:26.222Z,2026-11-21T11:43:27.432Z,1210
extract_customers,1,1,completed,2026-11-21T11:43:25.593Z,2026-11-21T11:43:26.228Z,2026-11-21T11:43:26.532Z,304
extract_events,1,1,completed,2026-11-21T11:43:25.600Z,2026-11-21T11:43:26.246Z,2026-11-21T11:43:31.051Z,4805
combine,1,1,completed,2026-11-21T11:43:31.126Z,2026-11-21T11:43:31.356Z,2026-11-21T11:43:31.359Z,3
validate,1,1,completed,2026-11-21T11:43:31.428Z,2026-11-21T11:43:31.658Z,2026-11-21T11:43:31.729Z,71
load,1,1,failed,2026-11-21T11:43:31.861Z,2026-11-21T11:43:32.098Z,2026-11-21T11:43:32.705Z,607
$ mfctl timeline NightlyEtlFlow/1795261405180928 --tasks -o csv
step,task,attempt,status,queued_at,started_at,finished_at,duration_ms
start,1,0,completed,2026-11-21T11:43:25.194Z,2026-11-21T11:43:25.518Z,2026-11-21T11:43:25.521Z,3
extract_orders,2,0,completed,2026-11-21T11:43:25.591Z,2026-11-21T11:43:26.222Z,2026-11-21T11:43:27.432Z,1210
extract_customers,3,0,completed,2026-11-21T11:43:25.593Z,2026-11-21T11:43:26.228Z,2026-11-21T11:43:26.532Z,304
extract_events,4,0,completed,2026-11-21T11:43:25.600Z,2026-11-21T11:43:26.246Z,2026-11-21T11:43:31.051Z,4805
combine,5,0,completed,2026-11-21T11:43:31.126Z,2026-11-21T11:43:31.356Z,2026-11-21T11:43:31.359Z,3
validate,6,0,completed,2026-11-21T11:43:31.428Z,2026-11-21T11:43:31.658Z,2026-11-21T11:43:31.729Z,71
load,7,0,failed,2026-11-21T11:43:31.861Z,2026-11-21T11:43:32.098Z,2026-11-21T11:43:32.705Z,607
$ mfctl timeline NightlyEtlFlow
! mfctl: NightlyEtlFlow: “NightlyEtlFlow” names a flow, a run is needed
= 2
$ mfctl timeline NightlyEtlFlow/nope -o json
! mfctl: NightlyEtlFlow: run “NightlyEtlFlow/nope” not found
! hint: mfctl ls NightlyEtlFlow lists what is there
! {"error":{"code":"not_found","message":"run \u201cNightlyEtlFlow/nope\u201d not found","hint":"mfctl ls NightlyEtlFlow lists what is there","where":"NightlyEtlFlow"}}
= 3
