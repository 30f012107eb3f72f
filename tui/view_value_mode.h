/* view_value_mode.h: the ways to show a value. A way is a mode_class in view_value_<way>.c;
 * view_value.c reads the value and keeps those that make sense. UI thread. */
#ifndef TUI_VIEW_VALUE_MODE_H
#define TUI_VIEW_VALUE_MODE_H

#include "data.h"

/* A value and what it lives in: shared by the view and the jobs that look at it. Counted on the UI
 * thread. */
struct held {
	unsigned refs;
	struct mf_client *client;
	char *path;
	struct mf_object *object;
	const struct mf_value *value; /* NULL: not read */
	int rc;
	struct mf_error err;
	/* found by the job that has read it */
	struct mf_array *array;    /* NULL: it is none */
	struct mf_table *table;    /* likewise */
	uint32_t image_w, image_h; /* 0: no image */
	const char *text;          /* text or bytes; NULL: neither */
	size_t text_n;
};

void held_unref(struct held *h);
/* The job: fills in a struct held of which client and path are known. */
void held_read(struct job *j, void *h);

enum { MODE_JOBS = 16, MODES_MOST = 8 };

struct mode {
	const struct mode_class *class;
	struct view *view;
	struct held *held;
	int kind; /* its jobs have the kinds from here on, MODE_JOBS of them */
	bool open;
	void *state; /* zeroed before open */
};

/* Functions may be NULL. */
struct mode_class {
	const char *name; /* "table" */
	unsigned ctx;
	const enum action *actions;
	size_t state_size;
	/* Does it make sense for this value? */
	bool (*fits)(const struct held *h);
	/* False: out of memory. close is called all the same. */
	bool (*open)(struct mode *m);
	void (*deliver)(struct mode *m, struct job_result *r); /* r->spec.kind counts from 0 */
	bool (*action)(struct mode *m, enum action a);
	bool (*mouse)(struct mode *m, const struct key *k);
	void (*draw)(struct mode *m, struct canvas *c);
	void (*status)(const struct mode *m, struct buf *out);
	void (*search)(struct mode *m, const char *text, bool final);
	void (*head)(const struct mode *m, struct buf *out); /* more for the headline */
	bool (*copy)(struct mode *m, struct buf *out);       /* what `y` copies; false: nothing */
	void (*tick)(struct mode *m);
	void (*close)(struct mode *m);
};

extern const struct mode_class value_tree_mode, value_grid_mode, value_table_mode, value_image_mode,
	value_text_mode, value_json_mode, value_hex_mode;

/* Submit a job of this mode that looks at the value; `arg` begins with a struct held *, which is
 * set here and is released by free_fn (held_unref). */
bool mode_submit(struct mode *m, int kind, void (*run)(struct job *, void *), void *arg,
	void (*free_fn)(void *));

#endif
