/* tests/unit/codec/tables.h: what the tests of tables and of CSV share. */
#ifndef TEST_TABLES_H
#define TEST_TABLES_H

#include "pandas_cases.h"

struct table_test {
	struct arena a;
	struct mf_table *table;
	struct mf_error err;
	int rc;
};

/* Of a stream that outlives it; end with table_close. */
static inline void table_open(struct table_test *t, const char *stream, size_t n)
{
	memset(t, 0, sizeof(*t));
	t->err = (struct mf_error)MF_ERROR_INIT;
	arena_init(&t->a, 0);
	t->rc = mf_table_open(&t->table, values_read(&t->a, stream, n), &t->err);
	CHECK_INT(t->err.code, t->rc);
}

static inline void table_close(struct table_test *t)
{
	mf_table_free(t->table);
	arena_release(&t->a);
}

/* CSV of a stream, or the error. */
static inline const char *csv_of(const char *stream, size_t n)
{
	struct buf out = BUF_INIT(1 << 20);
	struct mf_sink sink = {buf_sink_write, &out};
	struct table_test t;

	table_open(&t, stream, n);
	if (t.rc < 0)
		buf_adds(&out, mf_code_name(t.rc));
	else
		CHECK_INT(mf_table_write_csv(t.table, 0, SIZE_MAX, &sink, NULL), 0);
	table_close(&t);
	return values_keep(&out);
}
#define CSV_OF(literal) csv_of(literal, sizeof(literal) - 1)

#endif
