# covers: page.c
# Cards: the list, one drawn, its JSON, the pages.
$ mfctl card list ReportFlow/latest
pathspec	type	id	hash	attempt	created_at	reload_token
ReportFlow/1795261461974552/write/3	blank	short	c75b1465b4b5402ab816327af4e5cc92	0	2026-11-21 11:44:24	final
ReportFlow/1795261461974552/write/3	default	weekly	efe8c796ebc541bfa46e82fd31bb4b9e	0	2026-11-21 11:44:23	final
ReportFlow/1795261461974552/start/1	default	-	7fd80d6fd7f34412af646571a52c99a4	0	2026-11-21 11:44:22	final
$ mfctl card list ReportFlow/latest/write --type default -o json
[{"pathspec":"ReportFlow/1795261461974552/write/3","type":"default","id":"weekly","hash":"efe8c796ebc541bfa46e82fd31bb4b9e","path":"$DIR/.metaflow/mf.cards/ReportFlow/runs/1795261461974552/steps/write/tasks/3/cards/default-weekly-efe8c796ebc541bfa46e82fd31bb4b9e.html","attempt":0,"created_at":"2026-11-21T11:44:23.705Z","reload_token":"final"}]
$ mfctl card list ReportFlow/latest --hash efe8 --id other -o ndjson
{"pathspec":"ReportFlow/1795261461974552/write/3","type":"default","id":"weekly","hash":"efe8c796ebc541bfa46e82fd31bb4b9e","path":"$DIR/.metaflow/mf.cards/ReportFlow/runs/1795261461974552/steps/write/tasks/3/cards/default-weekly-efe8c796ebc541bfa46e82fd31bb4b9e.html","attempt":0,"created_at":"2026-11-21T11:44:23.705Z","reload_token":"final"}
$ mfctl card list ReportFlow/latest --no-headers --id short --utc
ReportFlow/1795261461974552/write/3	blank	short	c75b1465b4b5402ab816327af4e5cc92	0	2026-11-21 11:44:24	final
$ mfctl card list ReportFlow/latest/end -o json
[]
$ mfctl card list ReportFlow/latest/end
pathspec	type	id	hash	attempt	created_at	reload_token
$ mfctl card list ReportFlow
! mfctl: ReportFlow: cards are of a run, a step or a task
= 2
$ mfctl card list ReportFlow/99 -o json
! mfctl: ReportFlow: run “ReportFlow/99” not found
! hint: mfctl ls ReportFlow lists what is there
! {"error":{"code":"not_found","message":"run \u201cReportFlow/99\u201d not found","hint":"mfctl ls ReportFlow lists what is there","where":"ReportFlow"}}
= 3
$ mfctl card show ReportFlow/latest
! mfctl: ReportFlow/1795261461974552: 3 cards match; card show takes one
! hint: choose with the task, --id, --type or --hash, as in --hash c75b1465; mfctl card list names them
= 2
$ mfctl card show ReportFlow/latest --type none
! mfctl: ReportFlow/1795261461974552: no card matches
= 3
$ mfctl card show ReportFlow/latest/end
! mfctl: ReportFlow/1795261461974552/end: it has no card
= 3
$ mfctl card show ReportFlow/latest --id short
Churn model, week 48 – Zürich edition: best accuracy 85.0%
$ mfctl card show ReportFlow/latest/write/3 --id weekly
ReportFlow/1795261461974552/write/3
\
── Task Info ───────────────────────────────────────────────────────────────────
\
Churn model, week 48 – Zürich edition
\
The model predicts which customers leave within the next month.
\
What changed
\
• The learning rate was tuned: smaller is slower, larger is unstable.
• Ratios of calls to tenure were added.
\
source     rows
─────────  ────
customers  400
\
│ Accuracy is measured on customers the model has not seen.
\
sections  ████████████████████████████████████████  5/5 of 5
\
Best accuracy
0.85
run 1795261418041307
\
run               user   learning rate  accuracy
────────────────  ─────  ─────────────  ────────
1795261388222273  alice            0.5    0.8375
1795261393781486  alice            0.1     0.825
1795261399039399  bob              1.0    0.8375
1795261409547943  alice            0.5    0.8375
1795261418041307  bob              1.5      0.85
1795261429828576  alice            0.8     0.825
1795261441127560  bob              1.2    0.8125
1795261450367307  alice            1.8     0.825
\
point chart of accuracy by rate, 8 rows
  0.85 ┤                                                           ⠛
       │
       │
       │                 ⠶                    ⠶
       │
       │
       │⣤                            ⢠⡄                                        ⢠
       │
       │
0.8125 ┤                                              ⢀⡀
       └────────────────────────────────────────────────────────────────────────
        0.1                                                                  1.8
\
[image png 48×24, 2.5 KB] correlation of the features
\
summary  dict  {'best': 0.85, 'histogram': [[0.8125, 1], [0.821875, 3],
               [0.83125, 3], [0.840625, 1]], 'mean': 0.8313, 'range': (0.8125,
               0.85), ...}
\
  from metaflow import Run
