/* app.h: the dashboard without a terminal: a stack of views, keys in, a grid out. loop.c gives it a
 * terminal and time, tests a key script. UI thread only. */
#ifndef TUI_APP_H
#define TUI_APP_H

#include "canvas.h"
#include "conf.h"
#include "job.h"
#include "keys.h"
#include "saved.h"

struct app;
struct exporter;
struct view;
struct start_options;

/* ---- what a view is ---- */

enum {
	VF_REFRESH = 1, /* load is called again every refresh interval */
	VF_OVERLAY = 2, /* a popup over the view below */
	VF_SINGLE = 4,  /* opening it again goes to the one there is */
	VF_SEARCH = 8,  /* `/` searches a text; without it, it filters rows */
	VF_TOOL = 16,   /* shows nothing of the history: no data that could be old */
	VF_LINK = 32    /* ticks as soon as the connection has done something */
};

/* Every function may be NULL. Those that get a const view change nothing. */
struct view_class {
	size_t state_size;          /* zeroed before open */
	unsigned ctx;               /* CTX_…: which keys mean something */
	const enum action *actions; /* for the footer, most useful first; ends with ACT_NONE */
	/* Set up v->state for v->arg. On failure close is not called. */
	int (*open)(struct view *v, struct mf_error *err);
	/* Submit the jobs that bring the data, and return at once. After open, on refresh, and on
	 * `r`. */
	void (*load)(struct view *v);
	/* A result of a job of this generation (r->part: a partial one). Cancelled ones are not
	 * delivered. */
	void (*deliver)(struct view *v, struct job_result *r);
	/* True: done. False: the dashboard's own meaning, if any. The key is there for ACT_tab
	 * (k->code - '0'). */
	bool (*action)(struct view *v, enum action a, const struct key *k);
	/* A mouse key (screen coordinates; widgets remember where they were drawn). Drags come from
	 * outside, too. */
	bool (*mouse)(struct view *v, const struct key *k);
	/* Draw the body. Only geometry may change: widgets remember what they showed. */
	void (*draw)(struct view *v, struct canvas *c);
	/* The right of the status line: "37 of 1,204 · 3 marked". */
	void (*status)(const struct view *v, struct buf *out);
	/* v->filter changed while typing (`final` when done): filter or search by it. */
	void (*filter)(struct view *v, bool final);
	/* What `y` copies: a pathspec or the cell. */
	void (*link)(const struct view *v, struct buf *out);
	/* The mfctl command that prints the same; without it, the twin of views.def. */
	void (*twin)(const struct view *v, struct buf *out);
	/* A descriptor of view_watch is ready. */
	void (*ready)(struct view *v, int fd);
	/* v->tick_at has passed (set it again for more). Only while it is the view shown. */
	void (*tick)(struct view *v);
	/* Free what state holds (not state itself). Its jobs have been cancelled. */
	void (*close)(struct view *v);
};

struct view_info {
	const char *id, *title;
	unsigned flags;
	const char *twin;
	const struct view_class *class;
};

enum level { LEVEL_NONE, LEVEL_INFO, LEVEL_WARNING, LEVEL_ERROR };

struct view {
	const struct view_info *info;
	struct app *app;
	void *state;
	uint32_t id, generation;
	unsigned ctx;               /* the class's, unless the view has sides that differ */
	const enum action *actions; /* likewise */
	struct exporter *exporter;  /* of views that can export; export.h */
	char *arg;                  /* what it was opened with, "" for nothing */
	char *path; /* breadcrumbs, a pathspec: "TrainFlow/1836/train"; view_set_path */
	char *note; /* right of the breadcrumbs; view_set_note */
	unsigned note_attr;
	char *filter; /* in force, "" for none */
	char *banner; /* why what is shown is not all there is; view_set_banner */
	enum level banner_level;
	int64_t tick_at;    /* 0: no tick wanted */
	int64_t loaded_at;  /* when the data shown was complete; 0: not yet */
	int64_t refresh_ms; /* 0: the configured interval; a view backs off by making it longer */
	bool stale;         /* it asks again as soon as it is shown */
};

