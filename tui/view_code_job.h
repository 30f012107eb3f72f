/* view_code_job.h: code packages, their files and what differs between two of them, by jobs. */
#ifndef TUI_VIEW_CODE_JOB_H
#define TUI_VIEW_CODE_JOB_H

#include "data.h"
#include "doc.h"

/* A package is unpacked nowhere and immutable: jobs of one view share it. Counted on the UI thread.
 */
struct code {
	unsigned refs;
	char *path;
	struct mf_package *package;
	struct code *other;           /* what it is compared with; NULL: nothing */
	struct mf_package_diff *diff; /* from `other` to this one */
};

void code_unref(struct code *c);

struct code_job {
	struct mf_client *client;
	char *path, *other; /* pathspecs; other NULL: no comparison */
	struct code *code;
	bool all; /* not only the user's files */
	struct mf_error err;
};

/* Read the package of `path`, and compare it with that of `other`. */
int code_submit(struct view *v, int kind, const char *path, const char *other, bool all);

struct file_job {
	struct code *code;
	char *name; /* of the member; NULL: change `change` of the diff */
	size_t change;
	struct buf text;
	struct doc doc;
	bool binary;
	struct mf_error err;
	int rc;
};

int file_submit(struct view *v, int kind, struct code *code, const char *name, size_t change);
void file_job_free(void *f);

#endif
