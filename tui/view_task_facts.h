/* view_task_facts.h: all there is to say about a task, line by line in sections: read by a job, then immutable. */
#ifndef TUI_VIEW_TASK_FACTS_H
#define TUI_VIEW_TASK_FACTS_H

#include "../clientlib/base/vec.h"
#include "app.h"

enum section {
	SECTION_STATUS,
	SECTION_ATTEMPTS,
	SECTION_EXCEPTION,
	SECTION_FOREACH,
	SECTION_TRIGGER,
	SECTION_PARENTS,
	SECTION_CHILDREN,
	SECTION_PLACE, /* where it ran: one for each heading */
	SECTION_PLACE_LAST = SECTION_PLACE + MF_PLACES - 1,
	SECTION_CODE,
	SECTION_ENVIRONMENT,
	SECTION_METADATA,
	SECTION_COUNT
};

struct fact {
	enum section section;
	char *name, *text; /* name: "" for lines of a text */
	unsigned attr;     /* of the text */
	char *link;        /* a pathspec to go to, NULL */
	char *url;         /* its page in a console, NULL */
};

struct facts {
	struct mf_client *client;
	struct mf_cancel *cancel;
	char *path;
	bool again, utc;

	VEC(struct fact) facts; /* by section */
	const char *places[MF_PLACES]; /* titles of the sections from SECTION_PLACE on */
	char *traceback;        /* NULL: there is none */
	enum ui_status status;
	int64_t duration;
	bool live;
	int rc;
	struct mf_error err;
};

/* NULL: out of memory. */
struct facts *facts_new(struct mf_client *client, const char *path, bool again, bool utc);
/* For view_submit. */
void facts_run(struct job *j, void *f);
void facts_cancel(void *f);
void facts_free(void *f);

#endif
