/* view_value_table_job.h: what takes long with tables: counting what is missing, sorting,
 * searching. By jobs, each with a table of its own over the same value. */
#ifndef TUI_VIEW_VALUE_TABLE_JOB_H
#define TUI_VIEW_VALUE_TABLE_JOB_H

#include "view_value_mode.h"

enum { TABLE_NULLS, TABLE_SORT, TABLE_SEARCH, TABLE_JOBS };

struct table_job {
	struct held *held; /* first, for mode_submit */
	int what;
	size_t column; /* to sort by */
	bool reverse;
	char *pattern; /* to look for */
	int rc;
	struct mf_error err;
	size_t *nulls;       /* of each column */
	size_t *order;       /* of the rows */
	unsigned char *hits; /* a bit for each row that has a match */
	size_t n_hits;
};

/* NULL: out of memory; pattern may be NULL. */
struct table_job *table_job_new(int what, size_t column, bool reverse, const char *pattern);
void table_job_free(void *j);
void table_job_run(struct job *job, void *j);

/* Bytes of a text that are at most so many, and whole characters. */
size_t table_prefix(const char *p, size_t n, size_t most);
/* Append a cell as one line. */
void table_cell_text(const struct mf_value *v, struct buf *out);
/* Does the text have the pattern? Capitals count when the pattern has some. */
bool table_matches(const char *pattern, const char *text);
/* The same of a cell, which matches nothing when it is missing. */
bool table_cell_matches(
	struct mf_table *t, size_t row, size_t column, const char *pattern, struct buf *scratch);
static inline bool table_hit(const struct table_job *j, size_t row)
{
	return j->hits[row / 8] >> row % 8 & 1;
}

#endif