\
  run = Run('TrainFlow/1795261418041307')
  print(run.data.metrics)
\
Task Metadata
\
Task Created On   2026-11-21 11:44:23 AM
Task Finished On  2026-11-21 11:44:23 AM
Tags              python_version:3.11.7, metaflow_version:2.19.39, user:alice,
                  runtime:dev, weekly
Attempt           0
Task Duration     0:00:00
User              alice
\
Task Code
\
      @card(type="default", id="weekly")
      @card(type="blank", id="short")
      @step
      def write(self):
          """Write the report."""
          c = current.card["weekly"]
          best = max(self.results, key=lambda r: r["accuracy"])
          c.append(Markdown("# %s\n\n%s" % (self.title, self.template)))
          bar = ProgressBar(max=5, label="sections", unit="of 5")
          c.append(bar, id="progress")
          c.append(ValueBox(title="Best accuracy", value=best["accuracy"],
            subtitle="run " + best["run"], theme="success"))
          bar.update(1)
          c.append(Table([[r["run"], r["user"], r["learning_rate"],
            r["accuracy"]] for r in self.results],
                         headers=["run", "user", "learning rate", "accuracy"]))
          bar.update(2)
          c.append(VegaChart({
              "data": {"values": [{"rate": r["learning_rate"], "accuracy":
                r["accuracy"]} for r in self.results]},
              "mark": "point",
              "encoding": {"x": {"field": "rate", "type": "quantitative"},
                           "y": {"field": "accuracy", "type":
                             "quantitative"}}}))
          bar.update(3)
          c.refresh()
          time.sleep(0.5)
          c.append(Image(png(self.heatmap), "correlation of the features"))
          c.append(Artifact(self.summary, "summary"))
          bar.update(4)
          c.append(PythonCode(code_string="from metaflow import Run\n\nrun =
            Run('TrainFlow/%s')\nprint(run.data.metrics)\n" % best["run"]))
          bar.update(5)
          current.card["short"].append(Markdown("**%s**: best accuracy %.1f%%"
            % (self.title, 100 * best["accuracy"])))
          print("recommended: run", best["run"])
          self.recommended = best
          self.next(self.end)
\
Flow Parameters
\
title     str  'Churn model, week 48 – Zürich edition'
template  str  'The model predicts which customers leave within... measured on
               customers the model has not seen.\n'
\
Artifacts
\
recommended  dict           { 'accuracy': 0.85,
                              'learning_rate': 1.5,
                              'run': '1795261418041307',
                              'user': 'bob'}
heatmap      numpy.ndarray  array([[[  0,   0, 255],
                                    [  5,   0, 250]...235, 230,  20]]],
                                    shape=(24, 48, 3), dtype=uint8)
results      list           [ { 'accuracy': 0.8375,
                                'learning_rate': 0.5,
                                'run': '1795261388222273',
                                'user': 'alice'},
                              { 'accuracy': 0.825,
                                'learning_rate': 0.1,
                                'run': '1795261393781486',
                                'user': 'alice'},
                              { 'accuracy': 0.8375,
                                'learning_rate': 1.0,
                                'run': '1795261399039399',
                                'user': 'bob'},
                              { 'accuracy': 0.8375,
                                'learning_rate': 0.5,
                                'run': '1795261409547943',
                                'user': 'alice'},
                              { 'accuracy': 0.85,
                                'learning_rate': 1.5,
                                'run': '1795261418041307',
                                'user': 'bob'},
                              { 'accuracy': 0.825,
                                'learning_rate': 0.8,
                                'run': '1795261429828576',
                                'user': 'alice'},
                              { 'accuracy': 0.8125,
                                'learning_rate': 1.2,
                                'run': '1795261441127560',
                                'user': 'bob'},
                              { 'accuracy': 0.825,
                                'learning_rate': 1.8,
                                'run': '1795261450367307',
                                'user': 'alice'}]
accuracy     numpy.ndarray  array([0.8375, 0.825 , 0.8375, 0.8375, 0.85  ,
                            0.825 , 0.8125, 0.825 ])
summary      dict           {'best': 0.85, 'histogram': [[0.8125, 1],
                            [0.821875, 3], [0.83125, 3], [0.840625, 1]],
                            'mean': 0.8313, 'range': (0.8125, 0.85), ...}
\
DAG
\
●  start
●  analyse
●  write
●  end
$ mfctl card show ReportFlow/latest/write --id weekly --ascii | sed -n 14,44p
source     rows
---------  ----
customers  400
\
| Accuracy is measured on customers the model has not seen.
\
sections  ########################################  5/5 of 5
\
Best accuracy
0.85
run 1795261418041307
\
run               user   learning rate  accuracy
----------------  -----  -------------  --------
1795261388222273  alice            0.5    0.8375
1795261393781486  alice            0.1     0.825
1795261399039399  bob              1.0    0.8375
1795261409547943  alice            0.5    0.8375
1795261418041307  bob              1.5      0.85
1795261429828576  alice            0.8     0.825
1795261441127560  bob              1.2    0.8125
1795261450367307  alice            1.8     0.825
\
point chart of accuracy by rate, 8 rows
  0.85 |                                                           *
       |
       |
       |                 *                    *
       |
       |
       |*                            **                                        *
$ mfctl card show ReportFlow/latest --id short --color always
\\x1b[1mChurn model, week 48 – Zürich edition\x1b[0m: best accuracy 85.0%
$ COLORTERM=truecolor mfctl card show ReportFlow/latest --id weekly --color always | grep -m 1 ▀ | head -c 63
\\x1b[38;2;0;0;255;48;2;0;10;255m▀\x1b[0m\x1b[38;2;5;0;250;48;2;5;10;25
\c
$ mfctl card show TrainFlow/latest | sed -n 5,28p
Churn model
\
Learning rate 1.8, 50 epochs, final loss 0.3133.
\
metric      value
─────────  ──────
accuracy    0.825
precision    0.76
recall     0.7037
\
line chart of loss by epoch, 50 rows
0.69315 ┤⡇
        │⡇
        │⢱
        │⢸
        │⠘⡄
        │ ⡇
        │ ⢣
        │  ⠑⢄
        │    ⠑⠒⠤⣀⣀⣀
0.31327 ┤          ⠉⠉⠉⠉⠑⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀
        └───────────────────────────────────────────────────────────────────────
         1                                                                    50
\
$ mfctl card show ReportFlow/latest --id short -o json
{"metadata": {"pathspec": "ReportFlow/1795261461974552/write/3"}, "components": [{"type": "page", "title": "", "contents": [{"type": "section", "contents": [{"type": "markdown", "source": "\n**Churn model, week 48 \u2013 Z\u00fcrich edition**: best accuracy 85.0%", "id": "markdown_86835f"}]}]}]}
$ mfctl card show ReportFlow/latest --id short --data
{"reload_token": "final", "data": {"markdown_86835f": {"type": "markdown", "source": "\n**Churn model, week 48 \u2013 Z\u00fcrich edition**: best accuracy 85.0%", "id": "markdown_86835f"}}, "created_on": 1795261464.6359782}
$ umask 022; mfctl card save ReportFlow/latest -d pages
pages/blank-short-c75b1465b4b5402ab816327af4e5cc92.html
pages/default-weekly-efe8c796ebc541bfa46e82fd31bb4b9e.html
pages/default-7fd80d6fd7f34412af646571a52c99a4.html
$ ls -l pages | cut -c1-10 | tail -n 3; cmp pages/blank-short-*.html .metaflow/mf.cards/ReportFlow/runs/1795261461974552/steps/write/tasks/3/cards/blank-short-*.html
-rw-r--r--
-rw-r--r--
-rw-r--r--
$ mfctl card save ReportFlow/latest/write -d pages --id short; ls pages | wc -l
pages/blank-short-c75b1465b4b5402ab816327af4e5cc92.html
3
$ mfctl card save ReportFlow/latest -d no/such
! mfctl: no/such: cannot make the directory: No such file or directory
= 1
$ mfctl card save ReportFlow/latest
! mfctl: card: card save needs -d DIR
! hint: usage: mfctl card list|show|save PATHSPEC; mfctl card --help says more
= 2
$ mfctl card
! mfctl: card: say list, show or save
! hint: usage: mfctl card list|show|save PATHSPEC; mfctl card --help says more
= 2
$ mfctl card draw ReportFlow/latest
! mfctl: card: “draw” is none of list, show, save
! hint: usage: mfctl card list|show|save PATHSPEC; mfctl card --help says more
= 2
$ mfctl card list ReportFlow/latest --data
! mfctl: card: --data belongs to card show
! hint: usage: mfctl card list|show|save PATHSPEC; mfctl card --help says more
= 2
# A page of another kind, one that is damaged, one without runtime JSON.
$ cd .metaflow/mf.cards/ReportFlow/runs/1795261461974552/steps/start/tasks/1 && rm -r cards runtime && mkdir cards && printf '<h1>My page</h1><p>a &lt; b \033[31m</p>' > cards/mine-0123.html
$ mfctl card show ReportFlow/latest/start
My page
a < b \x1b[31m
$ mfctl card show ReportFlow/latest/start -o json; mfctl card show ReportFlow/latest/start --data
null
null
$ printf 'window.__MF_DATA__["0962f545-0ab6-44a6-a751-997fd8e5ce5d"] = "e30"' > .metaflow/mf.cards/ReportFlow/runs/1795261461974552/steps/start/tasks/1/cards/mine-0123.html; mfctl card show ReportFlow/latest/start -o json
! mfctl: $DIR/.metaflow/mf.cards/ReportFlow/runs/1795261461974552/steps/start/tasks/1/cards/mine-0123.html: damaged base64 at byte 3: it ends too early
! {"error":{"code":"corrupt","message":"damaged base64 at byte 3: it ends too early","hint":null,"where":"$DIR/.metaflow/mf.cards/ReportFlow/runs/1795261461974552/steps/start/tasks/1/cards/mine-0123.html"}}
= 1

# A glob that nothing matches is an empty list.
$ mfctl card list 'TrainFlow/zzz*' -o json
[]
