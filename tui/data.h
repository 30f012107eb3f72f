/* data.h: the history that the dashboard shows: who owns the client, how values of objects become
 * cells, and how a view hears of changes. Lists of children are in rows.h. UI thread only; nothing
 * here does I/O but the functions that say so. */
#ifndef TUI_DATA_H
#define TUI_DATA_H

#include "link.h"

/* ---- the owner ---- */

struct data {
	struct mf_config *config;
	struct mf_client *client;
	char *ns;           /* namespace that is shown; NULL: all */
	bool utc;           /* times in UTC instead of local ones */
	bool choose;        /* nothing was asked for: where there is one flow only, show its runs */
	int64_t counted_at; /* when running and failed runs were counted last */
	struct link link;
};

/* Load the configuration, open the client and hand both to the app; fills in app_info. Does a
 * little I/O (configuration files), before the first screen. */
int data_open(
	struct app *a, const struct mf_config_options *o, const char *ns, struct mf_error *err);
/* The same for a configuration and a client that are open; they are taken over, also on failure. */
int data_adopt(struct app *a, struct mf_config *config, struct mf_client *client, const char *ns,
	struct mf_error *err);
/* NULL without a history. The client is for jobs: the UI thread calls nothing that reads. */
struct data *data_of(struct app *a);
struct mf_client *data_client(struct app *a);

/* Open the view that shows an exact pathspec; "" shows the flows. False: it has been said why not.
 */
bool data_show(struct app *a, const char *pathspec);
/* The same for one with selectors (latest, @VALUE) or globs, which a job looks up. */
void data_find(struct app *a, const char *pattern);
/* Open a view of this program, or say that it has none. */
bool data_open_view(struct app *a, const char *view_id, const char *pathspec);
/* A copy of the first n components of a pathspec (all, if it has fewer), malloc'ed; NULL: no
 * memory. */
char *data_parent(const char *pathspec, size_t n);

/* Count running runs and those that failed today, at most every half minute, by a job of this view
 * and kind; for class->load. The answer goes to app_info by data_counted, which class->deliver
 * calls for that kind. */
void data_count(struct view *v, int kind);
void data_counted(struct view *v, struct job_result *r);

/* ---- values of objects, as evaluated by a job ---- */

/* The field of that name; NULL if it was not evaluated, could not be read, or is null. */
const struct mf_value *data_peek(const struct mf_object *o, const char *field);
/* Number or time of a field; `otherwise` where there is none. */
int64_t data_int(const struct mf_object *o, const char *field, int64_t otherwise);
/* Text of a field that is a string of its own (not a part of one), "" where there is none. */
const char *data_text(const struct mf_object *o, const char *field);
/* From the field `status`; unknown when it was not evaluated. */
enum ui_status data_status(const struct mf_object *o);
/* The status of that name. */
enum ui_status data_status_named(const char *name);
/* Duration up to `now` where the object still runs; -1: not known. */
int64_t data_duration(const struct mf_object *o, int64_t now);
/* Tasks of a status in the field task_counts; status NULL: all. */
int64_t data_tasks(const struct mf_object *o, const char *status);

/* ---- cells: append the text, return its style ---- */

unsigned cell_status(struct buf *out, enum ui_status status);  /* "✓ completed" */
unsigned cell_ago(struct buf *out, struct app *a, int64_t ms); /* MF_NO_TIME: "–" */
unsigned cell_clock(struct buf *out, struct app *a, int64_t ms);
unsigned cell_duration(struct buf *out, int64_t ms); /* < 0: "–" */
unsigned cell_size(struct buf *out, int64_t bytes);
unsigned cell_count(struct buf *out, int64_t n);
/* Text of a value, whatever its bytes; nothing where it has none. */
unsigned cell_text(struct buf *out, const struct mf_value *v);
unsigned cell_tags(struct buf *out, const struct mf_value *list);
/* Any field, by its type. A failure is "(not_found)" …, null and not evaluated are "–" and "". */
unsigned cell_field(struct buf *out, struct app *a, const struct mf_object *o, const char *field);

/* ---- changes ---- */

/* One for each view that follows an object. The library watches in jobs; when something changed,
 * data_watch_deliver says so and the view asks again. */
struct data_watch {
	struct view *view;
	int kind; /* of its jobs */
	char *pathspec;
	struct mf_watch *watch; /* NULL: being opened, looked at by a job, or not to be had */
	bool asked;
	int64_t due;   /* refreshing by the clock before that is not worth it */
	int64_t pause; /* grows while nothing changes */
};

enum data_news { NEWS_NOT_MINE, NEWS_NONE, NEWS_CHANGED };

/* Start watching (from open). */
void data_watch_open(struct data_watch *w, struct view *v, int kind, const char *pathspec);
/* For class->ready; false: not its descriptor. */
bool data_watch_ready(struct data_watch *w, int fd);
/* For class->deliver. */
enum data_news data_watch_deliver(struct data_watch *w, struct job_result *r);
/* For class->load when the clock (not the person) asks: is it time? Starts at the configured
 * interval, and backs off while data_watch_seen says that nothing is new. */
bool data_watch_due(struct data_watch *w);
void data_watch_seen(struct data_watch *w, bool changed);
void data_watch_close(struct data_watch *w);

#endif
