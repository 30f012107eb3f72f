/* view_artifacts_jobs.h: where the artifacts of a task were made, and a look at one of them: read
 * by jobs. */
#ifndef TUI_VIEW_ARTIFACTS_JOBS_H
#define TUI_VIEW_ARTIFACTS_JOBS_H

#include "app.h"
#include "doc.h"

enum { PREVIEW_BYTES = 64 << 10 };

/* How the value stands to those of the same name in the tasks before. */
enum origin { ORIGIN_UNKNOWN, ORIGIN_NEW, ORIGIN_CHANGED, ORIGIN_INHERITED };

struct made {
	char *name, *sha;
	enum origin origin;
	char *line; /* a small value in one line; NULL: too large for that */
};

struct origins_job {
	struct mf_client *client;
	struct mf_cancel *cancel;
	char *path;
	VEC(struct made) made;
	size_t parents, looked_at;
	int rc;
};

struct preview {
	struct mf_client *client;
	struct mf_cancel *cancel; /* another one is selected: it need not be finished */
	char *path;
	struct buf text;
	struct doc doc; /* lines of the text */
	int rc;
	struct mf_error err;
};

/* For view_submit. */
void origins_run(struct job *j, void *o);
void origins_cancel(void *o);
void origins_free(void *o);
/* NULL: no artifact of that name. */
struct made *origins_find(const struct origins_job *j, const char *name);
/* NULL: out of memory. */
struct preview *preview_new(struct mf_client *client, const char *path);
void preview_run(struct job *j, void *p);
void preview_cancel(void *p);
void preview_free(void *p);

#endif