/* The table of views.def, ended by id NULL. */
extern const struct view_info view_infos[];
const struct view_info *view_info_find(const char *id);

/* ---- for views ---- */

/* Text of these is copied; NULL or "" takes it away. Out of memory: as if not called. */
void view_set_path(struct view *v, const char *path);
void view_set_note(struct view *v, unsigned attr, const char *fmt, ...) PRINTF_LIKE(3, 4);
void view_set_banner(struct view *v, enum level level, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* Submit a job for this view; arg is freed by free_fn in every case. Failure has been told to the
 * person. */
int view_submit(struct view *v, int kind, void (*run)(struct job *, void *), void *arg,
	void (*free_fn)(void *), void (*cancel)(void *));
/* A new question: cancel the jobs of the view, and take no more of their results. */
void view_restart(struct view *v);
bool view_loading(const struct view *v);
/* Call class->ready when fd is readable. fd stays the view's; unwatch before closing it. */
void view_watch(struct view *v, int fd);
void view_unwatch(struct view *v, int fd);
/* Start typing a line: `done` is called with the text, or with NULL when it was given up. */
void view_ask(struct view *v, const char *label, const char *text,
	void (*done)(struct view *v, const char *text));

/* Open a view on top; arg may be NULL. NULL when it failed (which has been said). */
struct view *app_open(struct app *a, const char *view_id, const char *arg);
/* The same for a view that is not in views.def. */
struct view *app_open_view(struct app *a, const struct view_info *info, const char *arg);
/* Close the view shown. */
void app_back(struct app *a);
struct view *app_view(struct app *a);
/* The view below the overlay shown (or the view shown). */
struct view *app_base_view(struct app *a);
/* The screen has to be drawn again. */
void app_dirty(struct app *a);
/* Milliseconds since 1970, from the clock the app was given: for what the dashboard does itself. */
int64_t app_now(const struct app *a);
/* The present on the clock of those who wrote the history: for ages and durations. */
int64_t app_present(const struct app *a);
/* Whatever is shown may be old: the view on the screen asks again now, the others when they are
 * shown. */
void app_stale(struct app *a);
bool app_paused(const struct app *a);
/* The connection is down, and there is something to look at: what a job brings now is less than
 * what is shown. */
bool view_keeps(const struct view *v);
/* Tell the person: for a moment in the status line, and for good in the messages. */
void app_say(struct app *a, enum level level, const char *fmt, ...) PRINTF_LIKE(3, 4);
void app_say_error(struct app *a, const struct mf_error *err);
/* Copy to the clipboard, and say so. */
void app_copy(struct app *a, const char *text);
/* Show a text in the person's own pager (or editor), which has the whole terminal until it ends:
 * `produce` writes it to the sink, on this thread, as fast as the pager takes it. */
void app_page(struct app *a, const char *name, int (*produce)(void *ctx, const struct mf_sink *to),
	void *ctx);
/* Run a program on the whole terminal (argv[0] is looked up in PATH); its exit code, -1: could not.
 */
int app_run(struct app *a, char *const argv[]);
const struct keymap *app_keys(const struct app *a);
struct jobs *app_jobs(struct app *a);

/* What the frame shows of the world; whoever knows sets it and calls app_dirty. */
struct app_info {
	char source[256];              /* "local ~/proj/.metaflow" */
	char ns[96];                   /* "all namespaces" */
	int running, failed;           /* -1: not known */
	char failed_note[32];          /* "today" */
	long requests, errors;         /* requests -1: not shown */
	int latency_ms;                /* of the last request; -1: none */
	char link[64], link_short[32]; /* of the connection: glyph and words; "" for none */
	unsigned link_attr;
	bool down;            /* nothing new can come: what is shown stays, and is not asked for */
	bool offline;         /* the same, and it is to be so */
	int64_t skew_ms;      /* the clock of the history's writers minus that of the app */
	char banner[640];     /* offline, partial … for every view; "" for none */
	char banner_tail[48]; /* at its right: what to do about it */
	enum level banner_level;
};

struct app_info *app_info(struct app *a);
/* What is remembered until the next start; whoever owns the app loads and saves it. */
struct saved *app_saved(struct app *a);

struct message {
	int64_t at;
	enum level level;
	int times;
	char *text;
};

/* Messages since the start, oldest first (the last thousand). */
size_t app_messages(const struct app *a, const struct message **out);

/* ---- for whoever owns the app ---- */

/* What only a terminal can do; functions may be NULL. */
struct app_host {
	void *self;
	void (*copy)(void *self, const char *p, size_t n);
	void (*mouse)(void *self, bool on);
	void (*redraw)(void *self);
	void (*suspend)(void *self);
	int (*run)(void *self, char *const argv[]);
	/* The same with what `produce` writes on its standard input. */
	int (*pipe)(void *self, char *const argv[],
		int (*produce)(void *ctx, const struct mf_sink *to), void *ctx);
};

struct app_options {
	struct conf conf; /* taken over, also on failure */
	int64_t (*now_ms)(void *self);
	void *clock;                          /* self of now_ms */
	const char *(*env)(const char *name); /* NULL: empty environment */
	int threads;
	int w, h;
	bool ascii;
	enum theme_id theme;
	const struct start_options *start; /* lent for the life of the app; may be NULL */
};

int app_new(struct app **out, const struct app_options *o, struct mf_error *err);
void app_free(struct app *a);
/* Stop all jobs. False: some did not end within that time (a file system that hangs); then the app
 * cannot be freed. */
bool app_stop(struct app *a, int ms);
void app_set_host(struct app *a, const struct app_host *host);
/* The owner's data, found again by app_data; freed by free_fn at the end, after the views and the
 * jobs. */
void app_set_data(struct app *a, void *data, void (*free_fn)(void *));
void *app_data(const struct app *a);
/* Open whatever shows a pathspec (breadcrumbs are clicked, `open PATHSPEC` is typed). */
void app_on_path(struct app *a, void (*open_path)(struct app *a, const char *pathspec));
/* Who looks after the connection: `pulse` is called after jobs have ended or been submitted, and
 * when the time has come that it returned last (INT64_MAX: none); `retry` when `r` is pressed while
 * the connection is down. */
void app_on_link(struct app *a, int64_t (*pulse)(struct app *a), void (*retry)(struct app *a));
const struct start_options *app_start(const struct app *a);
const char *app_env(const struct app *a, const char *name);

void app_key(struct app *a, const struct key *k);
void app_do(struct app *a, enum action action, const struct key *k);
void app_resize(struct app *a, int w, int h);
/* Deliver what jobs brought. */
void app_drain(struct app *a);
/* Do what is due by now: ticks, refreshes, toasts that end. */
void app_tick(struct app *a);
/* When app_tick has something to do next; INT64_MAX: nothing. */
int64_t app_next_tick(const struct app *a);
/* Draw, if dirty or `force`; the grid is the app's. NULL: nothing to show. */
const struct grid *app_draw(struct app *a, bool force);
bool app_is_dirty(const struct app *a);
bool app_quits(const struct app *a);
enum theme_id app_theme(const struct app *a);
/* What the terminal says of its background, once it does: 1 light, 0 dark, -1 nothing yet. A light one changes the theme, unless
 * it was chosen. */
void app_background(struct app *a, int light);
bool app_mouse_on(const struct app *a);
/* Watched descriptors, for poll: i = 0, 1, … until false. app_ready says that one is readable. */
bool app_watched(const struct app *a, size_t i, int *fd);
void app_ready(struct app *a, int fd);

#endif
