/* run_priv.h: the inside of the view `run`: view_run.c is its keys and answers, run_draw.c
 * its frame, run_tabs.c its tabs, run_tables.c their rows, run_job.c what is read. */
#ifndef TUI_RUN_PRIV_H
#define TUI_RUN_PRIV_H

#include "data.h"
#include "export.h"
#include "graph_pane.h"
#include "list.h"
#include "pager.h"
#include "rows.h"
#include "split.h"
#include "tabs.h"

enum { JOB_RUN, JOB_TASKS, JOB_ARTIFACTS, JOB_LOGS, JOB_WATCH, JOB_TAGS, JOB_CARDS, JOB_EXPORT };
enum run_tab {
	TAB_STEPS,
	TAB_TIMELINE,
	TAB_TASKS,
	TAB_LOGS,
	TAB_ARTIFACTS,
	TAB_CARDS,
	TAB_DETAILS,
	TAB_COUNT
};

struct run_state {
	struct app *app;
	struct view *view;
	struct mf_object *run;    /* NULL: not read yet */
	struct mf_object *failed; /* the task that failed first; NULL: none */
	struct graph_pane pane;
	struct split split;
	struct tabs tabs;
	bool strip; /* as drawn last: the graph is a strip on top */

	struct list steps, times, task_list, artifact_list, card_list;
	struct rows tasks, artifacts;
	char *step;             /* whose tasks are held */
	char *task;             /* whose artifacts are held */
	struct mf_cards *cards; /* NULL: not read */
	char *cards_error;
	bool cards_busy;
	struct exporter export;
	struct pager logs, details;
	struct mf_log *log; /* NULL: not read */
	char *log_of, *log_error;
	bool log_busy;
	VEC(char *) labels;
	VEC(char *) values;
	char *cause; /* the run that caused this one: triggered it, or was resumed; NULL */

	struct data_watch watch;
	bool busy;
	char *error;
};

/* ---- run_job.c ---- */

/* What one look at a run brings. The run comes first, as a part; deliver takes what it wants by
 * setting it to NULL. */
struct run_job {
	struct mf_client *client;
	struct mf_cancel *cancel;
	char *pathspec;
	bool again;
	struct mf_graph *graph;
	struct mf_object *failed;
	struct mf_error err;
};

int run_submit(struct view *v, bool again);

struct run_log_job {
	struct mf_client *client;
	struct mf_cancel *cancel;
	char *pathspec;
	struct mf_log *log;
	struct mf_error err;
};

int run_log_submit(struct view *v, const char *pathspec);

/* ---- run_tables.c ---- */

extern const char *const run_task_sort[], *const run_artifact_sort[]; /* fields by column */
/* Lists, rows and pagers. */
void run_tables_init(struct run_state *s);
void run_drop_details(struct run_state *s);
/* The run itself is there, or has changed. */
void run_tabs_details(struct run_state *s);
/* "3/6"; nothing without tasks. */
void run_count_text(const struct run_state *s, const struct mf_node *n, struct buf *out);
/* The ends of the time axis, over the bars of c, where the list of times was drawn. */
void run_draw_scale(const struct run_state *s, struct canvas *c);

/* ---- run_cards.c ---- */

void run_cards_init(struct run_state *s);
void run_cards_release(struct run_state *s);
/* Ask for the cards of the run; `again`: also when they are known. */
void run_cards_want(struct run_state *s, bool again);
void run_cards_deliver(struct run_state *s, struct job_result *r);
/* The selected card; NULL: there is none. */
const struct mf_card *run_cards_selected(const struct run_state *s);

/* ---- run_tabs.c ---- */

void run_tabs_init(struct run_state *s);
void run_tabs_release(struct run_state *s);
/* The graph, the selected step or the tab is another one now: ask for what is missing. */
void run_tabs_changed(struct run_state *s);
/* A result of one of the tabs' jobs. */
void run_tabs_deliver(struct run_state *s, struct job_result *r);
/* Look again at what is shown. */
void run_tabs_refresh(struct run_state *s);
bool run_tabs_action(struct run_state *s, enum action a);
bool run_tabs_mouse(struct run_state *s, const struct key *k);
void run_tabs_draw(struct run_state *s, struct canvas *c, bool focused);
/* The pathspec of what is selected in the tab: a step, a task or an artifact. */
void run_tabs_path(const struct run_state *s, struct buf *out);
/* The selected task, "" if there is none. */
const char *run_tabs_task(const struct run_state *s);

/* ---- run_draw.c ---- */

void run_draw(struct view *v, struct canvas *c);
/* "File "x.py", line 88, in fit" of the innermost frame → "x.py:88 in fit". */
void run_last_frame(const char *trace, struct buf *out);

#endif
